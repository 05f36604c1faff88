"""The two scores: a server's, from its reviews, and a review's, from its votes."""

import math

from firstspawn.servers.score import bayesian_score

__all__ = ("bayesian_score", "helpfulness")

# One-sided 95 %: how sure one may be of a share after so many votes.
_Z = 1.645
_MIDDLE, _HALF = 5000, 4999


def helpfulness(upvotes: int, downvotes: int) -> int:
    """How helpful a review has proved: whole points from 1 to 9999, 5000 without votes.

    What is sure of the upvotes less what is sure of the downvotes (Wilson's lower bounds of their
    shares): 40 of 50 outrank 2 of 2, and what many found useless sinks below what nobody judged.
    """
    votes = upvotes + downvotes
    return _MIDDLE + round(_HALF * (_sure(upvotes, votes) - _sure(downvotes, votes)))


def _sure(chosen: int, votes: int) -> float:
    if not votes:
        return 0.0
    share, z2 = chosen / votes, _Z * _Z
    spread = _Z * math.sqrt((share * (1 - share) + z2 / (4 * votes)) / votes)
    return max(0.0, (share + z2 / (2 * votes) - spread) / (1 + z2 / votes))
