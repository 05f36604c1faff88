"""Which change sends which message where: one table, and nothing but pure functions.

A new consequence of a change is a line in `RULES` (and, if its type is new, in the filters of the
event source mapping in template.yaml, which a test compares with `STREAM_TYPES` and, for what
follows from a removal, with `REMOVED_TYPES`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from firstspawn.events.changes import Change, Kind
from firstspawn.exports.schemas import ExportMessage
from firstspawn.identities.schemas import KEEPS_TOKEN, RevokeTask
from firstspawn.mail.schemas import MailMessage
from firstspawn.reactions.schemas import Happening


class Target(StrEnum):
    """Where a message goes. `LOG` is one structured line, for metrics.

    `REACTIONS` is work of the domain: `wiring/reactions.py` says whose.
    """

    EXPORTS = "exports"
    IDENTITIES = "identities"
    MAIL = "mail"
    REACTIONS = "reactions"
    UPTIME = "uptime"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way: the JSON text that its consumer reads."""

    target: Target
    body: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows from a kind of change; `body` is None if nothing does after all.

    `when` narrows the changes of that kind.
    """

    type: str
    kinds: frozenset[Kind]
    target: Target
    body: Callable[[Change], str | None]
    when: Callable[[Change], bool] = lambda _: True

    def applies(self, change: Change) -> bool:
        """Tell whether this rule is about that change. What expires happens to nobody."""
        fits = change.type == self.type and change.kind in self.kinds and not change.expired
        return fits and self.when(change)


def messages(change: Change) -> list[Message]:
    """Everything that follows from a change."""
    bodies = ((rule.target, rule.body(change)) for rule in RULES if rule.applies(change))
    return [Message(target, body) for target, body in bodies if body is not None]


def reaction(event: str, *names: str) -> Callable[[Change], str]:
    """A rule's body that tells the domain what happened to the item with these attributes."""

    def body(change: Change) -> str:
        item = change.new or change.old
        data = {name: item.get(name) for name in names}
        return Happening(id=change.id, event=event, data=data).model_dump_json()

    return body


def _token_mail(change: Change) -> str:
    """The seed travels, not the token: a queue's reader can do nothing with it."""
    item = change.new
    return MailMessage(
        id=change.id,
        template=item["purpose"].lower(),
        to=item["email"],
        params={name: item[name] for name in ("purpose", "seed", "about") if name in item},
        expiresAt=item["expiresAt"],
    ).model_dump_json()


def _plain_mail(change: Change) -> str:
    item = change.new
    return MailMessage(
        id=change.id,
        template=item["template"],
        to=item["to"],
        params=json.loads(item["params"]),
        expiresAt=item["expiresAt"],
    ).model_dump_json()


def _export_wanted(change: Change) -> str | None:
    """Make an export: it is new, or another one than before."""
    if not change.differs("id"):
        return None
    return ExportMessage(userId=change.new["userId"], exportId=change.new["id"]).model_dump_json()


def _first_check(change: Change) -> str | None:
    """Check a server's roster now: it is new in it, or has moved."""
    if not change.differs(
        "ipAddress", "port", "edition", "bedrockAddress", "bedrockPort", "queryPort"
    ):
        return None
    shard = change.new["shard"]
    return json.dumps({"from": shard, "to": shard + 1, "step": 1, "direct": True})


def _absence_goes_on(change: Change) -> bool:
    """An absence reached another stage; its end is nobody's mail."""
    return change.differs("absenceStage") and bool(change.new.get("absenceStage"))


def _status_flip(change: Change) -> str | None:
    if not change.differs("isOnline"):
        return None
    flip = {"serverId": change.new["serverId"], "isOnline": change.new["isOnline"]}
    return json.dumps({"event": "server:statusChange", **flip})


def _became_verified(change: Change) -> bool:
    """An address was proven: by its link, a password reset, or a provider's word."""
    return bool(change.new.get("emailVerified")) and not change.old.get("emailVerified")


def _event(name: str, **names: str) -> Callable[[Change], str]:
    """A rule's body that says so in the log; `names` are the event's fields and the item's."""

    def body(change: Change) -> str:
        told = {field: change.new[attribute] for field, attribute in names.items()}
        return json.dumps({"event": name, **told})

    return body


def _moves(change: Change) -> bool:
    """A review stands elsewhere in its orders now; its votes say so themselves."""
    return change.differs("rating", "isVerified", "isApproved")


def _says(change: Change) -> bool:
    """A review says something new."""
    return change.differs("title", "content")


def _counts(change: Change) -> bool:
    """A review came, went, or counts otherwise."""
    return change.kind is not Kind.MODIFY or _moves(change)


