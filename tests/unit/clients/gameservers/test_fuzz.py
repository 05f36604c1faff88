"""Any bytes at all: a status within its bounds, or a failure code; never another exception."""

import contextlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firstspawn.clients.gameservers import HostError, bedrock, java, vet_host
from firstspawn.clients.gameservers.icons import MAX_ICON, picture
from firstspawn.clients.gameservers.models import PingError, Status
from firstspawn.clients.gameservers.text import MAX_COUNT, MAX_MOTD, MAX_VERSION, plain
from tests.support.gameservers import frame_body

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["text", "extra"]), inner),
    max_leaves=12,
)
answers = st.dictionaries(
    st.sampled_from(["players", "version", "description", "favicon", "forgeData"]),
    values | st.dictionaries(st.sampled_from(["online", "max", "name"]), values),
)


def assert_bounded(status: Status) -> None:
    for number in (status.players, status.max_players):
        assert number is None or (type(number) is int and 0 <= number <= MAX_COUNT)
    for text, limit in ((status.motd, MAX_MOTD), (status.version, MAX_VERSION)):
        assert text is None or is_plain(text, limit)
    assert status.icon_text is None or len(picture(status.icon_text)) <= MAX_ICON


def is_plain(text: str, limit: int) -> bool:
    text.encode()
    lines = text.split("\n")
    return 0 < len(text) <= limit and "§" not in text and all(map(str.isprintable, lines))


@given(st.binary(max_size=2000))
def test_any_java_frame(frame: bytes) -> None:
    with contextlib.suppress(PingError):
        assert_bounded(java.parse(frame))


@given(answers)
def test_any_json_in_a_java_frame(answer: dict[str, Any]) -> None:
    assert_bounded(java.parse(frame_body(json.dumps(answer))))


@given(st.binary(max_size=2000), st.binary(min_size=8, max_size=8))
def test_any_bedrock_datagram(datagram: bytes, nonce: bytes) -> None:
    text = bedrock.pong_text(datagram, nonce)

    assert text is None or text in datagram


@given(
    st.binary(max_size=600)
    | st.lists(st.text(), max_size=12).map(lambda f: ";".join(f).encode("utf-8", "replace"))
)
def test_any_bedrock_text(text: bytes) -> None:
    with contextlib.suppress(PingError):
        assert_bounded(bedrock.parse(text))


@given(values, st.integers(1, 100))
def test_any_component(raw: Any, limit: int) -> None:
    text = plain(raw, limit=limit)

    assert text is None or is_plain(text, limit)


@given(st.integers(0, 2**21 - 1), st.binary(max_size=3))
def test_numbers_read_as_they_were_written(number: int, more: bytes) -> None:
    written = java.varint(number)

    assert java.read_varint(written + more, 0) == (number, len(written))
    assert java.read_varint(written[:-1], 0) is None


@given(st.text(max_size=300) | st.from_regex(r"[0-9a-fx.:\[\]%]{1,40}", fullmatch=True))
def test_any_host_is_refused_or_stored_in_one_spelling(host: str) -> None:
    with contextlib.suppress(HostError):
        stored = vet_host(host)
        assert stored.isascii()
        assert vet_host(stored) == stored
