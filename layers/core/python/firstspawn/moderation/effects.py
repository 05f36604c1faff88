"""Lets a subject stand as it was decided, in the transaction of the decision."""

from datetime import datetime

from firstspawn.moderation.content_repository import ContentRepository
from firstspawn.moderation.decision_repository import DecisionRepository, Extend, together
from firstspawn.moderation.effect_repository import EffectRepository
from firstspawn.moderation.rules import ENDING, Action, Kind
from firstspawn.moderation.schemas import Decide, Subject
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.reviews.visibility import ReviewVisibility
from firstspawn.servers.errors import ServerNotFound
from firstspawn.users.schemas import Role


class Effects:
    """Effects on reviews, servers and accounts."""

    def __init__(
        self,
        decisions: DecisionRepository,
        effects: EffectRepository,
        content: ContentRepository,
        visibility: ReviewVisibility,
    ) -> None:
        self._decisions, self._effects = decisions, effects
        self._content, self._visibility = content, visibility

    def carry_out(
        self,
        subject: Subject,
        form: Decide,
        until: datetime | None,
        role: Role,
        part: Extend,
        now: datetime,
    ) -> None:
        """Write a decision (`part`) and what it does. Raises Outranked, ChangedMeanwhile."""
        if subject.kind is Kind.USER:
            self._on_user(subject.id, form, until, role, part, now)
        elif form.action is Action.WARN:
            self._decisions.commit(part)
        elif subject.kind is Kind.SERVER:
            listed = form.action is not Action.HIDE
            self._decisions.commit(self._effects.list_server(subject.id, now, listed=listed), part)
        else:
            self._on_review(subject, form.action, part, now)

    def undo(
        self, subject: Subject, action: Action, role: Role, part: Extend, now: datetime
    ) -> None:
        """Write the end of a decision and undo what it did; what is gone needs no undoing."""
        if action in ENDING:
            self._decisions.commit(self._effects.unban(subject.id, role, now), part)
        elif action not in {Action.HIDE, Action.REMOVE}:
            self._decisions.commit(part)
        elif subject.kind is Kind.REVIEW:
            try:
                self._on_review(subject, Action.APPROVE, part, now)
            except ReviewNotFound:
                self._decisions.commit(part)
        else:
            try:
                listed = self._effects.list_server(subject.id, now, listed=True)
                self._decisions.commit(listed, part)
            except ServerNotFound:
                self._decisions.commit(part)

    def _on_user(
        self,
        user_id: str,
        form: Decide,
        until: datetime | None,
        role: Role,
        part: Extend,
        now: datetime,
    ) -> None:
        if form.action in ENDING:
            self._decisions.commit(self._effects.ban(user_id, until, form.reason, role, now), part)
            self._effects.end_sessions(user_id, now)
        elif form.action is Action.APPROVE:
            self._decisions.commit(self._effects.unban(user_id, role, now), part)
        else:
            self._decisions.commit(self._effects.watch(user_id, role, now), part)

    def _on_review(self, subject: Subject, action: Action, part: Extend, now: datetime) -> None:
        change = {Action.HIDE: self._visibility.hide, Action.REMOVE: self._visibility.remove}
        parts = [part]
        if action not in change:
            ban, same_ban = self._content.ban_of(subject.affectedId, now)
            if ban is not None:  # it stays hidden: now that ban has hidden it, and will show it
                self._decisions.commit(part, self._content.hiding(ban, subject.id, now))
                return
            parts.append(same_ban)

        if not change.get(action, self._visibility.restore)(subject.id, together(*parts)):
            if action in change:  # what hid it before may be showing it again just now
                parts.append(self._content.stays_hidden(subject.id))
            self._decisions.commit(*parts)
