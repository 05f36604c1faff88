"""How text becomes terms, for documents and for queries, on every engine alike.

Done here and not by an engine's analyzers, so that both engines match the same documents: the
index holds these terms separated by blanks.

Folded: case, width, diacritics, the small capitals server names like to use. Everything that is
no letter, digit or mark separates, but versions (`1.21`) stay whole. Scripts written without
blanks become overlapping pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_UNDECOMPOSED = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_LETTERS = str.maketrans(_SMALL_CAPITALS | _UNDECOMPOSED)
_DIACRITICS = re.compile("[\u0300-\u036f]")
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
VERSION = 2

# Words that narrow nothing in a list of servers: left out of a query that has others.
NOISE = frozenset(
    ("server", "servers", "serveur", "serveurs", "servidor", "servidores", "сервер", "сервера",
     "серверы", "the", "a", "an", "of", "for", "and", "with", "on", "in", "best", "top", "good")
)  # fmt: skip


def fold(text: str) -> str:
    """Bring spellings of the same word together: `ＳＫＹ`, `Ský`, `ꜱᴋʏ` -> `sky`."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKC", _DIACRITICS.sub("", decomposed)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Split into folded words, in order: `Sky_Block-PvP!` -> `sky`, `block`, `pvp`."""
    # A dot would separate for an engine, too.
    text = _VERSION_DOT.sub("v", text)
    if text.isascii():  # the same, several times faster
        return _ASCII_WORD.findall(text.lower())
    return fold(_separate(text)).split()


def _separate(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text)
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in wide)


def key(text: str) -> str:
    """The words without what separates them: equal for `Sky Block`, `sky_block` and `SkyBlock`."""
    return "".join(words(text))


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
        "nameKey": key(name)[:_LONGEST_TERM],
        "slugKey": key(slug)[:_LONGEST_TERM],
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
