"""How text becomes terms, for documents and for queries, on every engine alike.

Done here and not by an engine's analyzers, so that both engines match the same documents: the
index holds these terms separated by blanks.

Folded: case, width, diacritics, vowel marks of Arabic and Hebrew, the small capitals and letters in
boxes that server names like to use. What cannot be seen is left out. Everything that is no letter,
digit or mark separates, but versions (`1.21`) stay whole. Scripts written without blanks become
overlapping pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_UNDECOMPOSED = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_LETTERS = str.maketrans(_SMALL_CAPITALS | _UNDECOMPOSED)
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
# What stands for a letter or a number beside words, and what only looks like one. Code -> text.
_PICTURES = {
    **{a + n: chr(0x61 + n) for a in (0x249C, 0x1F110, 0x1F150, 0x1F170) for n in range(26)},
    **{
        code: f" {int(unicodedata.numeric(chr(code)))} "  # in circles, in brackets, with a dot
        for code in (*range(0x2460, 0x249C), *range(0x24EA, 0x2500), *range(0x2776, 0x2794))
    },
    **dict.fromkeys((0x20E3, 0x2120, 0x2122, 0x2139), " "),  # keycap, service and trade mark, info
    **dict.fromkeys((0x115F, 0x1160, 0x3164, 0xFFA0), " "),  # Hangul, looks like a blank
}
# Marks that decorate a letter or say how it sounds, and what cannot be seen. The marks of other
# scripts (Indic ones, Thai, kana) are letters to their readers and stay.
_LEFT_OUT = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # Arabic,
    "\u08ca-\u08e1\u08e3-\u08ff\u0640"  # with the dash that makes words longer
    "\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0001-\U000e007f]"  # formats
)
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
# Thai, Lao, Khmer, Hangul, kana, bopomofo, ideographs (with the supplementary planes).
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_VERSION_DOT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_LONGEST_TERM = 64

# Raise it when the same text gives other terms than before: indexes made earlier are then outdated.
VERSION = 3

# Words that narrow nothing in a list of servers: left out of a query that has others.
NOISE = frozenset(
    ("server", "servers", "serveur", "serveurs", "servidor", "servidores", "сервер", "сервера",
     "серверы", "the", "a", "an", "of", "for", "and", "with", "on", "in", "best", "top", "good")
)  # fmt: skip


def fold(text: str) -> str:
    """Bring spellings of the same word together: `ＳＫＹ`, `Ský`, `ꜱᴋʏ` -> `sky`."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PICTURES)).casefold()
    return unicodedata.normalize("NFKC", _LEFT_OUT.sub("", decomposed)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Split into folded words, in order: `Sky_Block-PvP!` -> `sky`, `block`, `pvp`."""
    # A dot would separate for an engine, too.
    text = _VERSION_DOT.sub("v", text)
    if text.isascii():  # the same, several times faster
        return _ASCII_WORD.findall(text.lower())
    folded = fold(_KEYCAP.sub(r" \1 ", text))
    return "".join(c if _is_part(c) else " " for c in folded).split()


@lru_cache(maxsize=8192)
def in_word(character: str, *, first: bool) -> bool:
    """Tell whether a character of any text can be the first one of a word, or a later one."""
    folded = fold(character)
    return folded.isalnum() or (not first and all(map(_is_part, folded)))


def _is_part(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def key(text: str) -> str:
    """The words without what separates them: equal for `Sky Block`, `sky_block` and `SkyBlock`.

    At most 64 letters: to look for what is near a longer one takes an engine seconds.
    """
    return "".join(words(text))[:_LONGEST_TERM]


def query_terms(text: str) -> list[tuple[str, ...]]:
    """What a query looks for, one tuple per word or unspaced run: all its terms have to match."""
    units = [tuple(_run_terms(run)) for word in words(text) for run in _runs(word)]
    telling = [unit for unit in units if unit[0] not in NOISE]
    return list(dict.fromkeys(telling or units))


def index_terms(text: str) -> set[str]:
    """The terms a text is found by. Single characters of unspaced scripts are among them."""
    terms: set[str] = set()
    for word in words(text):
        if word.isascii():
            terms.add(word[:_LONGEST_TERM])
            continue
        for run in _runs(word):
            terms.update(_run_terms(run))
            if _UNSPACED.fullmatch(run):
                terms.update(run)
    return terms


def name_terms(text: str) -> set[str]:
    """Like `index_terms`, and found written apart (`SkyBlock`) or together (`Sky Block`)."""
    spaced = words(_CAMEL.sub(" ", text))
    joined = (first + second for first, second in pairwise(spaced))
    return index_terms(text) | {
        term[:_LONGEST_TERM] for term in (*spaced, *joined) if not _UNSPACED.search(term)
    }


def searchable(fields: Mapping[str, Any]) -> dict[str, str]:
    """Derive a document's search fields: terms by field, and the keys of exact matches."""
    name, slug = fields["name"], fields["slug"]
    labels = (*fields.get("tags", ()), fields["gameType"], fields.get("edition") or "")
    versions = (term for one in fields.get("versions", ()) for term in words(one))
    return {
        "nameKey": key(name),
        "slugKey": key(slug),
        "nameTerms": _joined(name_terms(name) | name_terms(slug)),
        "tagTerms": _joined((*(t for label in labels for t in name_terms(label)), *versions)),
        "shortTerms": _joined(index_terms(fields.get("shortDescription") or "")),
        "descriptionTerms": _joined(index_terms(fields.get("description") or "")),
    }


def unspaced(term: str) -> bool:
    """Tell whether a term is of a script written without blanks."""
    return _UNSPACED.fullmatch(term) is not None


def _joined(terms: Iterable[str]) -> str:
    return " ".join(sorted(set(terms)))


def _runs(word: str) -> Iterator[str]:
    """Cut `minecraft服务器` into `minecraft` and `服务器`."""
    position = 0
    for match in _UNSPACED.finditer(word):
        if match.start() > position:
            yield word[position : match.start()]
        yield match.group()
        position = match.end()
    if position < len(word):
        yield word[position:]


def _run_terms(run: str) -> list[str]:
    if len(run) == 1 or not _UNSPACED.fullmatch(run):
        return [run[:_LONGEST_TERM]]
    return [run[i : i + 2] for i in range(len(run) - 1)]
