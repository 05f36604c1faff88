"""Colours of a message of the day: seen as in the game, safe as HTML, bounded in work and size."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.clients.gameservers.markup import MAX_RUNS, codes, html
from firstspawn.clients.gameservers.text import MAX_MOTD, plain

_TAGS = re.compile(
    r'<br>|</span>|<span style="(?:(?:color:#[0-9a-f]{6}|font-weight:bold|font-style:italic|'
    r'text-decoration:(?:underline|line-through))(?:;(?!")|(?=")))+">'
)
_text = st.text(st.sampled_from("ab<>&\"'§#lkr0fA\n\x00\u202e ") | st.characters(), max_size=60)
# Ended by a full stop: the plain text knows no components, and a lone § at the end of one takes the
# next one's first character along there.
_ended = _text.map("{}.".format)
_styles = st.fixed_dictionaries(
    {},
    optional={
        "text": _ended,
        "color": st.sampled_from(["red", "#00ff00", "#xyz", 'red"onload="x', "dark_aqua"]) | _text,
        "bold": st.booleans() | st.just("yes"),
        "italic": st.booleans(),
    },
)
_components: Any = st.recursive(
    _ended | _styles | st.none() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda styles, extra: {**styles, "extra": extra}, _styles, st.lists(inner))
    ),
    max_leaves=12,
)


GREEN, GOLD = '<span style="color:#55ff55">', '<span style="color:#ffaa00">'


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Hello", "Hello"),
        ("§aHi §lyou", f'{GREEN}Hi </span><span style="color:#55ff55;font-weight:bold">you</span>'),
        ("§x§1§A§2§b§3§Cgradient", '<span style="color:#1a2b3c">gradient</span>'),
        ("§lBold§rplain", '<span style="font-weight:bold">Bold</span>plain'),
        ("§l§cRed ends bold", '<span style="color:#ff5555">Red ends bold</span>'),
        ({"text": "A", "color": "gold", "extra": ["B", {"text": "C", "bold": True}]},
         f'{GOLD}AB</span><span style="color:#ffaa00;font-weight:bold">C</span>'),
        ({"text": "x", "color": "#1A2b3C"}, '<span style="color:#1a2b3c">x</span>'),
        ({"text": "x", "color": "#1a2b3c;background:url(//evil)"}, "x"),
        ({"extra": [{"text": "a", "bold": True, "extra": [{"text": "b", "bold": False}]}]},
         '<span style="font-weight:bold">a</span>b'),
        ("one\ntwo", "one<br>two"),
        ("Q&A <b>", "Q&amp;A &lt;b&gt;"),
        ("§zodd§", "odd"),
        ("§\x1b0hidden code", '<span style="color:#000000">hidden code</span>'),
        ("§#ff0000ours", "ff0000ours"),
    ],
)  # fmt: skip
def test_looks_are_kept_and_the_rest_is_escaped(raw: Any, shown: str) -> None:
    compact = codes(raw)

    assert compact is not None
    assert html(compact) == shown


@pytest.mark.parametrize("raw", [None, "", " ", "§a§l", {"text": ""}, [], 7, {"extra": 3}])
def test_nothing_to_be_seen_is_nothing(raw: Any) -> None:
    assert codes(raw) is None


@given(_components)
def test_html_has_no_tag_but_ours_and_nothing_unseen(raw: Any) -> None:
    # When
    compact = codes(raw)
    shown = html(compact) if compact else ""
    # Then
    left = _TAGS.sub("", shown)
    assert not set(left) & set("<>\"'")
    assert all(character.isprintable() for character in left)


@given(_components)
def test_the_same_is_read_with_and_without_colours(raw: Any) -> None:
    # When
    compact, text = codes(raw), plain(raw)
    # Then: but for blanks, which are joined in the plain text
    seen = re.sub("§(?:#.{6}|.)", "", compact or "")
    assert "".join(seen.split()) == "".join((text or "").split())


def test_what_a_hostile_server_sends_is_cut() -> None:
    # Given more of everything
    nested: Any = "deep"
    for _ in range(10_000):
        nested = {"extra": [nested]}
    many = [{"text": "x", "color": colour} for colour in ("red", "blue") * 5000]
    long = "§a" + "y" * 1_000_000
    # When / Then
    assert codes(nested) is None
    assert (codes(many) or "").count("x") == MAX_RUNS
    assert len(codes(long) or "") <= MAX_MOTD + 10
    assert len(html(codes(many) or "")) < 8000


def test_a_stored_text_somebody_tampered_with_is_still_safe() -> None:
    assert html('§#zzzzzz§"><script>') == "zzzzzz&gt;&lt;script&gt;"
