"""Messages, versions, counts and icons: what is left of them when a stranger sent them."""

import base64
from typing import Any

import pytest
from mcstatus.motd import Motd

from firstspawn.clients.gameservers.icons import MAX_ICON, picture, vet_icon
from firstspawn.clients.gameservers.text import MAX_MOTD, count, plain
from tests.support.gameservers import favicon, png


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Hello", "Hello"),
        ("§aHello §lWorld", "Hello World"),
        ("§x§1§2§3§4§5§6Gradient", "Gradient"),
        ("Q&A | R&D", "Q&A | R&D"),
        ("  first   line  \n\n   second ", "first line\nsecond"),
        ("<b>bold</b>", "<b>bold</b>"),
        ({"text": "Hi ", "extra": [{"text": "all", "color": "red"}, "!"]}, "Hi all!"),
        (["a", {"text": "b"}, ["c"]], "abc"),
        ("nul\x00esc\x1b[31m", "nulesc[31m"),
        ("\u202eevil\u2066x\u200b\ufeff", "evilx"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("tab\tnbsp\u00a0line\u2028end\r", "tab nbsp line end"),
        ("日本語 §6サーバー", "日本語 サーバー"),
        ("trailing §", "trailing"),
        ("", None),
        ("§r\u200b \n", None),
        (None, None),
        (12, None),
        ({"text": {"text": "no"}}, None),
        ({"extra": "text"}, None),
        ({"translate": "multiplayer.status"}, None),
    ],
)
def test_a_message_is_plain_visible_text(raw: Any, text: str | None) -> None:
    assert plain(raw) == text


def test_a_message_is_cut_after_its_formatting_is_gone() -> None:
    assert plain("§a" * 600 + "word") == "word"
    assert plain("x" * 100_000) == "x" * MAX_MOTD


def test_nesting_beyond_the_cap_is_not_followed() -> None:
    raw: Any = "deep"
    for _ in range(5000):
        raw = {"text": "a", "extra": [raw]}

    text = plain(raw)

    assert text is not None
    assert set(text) == {"a"}
    assert len(text) <= 20


def test_more_components_than_the_cap_are_not_visited() -> None:
    assert plain([["x"] for _ in range(100_000)], limit=10_000) == "x" * 255


@pytest.mark.parametrize(
    "text",
    ["§aHello §lWorld", "§6§lBIG§r small", "no codes", "§kmagic§r!", "§4§nA§r §2B"],
)
def test_formatting_codes_are_read_as_mcstatus_reads_them(text: str) -> None:
    assert plain(text) == Motd.parse(text, bedrock=False).to_plain()


@pytest.mark.parametrize("good", [0, 7, 1_000_000])
def test_a_count_is_a_number_in_range(good: int) -> None:
    assert count(good) == good


@pytest.mark.parametrize(
    "bad", [2**40, 1_000_001, -5, "<b>", "7", 7.0, float("nan"), True, {}, [], None, 10**4000]
)
def test_anything_else_is_no_count(bad: Any) -> None:
    assert count(bad) is None


def test_an_icon_is_the_picture_it_says_it_is() -> None:
    small, large = png(), png(padding=MAX_ICON - len(png()))

    for good in (small, large):
        text = vet_icon(favicon(good))
        assert text is not None
        assert picture(text) == good


def test_old_servers_line_breaks_are_no_harm() -> None:
    broken = favicon(png(padding=200))

    assert vet_icon(broken[:60] + "\n" + broken[60:]) == vet_icon(broken)


@pytest.mark.parametrize(
    "bad",
    [
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "DATA:image/png;base64," + base64.b64encode(png()).decode(),
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/png;base64,",
        "data:image/png;base64,=",
        "data:image/png;base64,====",
        favicon(b"GIF89a" + png()),
        favicon(png(size=65)),
        favicon(png(padding=MAX_ICON)),
        favicon(png() + b"<script>"),
        favicon(png()) + "\n<script>",
        favicon(png(padding=3))[:80] + "<>?" + favicon(png(padding=3))[83:],
        favicon(png()).replace("A", "Å", 1),
        favicon(png())[:-1],
        "x" * 1_000_000,
        12,
        None,
        {"data": "image/png"},
    ],
)
def test_anything_else_is_no_icon(bad: Any) -> None:
    assert vet_icon(bad) is None
