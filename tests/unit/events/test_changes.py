"""From a stream record to a change."""

import pytest

from firstspawn.events.changes import Kind, read_change
from firstspawn.kit.attribute_values import plain
from tests.support.events import stream_record


def test_a_record_becomes_plain_values() -> None:
    record = stream_record(
        "MODIFY",
        old={"type": "Thing", "n": 1, "ok": True, "list": ["a", {"b": None}]},
        new={"type": "Thing", "n": 2, "set": {"x", "y"}},
    )

    change = read_change(record)

    assert (change.kind, change.type, change.id) == (Kind.MODIFY, "Thing", record["eventID"])
    assert change.old == {"type": "Thing", "n": 1, "ok": True, "list": ["a", {"b": None}]}
    assert change.new == {"type": "Thing", "n": 2, "set": {"x", "y"}}
    assert not change.expired


def test_a_removal_keeps_the_type_of_what_was_removed() -> None:
    change = read_change(stream_record("REMOVE", old={"type": "Thing"}))

    assert (change.type, change.new) == ("Thing", {})


def test_what_the_ttl_removes_counts_as_expired() -> None:
    assert read_change(stream_record("REMOVE", old={"type": "Thing"}, expired=True)).expired


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"N": "12"}, 12), ({"N": "1.5"}, 1.5), ({"N": "1E+2"}, 100.0), ({"NS": ["1", "2"]}, {1, 2}),
     ({"B": "AAE="}, b"\x00\x01"), ({"BS": ["AAE="]}, {b"\x00\x01"}), ({"NULL": True}, None)],
)  # fmt: skip
def test_every_type_of_value_is_read(value: dict[str, object], expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize("value", [{}, {"X": "?"}, {"S": "a", "N": "1"}])
def test_what_is_no_attribute_value_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="type"):
        plain(value)
