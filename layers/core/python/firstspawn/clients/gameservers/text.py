"""Strangers' words and numbers made plain, at a cost that does not depend on what they send.

Not mcstatus's parser of messages: it follows any nesting, takes "&" for a formatting code ("Q&A"
loses its A) and costs as much CPU as reading the answer. The tests compare the two.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

MAX_COUNT: Final = 1_000_000
MAX_MOTD: Final = 512
MAX_VERSION: Final = 64
MAX_DEPTH: Final = 16
MAX_NODES: Final = 512
# Of the raw text, for each character that may remain: room for formatting codes.
RAW_PER_CHARACTER: Final = 4
_CODE: Final = re.compile("§.?", re.DOTALL)


def plain(raw: Any, *, limit: int = MAX_MOTD) -> str | None:
    """A text component (string, object, list, nested) as at most `limit` plain characters.

    Formatting codes, control, bidirectional, private and invisible characters and lone
    surrogates are gone; lines are kept, runs of blanks are one. None when nothing is left.
    """
    text = visible(_flatten(raw, limit * RAW_PER_CHARACTER))
    if "§" in text:
        text = _CODE.sub("", text)
    if text.isascii() and "  " not in text and "\n" not in text:
        return text.strip()[:limit].rstrip() or None
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:limit].rstrip() or None


def count(value: Any) -> int | None:
    """A number of players: an integer (no boolean, no text) of 0..1,000,000, else None."""
    if type(value) is int and 0 <= value <= MAX_COUNT:
        return value
    return None


def visible(text: str) -> str:
    """A text without control, bidirectional and invisible characters; lines are kept."""
    if text.replace("\n", "").isprintable():
        return text
    kept = (" " if c.isspace() and c != "\n" else c for c in text)
    return "".join(c for c in kept if c == "\n" or c.isprintable())


def _flatten(raw: Any, room: int) -> str:
    """The component's text in reading order, `room` characters, a bounded depth and size."""
    if isinstance(raw, str):
        return raw[:room]
    pieces: list[str] = []
    for piece in _texts(raw):
        pieces.append(piece[:room])
        room -= len(pieces[-1])
        if room <= 0:
            break
    return "".join(pieces)


def _texts(raw: Any) -> Iterator[str]:
    stack: list[tuple[Any, int]] = [(raw, 0)]
    for _ in range(MAX_NODES):
        if not stack:
            return
        node, depth = stack.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            if isinstance(node.get("text"), str):
                yield node["text"]
            node = node.get("extra")
        if isinstance(node, list) and depth < MAX_DEPTH:
            # A list longer than all that will ever be visited is cut before it is copied.
            stack.extend((child, depth + 1) for child in reversed(node[:MAX_NODES]))
