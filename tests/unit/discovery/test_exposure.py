"""Who is shown beside a list, or higher in it, without having proved more than others."""

from typing import Any

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.discovery.ranking import exposed_on
from firstspawn.discovery.schemas import SearchPage
from firstspawn.discovery.service import DiscoveryService
from tests.support.clock import FrozenClock
from tests.support.discovery import search, service
from tests.support.search_documents import crowd, document


@pytest.fixture
def engine(engine: EmbeddedEngine) -> EmbeddedEngine:
    """The index with a crowd in it, and a known server."""
    engine.write([*crowd(60), document("hypixel", "Hypixel", playerCount=9)])
    return engine


def test_featured_servers_are_apart_from_the_order_and_on_the_first_page_alone(
    discovery: DiscoveryService, engine: EmbeddedEngine
) -> None:
    # Given a featured server with nothing to its name
    engine.write([document("paid", "Paid", isFeatured=True), document("x", "Paid Too")])

    first = search(discovery, limit=50, withFeatured=True)
    second = search(discovery, limit=50, withFeatured=True, cursor=first.nextCursor)

    # Then it is labelled and shown apart, and stands where it belongs in the results
    assert {card.id for card in first.featured} == {"paid", "00000000"}
    assert all(card.isFeatured for card in first.featured)
    assert second.featured == []
    order = [card.id for card in (*first.items, *second.items)]
    assert order.index("paid") > 50
    assert search(discovery, q="hypixel", withFeatured=True).featured == []
    assert search(discovery).featured == []


def test_small_servers_are_shown_on_their_day_however_many_have_proved_more(
    engine: EmbeddedEngine, clock: FrozenClock
) -> None:
    # Given many servers that have proved all there is, and small ones that have their days
    latin: dict[str, Any] = {"language": "la"}
    engine.write([document(f"big{n:03d}", "Big", rankScore=40, **latin) for n in range(60)])
    days = {f"s{n:03d}": n % 14 for n in range(140)}
    engine.write([document(one, "Small", exposureGroup=day, **latin) for one, day in days.items()])
    discovery = service(engine, clock)

    def spotlight(**parameters: Any) -> set[str]:
        page = search(discovery, language=["la"], limit=20, withSpotlight=True, **parameters)
        assert days.keys().isdisjoint(card.id for card in page.items)
        return {card.id for card in page.spotlight}

    # When a day passes, hour by hour
    clock.advance(hours=12)  # to midnight
    today = {one for one, day in days.items() if day == exposed_on(clock())}
    hours = []
    for _ in range(24):
        hours.append(spotlight())
        clock.advance(hours=1)

    # Then three of its ten are shown at a time, in the end all of them, and the next day others
    assert {len(hour) for hour in hours} == {3}
    assert set().union(*hours) == today
    assert spotlight().isdisjoint(today)
    # And only those that fit the search, and on no further page
    assert spotlight(q="big") == set()
    first = search(discovery, limit=20, withSpotlight=True)
    assert search(discovery, limit=20, withSpotlight=True, cursor=first.nextCursor).spotlight == []
    # And a cursor leads on without asking for it again
    assert search(discovery, limit=20, cursor=first.nextCursor).items
    assert search(discovery, limit=20).spotlight == []


def test_the_exposed_servers_change_with_the_day_and_not_while_paging(
    engine: EmbeddedEngine, clock: FrozenClock
) -> None:
    # Given servers with a day each, all alike otherwise
    small = [document(f"s{n:02d}", "Small", exposureGroup=n % 14) for n in range(28)]
    engine.write(small)
    discovery = service(engine, clock)

    def order(cursor: str | None = None, limit: int = 3) -> SearchPage:
        return search(discovery, q="small", limit=limit, cursor=cursor)

    first = order()
    today = [card.id for card in order(limit=28).items]
    clock.advance(hours=24)
    rest = order(first.nextCursor, 28)
    tomorrow = [card.id for card in order(limit=28).items]

    assert [card.id for card in (*first.items, *rest.items)] == today
    assert today[:2] != tomorrow[:2]
    assert set(today) == set(tomorrow)
