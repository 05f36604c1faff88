"""Every answer known to have hurt a pinger, from a real socket; reading and time stay bounded."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from firstspawn.clients.gameservers import Failure, wire
from firstspawn.clients.gameservers.java import MAX_FRAME, varint
from tests.support.gameservers import (
    SHORT,
    Behaviour,
    favicon,
    frame_body,
    framed,
    ping_java,
    png,
    sends,
    status_body,
)


@dataclass
class Meter:
    """What our side read."""

    bytes_read: int = 0


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meter]:
    meter, read = Meter(), wire.read

    async def metered(sock: Any, most: int) -> bytes:
        chunk = await read(sock, most)
        meter.bytes_read += len(chunk)
        return chunk

    monkeypatch.setattr(wire, "read", metered)
    yield meter
    assert meter.bytes_read <= MAX_FRAME + 3


def ask(behave: Behaviour, timeout: float = 20.0) -> Any:
    return asyncio.run(asyncio.wait_for(ping_java(behave, timeout), 60))


def answered(**fields: Any) -> Any:
    result = ask(sends(framed(status_body(**fields))))
    assert result.online
    return result


def test_a_good_answer_is_read_whole() -> None:
    result = answered(favicon=favicon(png(padding=8000)))

    assert (result.players, result.max_players, result.version) == (7, 50, "1.20.4")
    assert (result.motd, result.icon, result.failure) == ("Hello", png(padding=8000), None)
    assert result.latency_ms >= 0


def test_an_answer_in_many_pieces_is_put_together() -> None:
    whole = framed(status_body(description="x" * 300))

    async def pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        for start in range(0, len(whole), 50):
            writer.write(whole[start : start + 50])
            await asyncio.sleep(0.001)
        for start in range(2):  # and bytes nobody asked for
            writer.write(bytes(start + 1))

    assert ask(pieces).motd == "x" * 300


@pytest.mark.parametrize(
    "players",
    [
        {"online": 2**40, "max": -5},
        {"online": "<b>", "max": float("nan")},
        {"online": {"a": 1}, "max": True},
        {"online": int("9" * 4000), "max": 1e300},
        [1, 2],
        "many",
        None,
    ],
)
def test_counts_that_lie_are_not_told(players: Any) -> None:
    result = answered(players=players)

    assert (result.players, result.max_players, result.version) == (None, None, "1.20.4")


@pytest.mark.parametrize(
    "modded",
    [{"forgeData": {"d": "\u7fff\u7fff"}}, {"modinfo": {"type": "FML", "modList": [1] * 1000}}],
)
def test_mod_data_is_never_decoded(modded: dict[str, Any], meter: Meter) -> None:
    assert answered(**modded).players == 7


def test_a_deeply_nested_message_costs_no_more_than_a_flat_one(meter: Meter) -> None:
    nested = '{"text":"a","extra":[' * 1500 + '"b"' + "]}" * 1500
    result = ask(sends(framed(frame_body('{"description":' + nested[: 24 * 300] + "}"))))
    assert result.failure is Failure.PROTOCOL  # cut in the middle: not JSON

    shallow = '{"text":"a","extra":[' * 300 + '"b"' + "]}" * 300
    result = ask(sends(framed(frame_body('{"description":' + shallow + "}"))))
    assert result.online
    assert set(result.motd) == {"a"}


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"description":{"extra":['])
def test_json_deeper_than_the_stack_is_a_failure(opening: str) -> None:
    body = frame_body(opening * (150_000 // len(opening)))

    assert ask(sends(framed(body))).failure is Failure.PROTOCOL


def test_what_cannot_be_seen_is_taken_out_of_words() -> None:
    words = "\x00a\x1b[0m\u202eb\ud800c\u2067"
    result = answered(description=words, version={"name": words, "protocol": 1})

    assert (result.motd, result.version) == ("a[0mbc", "a[0mbc")


@pytest.mark.parametrize("icon", ["javascript:alert(1)", favicon(png(size=128)), 7])
def test_an_icon_that_is_none_is_not_told(icon: Any) -> None:
    assert answered(favicon=icon).icon is None


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff\x07", b"\xff" * 64, varint(MAX_FRAME + 1)])
def test_a_length_beyond_the_cap_ends_it_at_once(length: bytes, meter: Meter) -> None:
    assert ask(sends(length, b"x" * 1_000_000)).failure is Failure.TOO_LARGE
    assert meter.bytes_read <= 16 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b"\x01" + status_body()[1:],
        status_body()[:-1],
        status_body() + b"x",
        status_body() + b" ",
        b"\x00\x80\x80",
        b"\x00\xff\xff\xff\xff\x7f",
        frame_body(""),
        frame_body("[]"),
        frame_body("7"),
        frame_body("{"),
        frame_body(b"\xff\xfe{\x00}\x00"),
        frame_body("9" * 5000),
    ],
)
def test_what_is_no_status_is_a_failure(body: bytes) -> None:
    assert ask(sends(framed(body))).failure in (Failure.PROTOCOL, Failure.TOO_LARGE)


@pytest.mark.parametrize("length", [0, 1, 2])
def test_a_frame_too_short_for_a_status_is_a_failure(length: int) -> None:
    assert ask(sends(varint(length) + bytes(length))).failure is Failure.PROTOCOL


@pytest.mark.parametrize("said", [b"", b"\x80", framed(status_body())[:-20]])
def test_a_server_that_hangs_up_is_told_apart_from_one_that_waits(said: bytes) -> None:
    assert ask(sends(said)).failure is Failure.CLOSED

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await asyncio.sleep(60)

    assert ask(waits, SHORT).failure is Failure.TIMEOUT


def test_a_slow_drip_runs_into_the_one_deadline() -> None:
    async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(varint(MAX_FRAME))
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.02)

    assert ask(drips, SHORT).failure is Failure.TIMEOUT


def test_a_flood_is_read_up_to_its_frame_and_no_further(meter: Meter) -> None:
    async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(varint(MAX_FRAME))
        while True:
            writer.write(b"\x00" * 65536)
            await writer.drain()

    assert ask(floods).failure is Failure.PROTOCOL
    assert meter.bytes_read <= MAX_FRAME + 3


def test_an_http_server_is_no_game_server() -> None:
    assert not ask(sends(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")).online


def test_no_word_of_the_stranger_is_in_the_failure(caplog: pytest.LogCaptureFixture) -> None:
    result = ask(sends(framed(frame_body('{"secret-word'))))

    assert result.failure in set(Failure)
    assert "secret-word" not in repr(result) + caplog.text


def test_the_whole_answer_is_json_even_when_its_bytes_are_not_text() -> None:
    body = frame_body(json.dumps({"description": "ab"}).encode().replace(b"ab", b"a\xffb"))

    assert ask(sends(framed(body))).motd == "a\ufffdb"
