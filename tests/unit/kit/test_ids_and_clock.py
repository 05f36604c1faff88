"""Ids sort as they were made; times look as they sort."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.kit.clock import epoch, parse_rfc3339, rfc3339, to_milliseconds
from firstspawn.kit.ids import id_source, is_ulid, ulid

MOMENTS = st.integers(0, 7_000_000_000_000_000).map(
    lambda microseconds: datetime.fromtimestamp(microseconds / 1_000_000, UTC)
)
TEN_BYTES = st.binary(min_size=10, max_size=10)


@given(st.integers(0, 2**48 - 2), TEN_BYTES, TEN_BYTES)
def test_later_ids_sort_later(milliseconds: int, one: bytes, other: bytes) -> None:
    # When
    earlier, later = ulid(milliseconds, one), ulid(milliseconds + 1, other)
    # Then
    assert earlier < later
    assert is_ulid(earlier)
    assert is_ulid(later)


def test_an_id_holds_its_time_in_crockfords_base32() -> None:
    # The example of the ULID specification
    assert ulid(1469918176385, bytes(10)).startswith("01ARYZ6S41")


def test_ids_of_one_moment_differ_by_their_randomness() -> None:
    # Given
    drawn = iter([bytes(10), b"\x01" * 10])
    new_id = id_source(lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda size: next(drawn))
    # When / Then
    assert new_id()[:10] == new_id()[:10]


@pytest.mark.parametrize("text", ["", "me", "8" + "0" * 25, "0" * 27, "o" * 26, "0" * 25 + "\n"])
def test_what_is_no_id_is_told_apart(text: str) -> None:
    assert not is_ulid(text)


@given(MOMENTS, MOMENTS)
def test_written_times_sort_as_the_moments_and_read_back(one: datetime, other: datetime) -> None:
    # Given
    one, other = to_milliseconds(one), to_milliseconds(other)
    # When / Then
    assert parse_rfc3339(rfc3339(one)) == one
    assert (rfc3339(one) < rfc3339(other)) == (one < other)


def test_times_are_written_in_utc_with_milliseconds() -> None:
    # Given
    moment = datetime(2026, 5, 1, 2, 0, 0, 7000, timezone(timedelta(hours=2)))
    # When / Then
    assert rfc3339(moment) == "2026-05-01T00:00:00.007Z"
    assert epoch(moment) == 1777593600


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-05-01T00:00:00"])
def test_a_time_without_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the standard library words it
        parse_rfc3339(text)
