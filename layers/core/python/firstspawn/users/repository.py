"""All reads and writes of profiles."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile, PreconditionFailed, ProblemError
from firstspawn.kit.clock import epoch
from firstspawn.users.errors import UsernameTaken, UserNotFound
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.names import fold_username

_NAME_HELD = timedelta(days=30)


def guard(name: str, user_id: str, until: datetime | None = None) -> UsernameGuard:
    """The item that reserves a name."""
    expires = epoch(until) if until else None
    return UsernameGuard.at(keys.username(fold_username(name)), userId=user_id, expiresAt=expires)


def free_or_own(user_id: str, now: datetime) -> Any:
    """Condition: the name is free, or was this user's own."""
    return UsernameGuard.absent(now) | (UsernameGuard.userId == user_id)


class UserRepository:
    """Profiles and their names."""

    def find(self, user_id: str, now: datetime, *, consistent: bool = False) -> User | None:
        """One read."""
        return User.find(keys.profile(user_id), now, consistent=consistent)

    def find_many(self, user_ids: Iterable[str], now: datetime) -> list[User]:
        """Those who are there: one call for each hundred."""
        wanted = {tuple(keys.profile(one)) for one in user_ids}
        return [user for user in User.batch_get(wanted) if user.is_alive(now)] if wanted else []

    def find_by_username(self, name: str, now: datetime) -> User | None:
        """Two reads: the guard, then the profile."""
        held = UsernameGuard.find(keys.username(fold_username(name)), now)
        user = self.find(held.userId, now) if held else None
        same = user is not None and fold_username(user.username) == fold_username(name)
        return user if same else None

    def change(
        self, user_id: str, values: dict[str, Any], expected: int | None, now: datetime
    ) -> User:
        """Set profile fields: one write. Raises UserNotFound, PreconditionFailed."""
        user = User.at(keys.profile(user_id))
        condition, error = self._version_condition(expected, now)
        writes.update(user, self._actions(values, now), condition, error)
        return user

    def rename(
        self, user: User, name: str, values: dict[str, Any], expected: int | None, now: datetime
    ) -> None:
        """Set profile fields and the name in one transaction; the old name is held for 30 days.

        Raises UsernameTaken, PreconditionFailed, ChangedMeanwhile (another rename won).
        """
        transaction = writes.Transaction()
        transaction.put(guard(name, user.id), free_or_own(user.id, now), UsernameTaken())
        if fold_username(name) != fold_username(user.username):
            transaction.put(guard(user.username, user.id, now + _NAME_HELD))
        condition, error = self._version_condition(expected, now)
        # The guard released must be the name held now, or two renames could orphan one.
        condition &= User.username == user.username
        error = error if expected is not None else ChangedMeanwhile()
        values = {**values, "username": name, "usernameIsGenerated": False}
        transaction.update(user, self._actions(values, now), condition, error)
        transaction.commit()

    @staticmethod
    def _version_condition(expected: int | None, now: datetime) -> tuple[Any, ProblemError]:
        kept = User.present(now) & User.deletedAt.does_not_exist()
        if expected is None:
            return kept, UserNotFound()
        return kept & (User.version == expected), PreconditionFailed()

    @staticmethod
    def _actions(values: dict[str, Any], now: datetime) -> list[Any]:
        changes = [
            getattr(User, name).remove() if value is None else getattr(User, name).set(value)
            for name, value in values.items()
        ]
        return [*changes, User.updatedAt.set(now), User.version.add(1)]
