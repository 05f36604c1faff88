"""Pages of a query, on every engine: none skips or repeats, whatever is written meanwhile."""

from firstspawn.db import pages, writes
from firstspawn.db.item import Item
from firstspawn.db.keys import Key
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine

INDEX = Item.index1.Meta.index_name


class Leaf(Item, discriminator="Leaf"):
    """An item that is in a partition and in an index of another order."""


def grow(tree: str, number: int) -> None:
    key = Key(tree, f"LEAF-{number:03d}")
    writes.put(Leaf.at(key, GSI1PK=f"{tree}-GSI", GSI1SK=f"{(number * 7) % 10:03d}"))


def walk(partition: str, limit: int, **options: object) -> list[str]:
    """Follow the positions to the end; a leaf grows before what was read, at every page."""
    found: list[str] = []
    after, index = None, options.get("index")
    for _ in range(20):
        page = pages.read(Leaf, partition, limit, after, **options)  # type: ignore[arg-type]
        if not page:
            break
        found += [leaf.SK for leaf in page]
        after = pages.position(page[-1], index)  # type: ignore[arg-type]
    return found


def test_pages_follow_each_other_in_the_tables_order(engine: Engine) -> None:
    # Given
    for number in range(10):
        grow("oak", number)
    grow("elm", 1)
    # When / Then
    names = [f"LEAF-{number:03d}" for number in range(10)]
    assert walk("oak", 3) == names
    assert walk("oak", 4, newest_first=True, consistent=True) == names[::-1]
    assert walk("oak", 3, prefix="LEAF-00") == names
    assert walk("oak", 3, prefix="BARK") == []


def test_pages_follow_each_other_in_an_indexs_order(engine: Engine) -> None:
    # Given
    for number in range(10):
        grow("ash", number)
    # When
    found = walk("ash-GSI", 3, index=INDEX)
    # Then
    assert found == [f"LEAF-{number:03d}" for number in sorted(range(10), key=lambda n: n * 7 % 10)]


def test_a_page_is_one_call(engine: Engine) -> None:
    # Given
    for number in range(5):
        grow("fir", number)
    # When
    with count_calls() as costs:
        pages.read(Leaf, "fir", 3)
    # Then
    assert_cost(costs, calls=1, operations=["Query"], read_units=0.5)
