"""What the audit log takes, and what the API says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from firstspawn.kit.dto import Dto, Page
from firstspawn.users.schemas import Role

# Adds an entry to a transaction of the table.
Note = Callable[[Any], None]
REASON = Field(min_length=3, max_length=1000, description="Kept in the audit log")


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of the staff at work, with the request that tells it from others."""

    userId: str
    role: Role
    requestId: str


@dataclass(frozen=True, slots=True)
class Act:
    """A deed to be noted. `subject` is `kind:id`; `before` and `after` are what it changed."""

    actor: Actor
    action: str
    subject: str
    reason: str | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


class AuditQuery(Page):
    """Which part of the log: of an actor, of a subject (`user:…`), or of a month.

    Without a month, an actor's or a subject's whole past; of everything, the present month.
    """

    actor: Annotated[str, Field(max_length=64)] | None = None
    subject: Annotated[str, Field(max_length=128, pattern=r"^[a-z]+:\S+$")] | None = None
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] | None = None


class AuditView(Dto):
    """An entry of the log."""

    id: str
    actorId: str
    action: str
    subject: str
    reason: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    requestId: str | None
    createdAt: datetime


class AuditList(Dto):
    """A page of the log, the newest first."""

    items: list[AuditView]
    nextCursor: str | None
