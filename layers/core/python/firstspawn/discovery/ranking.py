"""What a server has proved, as whole points that do not depend on the text.

Every number is in `clients/search/weights.py`. Points grow with the logarithm of a count: twice as
much is one step more, so that an invented number gains little and a small server can catch up.
"""

import math
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from firstspawn.clients.search import weights as w
from firstspawn.servers.score import PRIOR_RATING, bayesian_score

_BEST_RATING = 5.0


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a server. `isVouched`: a plugin was at work there within the week."""

    playtimeMinutes: int = 0
    verifiedPlayers: int = 0
    verifiedReviews: int = 0
    verifiedStars: int = 0
    favorites: int = 0
    uptime: float = 0
    isOnline: bool = False
    isVouched: bool = False
    playerCount: int = 0


def rank_parts(proof: Proof, opened: datetime, now: datetime) -> dict[str, int]:
    """Points by what they are for; their sum is at most 40."""
    return {
        "playtime": _doublings(proof.playtimeMinutes / 60, w.PLAYTIME, w.PLAYTIME_DOUBLINGS),
        "players": _doublings(proof.verifiedPlayers, w.PLAYERS, w.PLAYERS_DOUBLINGS),
        "reviews": _reviews(proof),
        "reviewers": _doublings(proof.verifiedReviews, w.REVIEWERS, w.REVIEWERS_DOUBLINGS),
        "uptime": _uptime(proof.uptime),
        "freshness": _freshness(opened, now),
        "online": w.ONLINE * proof.isOnline,
        "claimedPlayers": _claimed(proof),
        "favorites": int(
            w.FAVORITES * min(1, math.log10(1 + proof.favorites) / w.FAVORITES_TENFOLDS)
        ),
    }


def exposure_group(
    server_id: str, points: int, proof: Proof, opened: datetime, now: datetime
) -> int | None:
    """The day of a fortnight on which a server gets EXPOSURE points; None if it needs none.

    For servers that answer and are small (few points of proof) or new.
    """
    is_new = now - opened <= timedelta(days=w.NEW_DAYS)
    if not proof.isOnline or not (is_new or points <= w.SMALL_PROOF):
        return None
    return zlib.crc32(f"exposure {server_id}".encode()) % w.EXPOSURE_DAYS


def exposed_on(day: datetime) -> int:
    """The group whose day it is."""
    return day.toordinal() % w.EXPOSURE_DAYS


def _doublings(count: float, points: int, most: int) -> int:
    return int(points * min(1.0, math.log2(1 + max(0.0, count)) / most))


def _reviews(proof: Proof) -> int:
    count, stars = proof.verifiedReviews, proof.verifiedStars
    above = bayesian_score(count, stars, count, stars) - PRIOR_RATING
    return round(w.REVIEWS * max(0.0, above) / (_BEST_RATING - PRIOR_RATING))


def _uptime(percentage: float) -> int:
    above = min(100.0, percentage) - w.UPTIME_FLOOR
    return round(w.UPTIME * max(0.0, above) / (100 - w.UPTIME_FLOOR))


def _freshness(opened: datetime, now: datetime) -> int:
    age = now - opened
    if age < timedelta(0) or age > timedelta(days=w.HALF_FRESH_DAYS):
        return 0
    return w.FRESH if age <= timedelta(days=w.FRESH_DAYS) else w.FRESH // 2


def _claimed(proof: Proof) -> int:
    if not proof.isOnline:
        return 0
    worth = 1.0 if proof.isVouched else w.CLAIM_UNVOUCHED
    capped = min(1.0, math.log2(1 + max(0, proof.playerCount)) / w.CLAIM_DOUBLINGS)
    return int(w.CLAIM * capped * worth)
