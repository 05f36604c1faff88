"""What makes a document fit a text, as one plan that every engine translates.

Scores are sums of the whole numbers of `weights` and not an engine's own statistics: so both
engines rank alike, a score can be explained, and it does not move (and shift pages) when other
documents change.
To the text's score the engine adds the document's `rankScore` (`discovery.ranking`).
"""

from dataclasses import dataclass

from firstspawn.clients.search.analysis import key, query_terms, unspaced
from firstspawn.clients.search.interface import LONGEST_TEXT, SearchQuery
from firstspawn.clients.search.weights import MISSPELT, WORD

_NAME = "nameTerms"
_WRITTEN_TOGETHER = (_NAME, "tagTerms", "shortTerms")
_PAIR = 2
MOST_UNITS = 12
# Known words that a misspelt one may mean: of one, and of all in one field. Two fields are looked
# at, and OpenSearch refuses more than 1,024 conditions.
MOST_MEANINGS, _MOST_IN_ALL = 50, 300
_ONE_SLIP, _TWO_SLIPS = 4, 8


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way a word can be found: all `terms` in `field`, worth `score`.

    `prefix`: the term may go on. `slips`: so many letters may differ (inserted, missing,
    replaced or swapped), never the first one; of the known words that are so near, `meanings` are
    tried.
    """

    field: str
    terms: tuple[str, ...]
    score: int
    prefix: bool = False
    slips: int = 0
    meanings: int = 0


@dataclass(frozen=True, slots=True)
class TextPlan:
    """A document fits if it has `required` of the units, or if its name begins with the key.

    A unit scores its best alternative of each field, summed. `key` scores SAME_NAME for the same
    name or slug, NAME_BEGINS for a name beginning with it, and NEAR_NAME for each number of
    slips up to `slips` within which the name is the same.
    """

    key: str
    units: tuple[tuple[Alternative, ...], ...]
    required: int
    slips: int = 0


def by_field(unit: tuple[Alternative, ...]) -> list[list[Alternative]]:
    """A unit's alternatives, those of one field together."""
    fields = dict.fromkeys(alternative.field for alternative in unit)
    return [[one for one in unit if one.field == field] for field in fields]


def plan_of(query: SearchQuery) -> TextPlan | None:
    """Read a query's text."""
    text = query.text or ""
    return plan(text, approximate=query.approximate, completing=query.completing)


def plan(text: str, *, approximate: bool = False, completing: bool = False) -> TextPlan | None:
    """Read what somebody typed; its last word may be unfinished. None if there is no word in it.

    `completing` looks for names alone, of which every word may be unfinished.
    """
    text = text[:LONGEST_TEXT]
    terms = query_terms(text)[:MOST_UNITS]
    if not terms:
        return None
    meanings = min(MOST_MEANINGS, _MOST_IN_ALL // len(terms)) if approximate else 0
    units = tuple(
        _unit(unit, open_end=completing or number == len(terms), meanings=meanings)
        for number, unit in enumerate(terms, start=1)
    )
    units = tuple(
        (*unit, *_joined(terms, place, last=len(terms) - 1)) for place, unit in enumerate(units)
    )
    if completing:
        units = tuple(tuple(a for a in unit if a.field == _NAME) for unit in units)
    whole = key(text)
    slips = _slips(whole) if approximate else 0
    required = len(units) - (len(units) // 3 if approximate else 0)
    return TextPlan(whole, units, required, slips)


def _unit(terms: tuple[str, ...], *, open_end: bool, meanings: int) -> tuple[Alternative, ...]:
    whole = [Alternative(field, terms, score) for field, (score, _) in WORD.items()]
    if len(terms) > 1:
        return tuple(whole)
    if open_end:
        whole += [
            Alternative(field, terms, score, prefix=True) for field, (_, score) in WORD.items()
        ]
    slips = _slips(terms[0]) if meanings else 0
    if slips:
        whole += [
            Alternative(field, terms, score, slips=slips, meanings=meanings)
            for field, score in MISSPELT.items()
        ]
    return tuple(whole)


def _joined(units: list[tuple[str, ...]], place: int, *, last: int) -> list[Alternative]:
    """A word written together with its neighbour: `sky block` is also `skyblock`.

    Each of the two brings half of the score.
    """
    made = []
    for first in (place - 1, place):
        pair = units[first : first + 2] if first >= 0 else []
        if len(pair) == _PAIR and all(len(one) == 1 and not unspaced(one[0]) for one in pair):
            terms = (pair[0][0] + pair[1][0],)
            made += [
                Alternative(field, terms, WORD[field][0] // 2, prefix=first + 1 == last)
                for field in _WRITTEN_TOGETHER
            ]
    return made


def _slips(term: str) -> int:
    return (len(term) >= _ONE_SLIP) + (len(term) >= _TWO_SLIPS)
