"""What can be reported and decided, of whom, by whom: tables and pure functions."""

from datetime import timedelta
from enum import StrEnum

from firstspawn.users.schemas import Role

ASSIGNED_FOR = timedelta(minutes=30)
APPEAL_LIFE = timedelta(days=30)


class Kind(StrEnum):
    """What a case is about."""

    REVIEW = "review"
    SERVER = "server"
    USER = "user"


class Reason(StrEnum):
    """What is wrong with it. AUTOMATIC: a rule found it."""

    SPAM = "SPAM"
    HARASSMENT = "HARASSMENT"
    HATE = "HATE"
    SEXUAL = "SEXUAL"
    SCAM = "SCAM"
    FAKE = "FAKE"
    IMPERSONATION = "IMPERSONATION"
    PRIVACY = "PRIVACY"
    OTHER = "OTHER"


class State(StrEnum):
    """Where a case stands. RESOLVED ones are in no queue."""

    OPEN = "OPEN"
    APPEALED = "APPEALED"
    RESOLVED = "RESOLVED"


class Action(StrEnum):
    """What the staff can decide."""

    APPROVE = "approve"
    WARN = "warn"
    HIDE = "hide"
    REMOVE = "remove"
    SUSPEND = "suspend"
    BAN = "ban"


class Standing(StrEnum):
    """What has become of a decision."""

    IN_FORCE = "IN_FORCE"
    SUPERSEDED = "SUPERSEDED"
    REVERTED = "REVERTED"


class Appeal(StrEnum):
    """What has become of an appeal; there is none before it is PENDING."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


ACTIONS = {
    Kind.REVIEW: {Action.APPROVE, Action.WARN, Action.HIDE, Action.REMOVE},
    Kind.SERVER: {Action.APPROVE, Action.WARN, Action.HIDE},
    Kind.USER: {Action.APPROVE, Action.WARN, Action.SUSPEND, Action.BAN},
}
# How a subject stands is said by the last of these; a warning changes nothing about it.
SETTLING = frozenset(Action) - {Action.WARN}
ENDING = frozenset({Action.SUSPEND, Action.BAN})
_RANKS = {Role.USER: 0, Role.MODERATOR: 1, Role.ADMIN: 2}


def outranked_by(role: Role) -> list[Role]:
    """The roles about which somebody of this one may decide."""
    return [one for one, rank in _RANKS.items() if rank < _RANKS[role]]
