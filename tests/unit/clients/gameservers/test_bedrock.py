"""Bedrock's one datagram: which one is believed, and what is made of it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from firstspawn.clients.gameservers import Failure, bedrock
from tests.support.gameservers import SHORT, UdpFake, ping_bedrock, pong

GOOD = b"MCPE;Hello;766;1.21.50;7;50;1;World;Survival;1;19132;19133;"

Answers = Callable[[bytes], Sequence[bytes]]


def ask(answers: Answers, timeout: float = 20.0) -> Any:
    return asyncio.run(asyncio.wait_for(ping_bedrock(UdpFake(answers), timeout), 60))


def said(text: bytes) -> Any:
    return ask(lambda question: [pong(question, text)])


def test_a_good_answer_is_read_whole() -> None:
    result = said(GOOD)

    assert result.online
    assert (result.players, result.max_players, result.version) == (7, 50, "1.21.50")
    assert (result.motd, result.icon) == ("Hello", None)


@pytest.mark.parametrize(
    ("motd", "text"),
    [
        ("a;b;c", "a;b;c"),
        ("1;2;3", "1;2;3"),
        ("§gGold §u& more", "Gold & more"),
        ("x" * 1900, "x" * 512),
        ("\u202e\x00ok", "ok"),
        ("", None),
    ],
)
def test_a_message_may_hold_anything(motd: str, text: str | None) -> None:
    result = said(GOOD.replace(b"Hello", motd.encode()))

    assert (result.motd, result.players) == (text, 7)


@pytest.mark.parametrize(("players", "seen"), [("-5", None), ("9999999999", None), ("0", 0)])
def test_counts_out_of_range_are_not_told(players: str, seen: int | None) -> None:
    assert said(GOOD.replace(b";7;", f";{players};".encode())).players == seen


@pytest.mark.parametrize(
    "text", [b"", b";" * 500, b"MCPE", GOOD[:20], b"MCPE;a;766;1.21;<b>;50", b"\xff\xfe\xfd"]
)
def test_text_without_the_numbers_is_a_failure(text: bytes) -> None:
    assert said(text).failure is Failure.PROTOCOL


def test_a_datagram_beyond_the_cap_is_a_failure() -> None:
    assert said(GOOD.replace(b"Hello", b"x" * 60_000)).failure is Failure.TOO_LARGE


@pytest.mark.parametrize(
    "stray",
    [
        lambda q: pong(q, GOOD, magic=bytes(16)),
        lambda q: pong(bytes(33), GOOD),
        lambda q: b"\x1d" + pong(q, GOOD)[1:],
        lambda q: pong(q, GOOD)[:-1],
        lambda q: pong(q, GOOD)[:20],
        lambda q: b"",
        lambda q: b"\x00" * 500,
    ],
)
def test_what_does_not_answer_our_question_is_not_believed(stray: Callable[[bytes], bytes]) -> None:
    alone = ask(lambda question: [stray(question)], SHORT)
    followed = ask(lambda question: [stray(question), pong(question, GOOD)])

    assert alone.failure is Failure.TIMEOUT
    assert followed.players == 7


def test_a_flood_of_strays_ends_it() -> None:
    assert ask(lambda question: [b"\x00" * 100] * 50).failure is Failure.PROTOCOL


def test_a_lost_question_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bedrock, "_RESEND_AFTER", 0.05)
    fake = UdpFake(lambda _: [])
    fake.answers = lambda question: [pong(question, GOOD)] if len(fake.questions) > 1 else []

    result = asyncio.run(asyncio.wait_for(ping_bedrock(fake), 10))

    assert result.online
    assert len(fake.questions) == 2
    assert fake.questions[0] == fake.questions[1]


def test_every_ping_has_its_own_nonce() -> None:
    fake = UdpFake(lambda question: [pong(question, GOOD)])

    asyncio.run(ping_bedrock(fake))
    asyncio.run(ping_bedrock(fake))

    assert fake.questions[0][1:9] != fake.questions[1][1:9]