def _identity_changed(change: Change) -> str:
    names = ("userId", "platform", "platformUserId", "scopeServerId")
    item = change.new or change.old
    data = {name: item.get(name) for name in names} | {"linked": change.kind is Kind.INSERT}
    return Happening(id=change.id, event="identity.changed", data=data).model_dump_json()


def _keeps_token(change: Change) -> bool:
    return change.old.get("platform") in KEEPS_TOKEN


def _unlinked(change: Change) -> str:
    names = ("userId", "platform", "platformUserId")
    return RevokeTask(**{name: change.old[name] for name in names}).model_dump_json()


def _is_watched_and_moved(change: Change) -> bool:
    """Of most players nobody wants to know: the filter in template.yaml leaves them out."""
    return bool(change.new.get("linked")) and change.differs("servers")


def _minutes_differ(change: Change) -> bool:
    return change.differs("activeMinutes")


_INSERT, _MODIFY = frozenset({Kind.INSERT}), frozenset({Kind.MODIFY})
_REMOVE = frozenset({Kind.REMOVE})
_COUNTED = reaction("server.counted", "serverId")
_NEW_FAVORITE = _event("server:newFavorite", serverId="serverId", userId="userId")
_NEW_REVIEW = _event("server:newReview", serverId="serverId", reviewId="id", rating="rating")
_REVIEW_RATED = _event("user:reviewRated", reviewId="reviewId", isUpvote="isUpvote")
_REVIEW_VOTED = reaction("review.voted", "reviewId", "voterId")
_CLOCK_MOVED = reaction("playtime.counted", "platform", "player", "lastServerId")
_PLAYED = reaction("playtime.changed", "userId", "serverId")

RULES = (
    Rule("EmailToken", _INSERT, Target.MAIL, _token_mail),
    Rule("Mail", _INSERT, Target.MAIL, _plain_mail),
    Rule("Export", _INSERT | _MODIFY, Target.EXPORTS, _export_wanted),
    Rule("DeletedUser", _INSERT, Target.REACTIONS, reaction("user.deleted", "userId")),
    Rule("RosterMember", _INSERT | _MODIFY, Target.UPTIME, _first_check),
    # Of all that leaves with a server, its place in a roster leaves with nothing else.
    Rule("RosterMember", _REMOVE, Target.REACTIONS, reaction("server.deleted", "serverId")),
    Rule("ServerStatus", _MODIFY, Target.LOG, _status_flip),
    Rule(
        "User",
        _INSERT | _MODIFY,
        Target.REACTIONS,
        reaction("user.verified", "id"),
        _became_verified,
    ),
    Rule(
        "ServerStatus",
        _MODIFY,
        Target.REACTIONS,
        reaction("server.absent", "serverId"),
        when=_absence_goes_on,
    ),
    Rule("ModerationReport", _INSERT, Target.REACTIONS, reaction("case.reported", "subject")),
    Rule(
        "ModerationDecision",
        _INSERT | _MODIFY,
        Target.REACTIONS,
        reaction("decision.changed", "id"),
    ),
    Rule("Favorite", _INSERT, Target.LOG, _NEW_FAVORITE),
    Rule("Review", _INSERT, Target.LOG, _NEW_REVIEW),
    Rule("Review", _MODIFY, Target.REACTIONS, reaction("review.changed", "id"), _moves),
    Rule("Review", _REMOVE, Target.REACTIONS, reaction("review.deleted", "id", "createdAt")),
    Rule("Review", _INSERT | _MODIFY | _REMOVE, Target.REACTIONS, _COUNTED, _counts),
    Rule("Review", _INSERT | _MODIFY, Target.REACTIONS, reaction("review.written", "id"), _says),
    Rule("Favorite", _INSERT | _REMOVE, Target.REACTIONS, _COUNTED),
    Rule("Identity", _INSERT | _REMOVE, Target.REACTIONS, _identity_changed),
    Rule("Identity", _REMOVE, Target.IDENTITIES, _unlinked, _keeps_token),
    Rule("PlayerClock", _MODIFY, Target.REACTIONS, _CLOCK_MOVED, _is_watched_and_moved),
    Rule("Played", _INSERT | _MODIFY | _REMOVE, Target.REACTIONS, _PLAYED, _minutes_differ),
    Rule("ReviewVote", _INSERT | _MODIFY, Target.LOG, _REVIEW_RATED),
    Rule("ReviewVote", _INSERT | _MODIFY | _REMOVE, Target.REACTIONS, _REVIEW_VOTED),
)

STREAM_TYPES = tuple(dict.fromkeys(rule.type for rule in RULES))
REMOVED_TYPES = tuple(dict.fromkeys(rule.type for rule in RULES if Kind.REMOVE in rule.kinds))
