"""A message of the day with its colours: from whatever a server sends to one compact text of
formatting codes, and from that to HTML. Both are ours from the first to the last character.

The compact text is what is stored: `§` and one of `0-9a-f` (colours), `klmno` (styles), `r` (plain
again), or `#rrggbb`. HTML is made when it is asked for: spans with styles of our own making, and
nothing of the server's but escaped characters.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import islice
from typing import Any, Final, NamedTuple

from firstspawn.clients.gameservers.text import (
    MAX_DEPTH,
    MAX_MOTD,
    MAX_NODES,
    RAW_PER_CHARACTER,
    visible,
)

MAX_RUNS: Final = 48
_NAMES: Final = {
    "black": "0", "dark_blue": "1", "dark_green": "2", "dark_aqua": "3", "dark_red": "4",
    "dark_purple": "5", "gold": "6", "gray": "7", "dark_gray": "8", "blue": "9", "green": "a",
    "aqua": "b", "red": "c", "light_purple": "d", "yellow": "e", "white": "f",
}  # fmt: skip
_COLOURS: Final = {
    "0": "#000000", "1": "#0000aa", "2": "#00aa00", "3": "#00aaaa", "4": "#aa0000", "5": "#aa00aa",
    "6": "#ffaa00", "7": "#aaaaaa", "8": "#555555", "9": "#5555ff", "a": "#55ff55", "b": "#55ffff",
    "c": "#ff5555", "d": "#ff55ff", "e": "#ffff55", "f": "#ffffff",
}  # fmt: skip
_STYLES: Final = {
    "bold": "l", "strikethrough": "m", "underlined": "n", "italic": "o", "obfuscated": "k",
}  # fmt: skip
_CSS: Final = {
    "l": "font-weight:bold", "m": "text-decoration:line-through",
    "n": "text-decoration:underline", "o": "font-style:italic",
}  # fmt: skip
_HEX: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
# What a server sends; `§x§r§r§g§g§b§b` is how plugins write a colour that has no code.
_SENT: Final = re.compile(r"§(x(?:§[0-9a-f]){6}|[0-9a-fk-or])", re.ASCII | re.IGNORECASE)
_STORED: Final = re.compile(r"§(#[0-9a-f]{6}|[0-9a-fk-or])", re.ASCII)
_ANY_CODE: Final = re.compile("§.?", re.DOTALL)


class Look(NamedTuple):
    """How characters look: a colour's code (empty: the reader's own) and codes of styles."""

    colour: str = ""
    styles: frozenset[str] = frozenset()

    def with_code(self, code: str) -> "Look":
        """The look after a formatting code: a colour ends all styles, as in the game."""
        code = code.lower()
        if code.startswith("x"):
            code = "#" + code[1:].replace("§", "")
        if code == "r":
            return Look()
        return Look(self.colour, self.styles | {code}) if code in "klmno" else Look(code)

    def codes(self) -> str:
        """The codes that make this look, whatever was before."""
        codes = [self.colour, *sorted(self.styles)]
        return "§r" + "".join(f"§{code}" for code in codes if code)


def codes(raw: Any) -> str | None:
    """A text component (string, object, list, nested) as compact text; None if nothing is seen.

    At most 512 visible characters and 48 changes of look, at a cost bounded as `text.plain`'s.
    """
    pieces, room, before = [], MAX_MOTD, Look()
    for run, look in islice(_runs(raw), MAX_RUNS):
        piece = run[:room]
        if not piece:
            break
        pieces.append(piece if look == before else look.codes() + piece)
        room, before = room - len(piece), look
    compact = "".join(pieces)
    return compact if _ANY_CODE.sub("", compact).strip() else None


def html(compact: str) -> str:
    """Compact text as HTML: escaped characters, spans with inline styles, line breaks."""
    parts = [_span(piece, look) for piece, look in _split(compact, Look(), _STORED)]
    return "".join(parts).replace("\n", "<br>")


def _span(piece: str, look: Look) -> str:
    declarations = []
    colour = look.colour if _HEX.fullmatch(look.colour) else _COLOURS.get(look.colour)
    if colour:
        declarations.append(f"color:{colour}")
    declarations += [_CSS[style] for style in sorted(look.styles) if style in _CSS]
    text = escape(piece)
    return f'<span style="{";".join(declarations)}">{text}</span>' if declarations else text


def _runs(raw: Any) -> Iterator[tuple[str, Look]]:
    """Pieces of visible text with their looks, in reading order."""
    stack: list[tuple[Any, Look, int]] = [(raw, Look(), 0)]
    for _ in range(MAX_NODES):
        if not stack:
            return
        node, look, depth = stack.pop()
        if isinstance(node, str):
            yield from _split_sent(node, look)
        elif isinstance(node, dict):
            look = _look_of(node, look)
            if isinstance(node.get("text"), str):
                yield from _split_sent(node["text"], look)
            node = node.get("extra")
        if isinstance(node, list) and depth < MAX_DEPTH:
            stack.extend((child, look, depth + 1) for child in reversed(node[:MAX_NODES]))


def _look_of(node: dict[str, Any], parent: Look) -> Look:
    colour, styles = parent.colour, set(parent.styles)
    named = node.get("color")
    if isinstance(named, str):
        lowered = named[:16].lower()
        colour = lowered if _HEX.fullmatch(lowered) else _NAMES.get(lowered, colour)
    for name, code in _STYLES.items():
        if node.get(name) is True:
            styles.add(code)
        elif node.get(name) is False:
            styles.discard(code)
    return Look(colour, frozenset(styles))


def _split_sent(text: str, look: Look) -> Iterator[tuple[str, Look]]:
    """Divide what a server sent: first of all what cannot be seen goes, as in the plain text."""
    return _split(visible(text[: MAX_MOTD * RAW_PER_CHARACTER]), look, _SENT)


def _split(text: str, look: Look, codes_in: re.Pattern[str]) -> Iterator[tuple[str, Look]]:
    """Divide a text at its formatting codes; unknown codes vanish, empty pieces too."""
    at = 0
    for token in codes_in.finditer(text):
        if piece := _ANY_CODE.sub("", text[at : token.start()]):
            yield piece, look
        look, at = look.with_code(token[1]), token.end()
    if piece := _ANY_CODE.sub("", text[at:]):
        yield piece, look
