"""Did you mean: a misspelt text with the words that its approximate results really have."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from firstspawn.clients.search.analysis import name_terms, words
from firstspawn.clients.search.relevance import TextPlan
from firstspawn.clients.search.spelling import distance

_VERSION = re.compile(r"(?<=[0-9])v(?=[0-9])")


def corrected(text: str, plan: TextPlan, hits: Sequence[Mapping[str, Any]]) -> str | None:
    """The text with each unknown word replaced by the nearest one in the best hits' names and tags.

    None if no word was replaced. Of words as near the one of the better hit is taken.
    """
    known = list(dict.fromkeys(word for hit in hits for word in _vocabulary(hit)))
    slips = {unit[0].terms[0]: max(one.slips for one in unit) for unit in plan.units}
    typed = words(text)
    meant = [_nearest(word, known, slips.get(word, 0)) for word in typed]
    return _VERSION.sub(".", " ".join(meant)) if meant != typed else None


def _vocabulary(hit: Mapping[str, Any]) -> list[str]:
    name = sorted(name_terms(hit["name"]), key=len)
    return [*name, *(word for tag in hit.get("tags", ()) for word in words(tag))]


def _nearest(word: str, known: Sequence[str], slips: int) -> str:
    if not slips or word in known:
        return word
    near = [(distance(word, one, slips), place, one) for place, one in enumerate(known)]
    best = min((one for one in near if one[0] <= slips), default=None)
    return best[2] if best else word
