"""What can go wrong with reports, cases and decisions."""

from firstspawn.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound


class UnknownKind(NotFound):
    """There are cases of reviews, servers and users."""

    code = "unknown_kind"
    title = "No such kind of case"


class CaseNotFound(NotFound):
    """Nobody has reported this subject."""

    code = "case_not_found"
    title = "No such case"


class DecisionNotFound(NotFound):
    """No such decision."""

    code = "decision_not_found"
    title = "No such decision"


class AlreadyReported(Conflict):
    """One report per person and subject."""

    code = "already_reported"
    title = "You have reported this"


class OwnContent(Conflict):
    """Nobody reports themselves."""

    code = "own_content"
    title = "This is your own"


class CaseAssigned(Conflict):
    """Somebody else of the staff is at it; `assignedUntil` says how long."""

    code = "case_assigned"
    title = "Somebody else is at this case"


class CaseResolved(Conflict):
    """It is decided; reopen it to decide again."""

    code = "case_resolved"
    title = "This case is decided"


class NotInForce(Conflict):
    """The decision was reverted, or another one took its place."""

    code = "not_in_force"
    title = "This decision does not hold any more"


class NoAppeal(Conflict):
    """Nobody has appealed against it, or that is decided."""

    code = "no_appeal"
    title = "There is no appeal to decide"


class OwnDecision(Forbidden):
    """An appeal is decided by somebody else, or by an admin."""

    code = "own_decision"
    title = "Somebody else has to decide this"


class Outranked(Forbidden):
    """Moderators decide about users, admins about moderators, nobody about themselves.

    Nor about what is theirs: their reviews, their servers, what is said of their servers.
    """

    code = "outranked"
    title = "This is not yours to decide"


class NotApplicable(Invalid):
    """The action does not fit the subject."""

    code = "action_not_applicable"
    title = "This cannot be decided here"


class InvalidAppeal(BadRequest):
    """The token is unknown, used, too old, or was mailed to another address."""

    code = "invalid_appeal"
    title = "The link is not valid any more"


class Moved(Exception):
    """A case or its subject changed between our read and our write."""
