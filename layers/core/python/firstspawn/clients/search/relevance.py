"""What makes a document fit a text, as one plan that every engine translates.

Scores are sums of the whole numbers below and not an engine's own statistics: so both engines rank
alike, a score can be explained, and it does not move (and shift pages) when other documents change.
To the text's score the engine adds the document's `rankScore` (0-50, `discovery.ranking`).
"""

from dataclasses import dataclass

from firstspawn.clients.search.analysis import key, query_terms
from firstspawn.clients.search.interface import LONGEST_TEXT

SAME_NAME = 1000
NAME_BEGINS = 150
# Field -> score of a whole word, of the beginning of a word.
WORD = {
    "nameTerms": (60, 45),
    "tagTerms": (40, 25),
    "shortTerms": (15, 10),
    "descriptionTerms": (6, 4),
}
MISSPELT = {"nameTerms": 40, "tagTerms": 15}
MOST_UNITS = 12
_ONE_SLIP, _TWO_SLIPS = 4, 8


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way a word can be found: all `terms` in `field`, worth `score`.

    `prefix`: the term may go on. `slips`: so many letters may differ (inserted, missing,
    replaced or swapped), never the first one.
    """

    field: str
    terms: tuple[str, ...]
    score: int
    prefix: bool = False
    slips: int = 0


@dataclass(frozen=True, slots=True)
class TextPlan:
    """A document fits if it has `required` of the units, or if its name begins with the key.

    A unit scores its best alternative. `key` scores SAME_NAME for the same name or slug and
    NAME_BEGINS for a name beginning with it.
    """

    key: str
    units: tuple[tuple[Alternative, ...], ...]
    required: int


def plan(text: str, *, approximate: bool = False) -> TextPlan | None:
    """Read what somebody typed; its last word may be unfinished. None if there is no word in it."""
    text = text[:LONGEST_TEXT]
    terms = query_terms(text)[:MOST_UNITS]
    if not terms:
        return None
    units = tuple(
        _unit(unit, last=number == len(terms), approximate=approximate)
        for number, unit in enumerate(terms, start=1)
    )
    return TextPlan(key(text), units, len(units) - (len(units) // 3 if approximate else 0))


def _unit(terms: tuple[str, ...], *, last: bool, approximate: bool) -> tuple[Alternative, ...]:
    whole = [Alternative(field, terms, score) for field, (score, _) in WORD.items()]
    if len(terms) > 1:
        return tuple(whole)
    if last:
        whole += [
            Alternative(field, terms, score, prefix=True) for field, (_, score) in WORD.items()
        ]
    slips = _slips(terms[0]) if approximate else 0
    if slips:
        whole += [Alternative(f, terms, score, slips=slips) for f, score in MISSPELT.items()]
    return tuple(whole)


def _slips(term: str) -> int:
    return (len(term) >= _ONE_SLIP) + (len(term) >= _TWO_SLIPS)
