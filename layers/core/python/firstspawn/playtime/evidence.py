"""What we know of a server ourselves, and what it says about a report. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from firstspawn.playtime.accounting import Claim, Reason
from firstspawn.playtime.spans import Span, most_at_once

HOUR = 3600
FAILURES = 3
CAPACITY_UNKNOWN = 1000
_SAMPLE_REACH = 10 * 60
_SEEN_FACTOR, _SEEN_SLACK = 2, 10
_ALIKE = 25


@dataclass(frozen=True, slots=True)
class Sample:
    """A check of ours: when (epoch seconds), and whether the server answered."""

    at: int
    online: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of a server.

    `max_players` is None if nobody told; `peak` the most players that our pings saw in the hours
    at hand (None: not pinged, not answered, or not told). `missed` tells that a check of those
    hours was not answered: only then are single samples worth reading, and not if it `is_unseen`:
    known by its plugin alone, it was never down for us. `used` are the player-seconds counted
    already, by hour.
    """

    max_players: int | None = None
    peak: int | None = None
    missed: bool = False
    is_unseen: bool = False
    used: Mapping[int, int] | None = None
    score: int = 0
    score_at: int = 0
    watch_version: int = 0

    @property
    def capacity(self) -> int:
        """How many players can be there at a time."""
        return self.max_players or CAPACITY_UNKNOWN


def outages(samples: Iterable[Sample], now: int) -> list[Span]:
    """Spans in which a server was down: three unanswered checks in a row or more.

    An outage is from the first of them to the last one, or to now if nothing answered since.
    """
    found: list[Span] = []
    run: list[int] = []
    for sample in sorted(samples, key=lambda one: one.at):
        if not sample.online:
            run.append(sample.at)
            continue
        _close(found, run, run[-1] if run else 0)
        run = []
    _close(found, run, now)
    return found


def _close(found: list[Span], run: Sequence[int], end: int) -> None:
    if len(run) >= FAILURES and run[0] < end:
        found.append(Span(run[0], end))


def oddities(claims: Sequence[Claim], known: Known) -> list[Reason]:
    """What is odd about a report as a whole. Each of these holds everything in it."""
    found = []
    busiest = most_at_once(claim.span for claim in claims)
    if busiest > known.capacity:
        found.append(Reason.CAPACITY)
    if known.peak is not None and busiest > known.peak * _SEEN_FACTOR + _SEEN_SLACK:
        found.append(Reason.CROWD)
    return found


def are_alike(claims: Sequence[Claim]) -> bool:
    """Tell whether many players were there equally long to the second, none of them idle.

    It happens to honest servers now and then, and to made-up numbers always.
    """
    alike = {(claim.span.seconds, claim.afk) for claim in claims}
    return len(claims) >= _ALIKE and len(alike) == 1 and claims[0].afk == 0
