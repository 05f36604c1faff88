"""What rules see in a review, and what they let be."""

from datetime import timedelta

import pytest

from firstspawn.moderation.flags import Flag, Sight, fingerprint, flags

OLD, NEW = timedelta(days=400), timedelta(hours=3)


def seen(text: str, age: timedelta = OLD, *, repeated: int = 0, lately: int = 1) -> list[Flag]:
    return flags(Sight(text, age, repeated, lately))


@pytest.mark.parametrize(
    "text",
    [
        "Great server, friendly staff, no lag. 10/10 would build again.",
        "The map is at https://map.example.com and the rules at https://example.com/rules",
        "I hate the economy, it is killing the fun. Damn expensive.",
        "Version 1.21.4 works, e.g. with Fabric/Forge. See you at 8 p.m./9 p.m.",
        "Scunthorpe players welcome; assassin class is overpowered",
        "Sehr schön! Ñandú, naïve, Œuvre, 日本語サーバー",
    ],
)
def test_honest_reviews_are_let_be(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("www.a.example http://b.example/x https://c.example/y", Flag.LINKS),
        ("FREE  Nitro here", Flag.WORDS),
        ("k.y.s.", Flag.WORDS),
        ("just Kíll yourself", Flag.WORDS),
    ],
)
def test_what_is_plain_is_seen(text: str, flag: Flag) -> None:
    assert seen(text) == [flag]


def test_a_link_counts_against_a_new_account_alone() -> None:
    text = "Look at https://my.example/shop"
    assert (seen(text), seen(text, NEW)) == ([], [Flag.NEW_ACCOUNT])
    assert seen("No link at all", NEW) == []


def test_floods_and_repetitions_take_some() -> None:
    assert seen("Nice", lately=4, repeated=1) == []
    assert seen("Nice", lately=5, repeated=2) == [Flag.REPEATED_TEXT, Flag.FLOOD]


def test_texts_that_say_the_same_have_one_fingerprint() -> None:
    text = "This is the best server that I have ever played on, truly!"
    assert fingerprint(text) == fingerprint(
        "THIS is the best  server, that I have ever plâyed on truly"
    )
    assert fingerprint(text) != fingerprint(text + " Not")
    assert fingerprint("Great server!") is None
