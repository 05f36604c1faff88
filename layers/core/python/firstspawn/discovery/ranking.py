"""The part of a server's rank that does not depend on the text: whole points from 0 to 50.

Points are for what others vouch for. Players as a ping reports them count half unless the server
has proved itself with the plugin, and slowly (twice as many players, one point more), so that an
invented number gains little. The relevance of the text is in `clients/search/relevance.py`.
"""

import math
from collections.abc import Mapping
from typing import Any

ONLINE = 10
VERIFIED = 8
MOST_FOR_PLAYERS = 12
MOST_FOR_RATING = 10
MOST_FOR_UPTIME = 6
MOST_FOR_FAVORITES = 4
# A rating counts as if this many average reviews had been there before it.
_PRIOR_REVIEWS, _PRIOR_RATING, _BEST_RATING = 5, 3.0, 5.0


def rank_score(server: Mapping[str, Any]) -> int:
    """Points of a server with the fields of `servers.json`."""
    points = ONLINE * bool(server["isOnline"]) + VERIFIED * bool(server["isVerified"])
    points += _players(server) + _rating(server["averageRating"], server["reviewCount"])
    points += round(MOST_FOR_UPTIME * min(server["uptime"], 100) / 100)
    points += min(MOST_FOR_FAVORITES, int(math.log10(1 + server["favoriteCount"])))
    return int(points)


def _players(server: Mapping[str, Any]) -> int:
    if not server["isOnline"]:
        return 0
    doublings = min(MOST_FOR_PLAYERS, math.log2(1 + max(0, server["playerCount"])))
    return int(doublings if server["isVerified"] else doublings / 2)


def _rating(average: float, count: int) -> int:
    total = average * count + _PRIOR_RATING * _PRIOR_REVIEWS
    expected = total / (count + _PRIOR_REVIEWS)
    above = max(0.0, expected - _PRIOR_RATING) / (_BEST_RATING - _PRIOR_RATING)
    return round(MOST_FOR_RATING * above)
