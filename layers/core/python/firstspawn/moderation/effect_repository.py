"""What decisions do to accounts and servers: parts of their transactions.

Reviews are hidden and shown by `reviews.visibility`, with the counters of their servers.
"""

from datetime import datetime
from typing import Any

from firstspawn.auth.models import Credential
from firstspawn.auth.repository import AuthRepository
from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.moderation.errors import Outranked
from firstspawn.moderation.rules import outranked_by
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.models import Server
from firstspawn.users.errors import UserNotFound
from firstspawn.users.models import User
from firstspawn.users.schemas import Role


class EffectRepository:
    """Effects on accounts and servers."""

    def __init__(self, sessions: AuthRepository) -> None:
        self._sessions = sessions

    def ban(
        self, user_id: str, until: datetime | None, reason: str, role: Role, now: datetime
    ) -> writes.Extend:
        """Ban somebody and end all their logins: a read now, two items later.

        The transaction then raises Outranked, ChangedMeanwhile. Raises UserNotFound.
        """
        user = self._user(user_id, now)
        banned: list[Any] = [
            User.isBanned.set(True), User.banReason.set(reason), User.authEpoch.add(1),
            User.bannedUntil.remove() if until is None else User.bannedUntil.set(until),
        ]  # fmt: skip

        def extend(transaction: writes.Transaction) -> None:
            transaction.update(user, banned, _below(role, now), Outranked())
            if user.email:
                credential = Credential.at(keys.credential(user.email))
                own = Credential.present(now) & (Credential.userId == user_id)
                ended = [Credential.authEpoch.add(1)]
                transaction.update(credential, ended, own, ChangedMeanwhile())

        return extend

    def unban(self, user_id: str, role: Role, now: datetime) -> writes.Extend:
        """Let somebody write again. As `ban`; who is gone needs nothing."""
        free = [User.isBanned.set(False), User.bannedUntil.remove(), User.banReason.remove()]
        if User.find(keys.profile(user_id), now, consistent=True) is None:
            return lambda _: None
        user = User.at(keys.profile(user_id))
        return lambda one: one.update(user, free, _below(role, now), Outranked())

    def watch(self, user_id: str, role: Role, now: datetime) -> writes.Extend:
        """Demand that somebody may be decided about."""
        user = User.at(keys.profile(user_id))
        return lambda one: one.check(user, _below(role, now), Outranked())

    def end_sessions(self, user_id: str, now: datetime) -> None:
        """Delete a banned account's sessions: a query, batches of 25."""
        self._sessions.end_sessions(user_id, now)

    def set_role(self, user_id: str, role: Role, before: Role) -> writes.Extend:
        """Give somebody another role, if theirs is still what it was."""
        user = User.at(keys.profile(user_id))
        same = User.PK.exists() & (User.role == before.value)
        return lambda one: one.update(user, [User.role.set(role.value)], same, ChangedMeanwhile())

    def role_of(self, user_id: str, now: datetime) -> Role:
        """What somebody is: one consistent read. Raises UserNotFound."""
        return Role(self._user(user_id, now).role)

    def list_server(self, server_id: str, now: datetime, *, listed: bool) -> writes.Extend:
        """Let no search find a server, or let it be found again."""
        delisted = Server.delistedAt.remove() if listed else Server.delistedAt.set(now)
        return self._of_server(server_id, delisted, now)

    def feature_server(self, server_id: str, now: datetime, *, featured: bool) -> writes.Extend:
        """Recommend a server, or do not any more."""
        return self._of_server(server_id, Server.isFeatured.set(featured), now)

    @staticmethod
    def _of_server(server_id: str, action: Any, now: datetime) -> writes.Extend:
        server = Server.at(keys.server_detail(server_id))
        there = Server.PK.exists() & Server.deletedAt.does_not_exist()
        actions = [action, Server.updatedAt.set(now), Server.version.add(1)]
        return lambda one: one.update(server, actions, there, ServerNotFound())

    @staticmethod
    def _user(user_id: str, now: datetime) -> User:
        user = User.find(keys.profile(user_id), now, consistent=True)
        if user is None:
            raise UserNotFound
        return user


def _below(role: Role, now: datetime) -> Any:
    return User.present(now) & User.role.is_in(*outranked_by(role))
