"""The limits, by policy and by who asks. One table; routes name a policy.

A policy has windows of growing length, each dividing the next, so that all of them are counted
in the one item of the longest: no burst and no long window costs a second write.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Audience(StrEnum):
    """Whose limits apply."""

    GUEST = "guest"
    USER = "user"
    PREMIUM = "premium"
    SERVER_OWNER = "server_owner"
    PLUGIN = "plugin"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Window:
    """So many requests in so many seconds."""

    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of one kind of request, shortest window first.

    `closed`: refuse what cannot be counted rather than let it pass.
    """

    name: str
    windows: dict[Audience, tuple[Window, ...]]
    closed: bool = False

    def __post_init__(self) -> None:
        for windows in self.windows.values():
            for short, long in pairwise(windows):
                if long.seconds % short.seconds:
                    raise ValueError(f"{self.name}: windows must divide each other")


@dataclass(frozen=True, slots=True)
class Total:
    """So many tries at one thing, however long it is there. Never passes what it cannot count."""

    name: str
    limits: dict[Audience, int]


_SECOND, _MINUTE, _HOUR = 1, 60, 3600
_BURST = Window(10, _SECOND)
_PEOPLE = (Audience.GUEST, Audience.USER, Audience.PREMIUM, Audience.SERVER_OWNER)


def _row(
    name: str, seconds: int, *limits: int | None, burst: bool = True, closed: bool = False
) -> Policy:
    """A row of the table: guest, user, premium, server owner; None is not allowed at all."""
    first = (_BURST,) if burst else ()
    windows = {
        audience: (*first, Window(limit, seconds))
        for audience, limit in zip(_PEOPLE, limits, strict=True)
        if limit is not None
    }
    return Policy(name, windows, closed)


SEARCH = _row("search", _MINUTE, 30, 60, 120, 120)
REVIEWS = _row("reviews", _HOUR, None, 5, 10, 10, burst=False)
FAVORITES = _row("favorites", _HOUR, None, 100, 200, 200)
REPORTS = _row("reports", _HOUR, None, 10, 10, 10, burst=False)
AUTH = _row("auth", _MINUTE, 5, 10, 10, 10, burst=False, closed=True)
PLUGIN = Policy("plugin", {Audience.PLUGIN: (Window(1000, _MINUTE),)}, closed=True)
# Plugins' calls that were refused: of a known key by key and address, of unknown ones by address.
# Game servers of many people may have one address, so its limit is the higher one.
REFUSED = Policy(
    "refused", {Audience.PLUGIN: (Window(30, _MINUTE),), Audience.GUEST: (Window(120, _MINUTE),)}
)
WRITES = Policy("writes", dict.fromkeys(_PEOPLE, (_BURST, Window(60, _MINUTE), Window(100, _HOUR))))
# Tries to show a second factor or to prove again who one is, by account and wherever from: a code
# has six digits, of which three are good at any moment.
SECOND_FACTOR = Policy(
    "second_factor", {Audience.USER: (Window(10, 10 * _MINUTE), Window(40, 24 * _HOUR))},
    closed=True,
)  # fmt: skip
# What is mailed to one address because somebody typed it, whoever that was and from wherever.
MAILS = Policy("mails", {Audience.ADDRESS: (Window(3, _MINUTE), Window(10, _HOUR))}, closed=True)
PUZZLES = Total("puzzle", dict.fromkeys(_PEOPLE[1:], 10))
STAFF = Policy("staff", dict.fromkeys(_PEOPLE, (_BURST, Window(120, _MINUTE))))
POLICIES = {
    policy.name: policy
    for policy in (SEARCH, REVIEWS, FAVORITES, REPORTS, AUTH, PLUGIN, WRITES, STAFF, MAILS, REFUSED)
}
