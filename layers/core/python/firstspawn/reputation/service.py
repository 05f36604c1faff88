"""Rules of reputation: what moves it, and what others see of it."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress

from firstspawn.audit.schemas import Act, Actor
from firstspawn.errors import BadRequest, Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.dto import Page
from firstspawn.kit.ids import NewId
from firstspawn.reactions.schemas import Happening
from firstspawn.reputation.errors import CauseUsed, Moved
from firstspawn.reputation.repository import Extend, ReputationRepository
from firstspawn.reputation.rules import Action
from firstspawn.reputation.schemas import (
    ActionSum,
    Adjust,
    Claim,
    EntryView,
    Ledger,
    ReputationSummary,
)
from firstspawn.users.errors import UserNotFound
from firstspawn.users.schemas import Caller
from firstspawn.users.service import UserService

ATTEMPTS = 12
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class ReputationService:
    """Moves balances, each by a line in the ledger."""

    def __init__(
        self,
        ledgers: ReputationRepository,
        users: UserService,
        *,
        cursors: Callable[[], Cursors],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._ledgers, self._users = ledgers, users
        self._cursors, self._clock, self._new_id = cursors, clock, new_id

    def apply(self, user_id: str, action: Action, cause: str, about: str | None = None) -> int:
        """Count a deed for somebody, once for its cause: 2 reads, 1 transaction.

        Returns the points moved: none the second time, or beyond the day's cap. Raises
        UserNotFound, Unavailable.
        """
        return self.settle(user_id, [Claim(action, cause, about=about)])

    def withdraw(self, user_id: str, action: Action, cause: str) -> int:
        """Take back what a cause has brought. As `apply`."""
        return self.settle(user_id, [Claim(action, cause, applies=False)])

    def settle(self, user_id: str, claims: Sequence[Claim], also: Extend | None = None) -> int:
        """Make the ledger say what is claimed; as `apply`, with `also` in the same transaction."""
        for _ in range(ATTEMPTS):
            with suppress(Moved):
                return self._ledgers.settle(user_id, claims, self._clock(), also)
        raise Unavailable(code="write_contention", retry_after=1)

    def adjust(
        self, actor: Actor, user_id: str, form: Adjust, key: str | None
    ) -> ReputationSummary:
        """Give or take points by hand, noted in the audit log in the same transaction.

        `key` (`Idempotency-Key`) makes it once. Raises UserNotFound, BadRequest, CauseUsed.
        """
        if key is not None and not _KEY.fullmatch(key):
            raise BadRequest("Idempotency-Key: 1 to 64 letters, digits, _ . : -")
        user = self._users.public(user_id)[0]
        cause = f"{actor.userId}.{key}" if key else self._new_id()
        claim = Claim(
            Action.MANUAL_ADJUSTMENT, cause,
            points=form.delta, reason=form.reason, createdBy=actor.userId,
        )  # fmt: skip
        act = Act(
            actor, "reputation.adjust", f"user:{user.id}", form.reason, after={"delta": form.delta}
        )
        for _ in range(ATTEMPTS):
            with suppress(Moved):
                now = self._clock()
                if self._ledgers.adjust(user.id, claim, act, self._new_id(), now) != form.delta:
                    raise CauseUsed
                return self.summary(user.id)
        raise Unavailable(code="write_contention", retry_after=1)

    def summary(self, id_or_name: str) -> ReputationSummary:
        """Somebody's balance and what it is made of: 2 reads (3 by name). Raises UserNotFound."""
        user = self._users.public(id_or_name)[0]
        sums = [ActionSum.model_validate(one) for one in self._ledgers.sums(user.id)]
        return ReputationSummary(userId=user.id, reputation=user.reputation, actions=sums)

    def ledger(self, caller: Caller, page: Page) -> Ledger:
        """A page of the caller's own ledger: one query. Raises BadCursor."""
        query, cursors = {"list": "ledger", "user": caller.userId}, self._cursors()
        after = cursors.read(query, page.cursor)
        found = self._ledgers.lines(caller.userId, page.limit + 1, after)
        shown, cursor = cursors.cut(query, found, page.limit, lambda one: one[0])
        items = [EntryView.model_validate(line) for _, line in shown]
        return Ledger(items=items, nextCursor=cursor)

    def welcome(self, happening: Happening) -> None:
        """`user.verified {id}`: the account counts as verified, once for ever."""
        user_id = happening.data["id"]
        with suppress(UserNotFound):
            self.apply(user_id, Action.ACCOUNT_VERIFIED, user_id)

    def forget(self, happening: Happening) -> None:
        """`user.deleted {userId}`: the ledger goes with its owner."""
        self._ledgers.forget(happening.data["userId"])
