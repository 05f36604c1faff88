"""What is sealed with one key for one use opens with that key, for that use, unaltered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.kit.cursors import BadCursor, Cursors
from firstspawn.kit.encoding import from_base64url, to_base64url
from firstspawn.kit.signing import mac, sign, verify

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


@given(st.binary(max_size=200))
def test_a_sealed_message_is_read_back(message: bytes) -> None:
    assert verify(KEY, "use", sign(KEY, "use", message)) == message


@given(st.binary(min_size=1, max_size=40), st.integers(min_value=0), st.integers(1, 255))
def test_a_token_altered_in_any_byte_is_refused(message: bytes, place: int, change: int) -> None:
    # Given
    raw = bytearray(from_base64url(sign(KEY, "use", message)))
    raw[place % len(raw)] ^= change
    # When / Then
    with pytest.raises(ValueError, match="not authentic"):
        verify(KEY, "use", to_base64url(bytes(raw)))


def test_a_token_fits_one_purpose_and_one_key() -> None:
    # Given
    token = sign(KEY, "refresh-token", b"message")
    # When / Then
    for key, purpose in ((KEY, "cursor"), (OTHER_KEY, "refresh-token")):
        with pytest.raises(ValueError, match="not authentic"):
            verify(key, purpose, token)


def test_purpose_and_message_cannot_be_shifted_into_each_other() -> None:
    assert mac(KEY, "ab", b"c") != mac(KEY, "a", b"bc")


@pytest.mark.parametrize("text", ["", "a", "!!!!", "AAAA=", "AB==", "é", "\ud800", "A A", "+/+/"])
def test_what_is_no_canonical_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the message depends on what is wrong
        verify(KEY, "use", text)


@given(st.binary())
def test_base64url_has_exactly_one_spelling(data: bytes) -> None:
    # Given
    text = to_base64url(data)
    # When / Then
    assert from_base64url(text) == data
    with pytest.raises(ValueError, match="base64url"):
        from_base64url(text + "=")


def test_a_cursor_continues_the_query_it_was_made_for() -> None:
    # Given
    cursors, query = Cursors(KEY), {"sort": "name", "tags": ["pvp"]}
    cursor = cursors.write(query, ["k", 3])
    # When / Then: the order of the query's fields does not matter
    assert cursors.read({"tags": ["pvp"], "sort": "name"}, cursor) == ["k", 3]


@pytest.mark.parametrize("query", [{"sort": "name"}, {}, {"sort": "name", "tags": ["pve"]}])
def test_a_cursor_is_refused_by_another_query(query: dict[str, object]) -> None:
    # Given
    cursors = Cursors(KEY)
    cursor = cursors.write({"sort": "name", "tags": ["pvp"]}, "position")
    # When / Then
    with pytest.raises(BadCursor):
        cursors.read(query, cursor)


def test_what_is_no_cursor_is_refused() -> None:
    # Given things of the same key that are no cursor
    cursors = Cursors(KEY)
    for text in (sign(KEY, "refresh-token", b"[1,2]"), sign(KEY, "cursor", b"no json"), "", "\0"):
        # When / Then
        with pytest.raises(BadCursor):
            cursors.read({}, text)
