"""How good an order is: nDCG@10 and the reciprocal rank of the first best answer."""

import math
from collections.abc import Mapping, Sequence

DEPTH = 10


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """1.0 for an order as good as there is; gains grow exponentially with the grade."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return _gain([grades.get(one, 0) for one in found[:DEPTH]]) / ideal


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 / place of the first answer with the best grade; 0 if it is not among the first ten."""
    best = max(grades.values())
    places = (place for place, one in enumerate(found[:DEPTH], 1) if grades.get(one, 0) == best)
    return 1 / next(places, math.inf)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))
