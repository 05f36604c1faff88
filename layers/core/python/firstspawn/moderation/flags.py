"""What a rule can see in a review: pure functions, precise rather than complete.

A flag puts a review before the staff and does no more, so a miss is for people to report, and a
false alarm costs the staff's time.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from firstspawn.kit.signing import sha256_hex
from firstspawn.kit.text import fold
from firstspawn.moderation.words import WORDS

SHORTEST_REPEATED = 40
REPEATED, FLOOD, LINKS = 2, 5, 3
FLOOD_WITHIN = timedelta(hours=1)
NEW_FOR = timedelta(hours=24)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|\b[a-z0-9-]{2,63}\.(?:com|net|org|gg|io|shop|xyz|ru|cc|me)/\S+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


class Flag(StrEnum):
    """Why a rule wants the staff to look."""

    LINKS = "links"
    REPEATED_TEXT = "repeated text"
    FLOOD = "flood"
    NEW_ACCOUNT = "link by a new account"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Sight:
    """A review's text, and what is known of its author.

    `repeated`: how many other reviews of late say the same; `lately`: how many reviews the author
    wrote within an hour, up to five.
    """

    text: str
    accountAge: timedelta
    repeated: int
    lately: int


def flags(seen: Sight) -> list[Flag]:
    """Every rule that a review breaks."""
    links = len(set(_LINK.findall(seen.text)))
    found = {
        Flag.LINKS: links >= LINKS,
        Flag.REPEATED_TEXT: seen.repeated >= REPEATED,
        Flag.FLOOD: seen.lately >= FLOOD,
        Flag.NEW_ACCOUNT: links > 0 and seen.accountAge < NEW_FOR,
        Flag.WORDS: not WORDS.isdisjoint(tokens(seen.text)),
    }
    return [flag for flag, holds in found.items() if holds]


def tokens(text: str) -> set[str]:
    """The words of a text without case and accents, and each two and three in a row as one."""
    words = _WORD.findall(_plain(text))
    rows = [words[at : at + size] for size in (1, 2, 3) for at in range(len(words) - size + 1)]
    return {"".join(row) for row in rows}


def fingerprint(text: str) -> str | None:
    """The same for texts that say the same but for case, accents, spaces and signs.

    None for one that many people may well write by themselves.
    """
    words = "".join(_WORD.findall(_plain(text)))
    return sha256_hex(words)[:32] if len(words) >= SHORTEST_REPEATED else None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", fold(text))
    return "".join(one for one in decomposed if not unicodedata.combining(one))
