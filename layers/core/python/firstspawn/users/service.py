"""Rules of profiles."""

import re
from collections.abc import Iterable
from typing import Any

from firstspawn.errors import Invalid, Unauthenticated
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import is_ulid
from firstspawn.users.errors import UserNotFound
from firstspawn.users.names import is_reserved
from firstspawn.users.repository import UserRepository
from firstspawn.users.schemas import USERNAME, Caller, OwnUser, PublicUser, UpdateProfile

_USERNAME = re.compile(USERNAME)


class UserService:
    """Reads and edits profiles."""

    def __init__(self, repository: UserRepository, clock: Clock) -> None:
        self._users, self._clock = repository, clock

    def standing(self, caller: Caller) -> OwnUser:
        """What the account may do right now: one consistent read, made before every write.

        Raises Unauthenticated if the account is gone or its logins were ended since the token.
        """
        user = self._users.find(caller.userId, self._clock(), consistent=True)
        if user is None or user.authEpoch != caller.epoch:
            raise Unauthenticated("signed out", code="session_ended")
        return OwnUser.of(user, self._clock())

    def me(self, caller: Caller) -> tuple[OwnUser, int]:
        """One's own profile and its version: one read. Raises Unauthenticated as `standing`."""
        user = self._users.find(caller.userId, self._clock())
        # `>`: this read may lag behind the login that followed a logout-all.
        if user is None or user.authEpoch > caller.epoch:
            raise Unauthenticated(code="session_ended")
        return OwnUser.of(user, self._clock()), int(user.version)

    def public(self, id_or_name: str) -> tuple[PublicUser, int]:
        """Somebody's profile, by id (one read) or user name (two). Raises UserNotFound."""
        now = self._clock()
        if is_ulid(id_or_name):
            user = self._users.find(id_or_name, now)
        elif _USERNAME.fullmatch(id_or_name):
            user = self._users.find_by_username(id_or_name, now)
        else:  # longer than a key may be, for example
            user = None
        if user is None:
            raise UserNotFound
        return PublicUser.model_validate(user), int(user.version)

    def public_many(self, user_ids: Iterable[str]) -> dict[str, PublicUser]:
        """Profiles by id, of those who are there: one call for each hundred."""
        found = self._users.find_many(user_ids, self._clock())
        return {user.id: PublicUser.model_validate(user) for user in found}

    def update(
        self, caller: Caller, changes: UpdateProfile, expected: int | None
    ) -> tuple[OwnUser, int]:
        """Edit one's profile. Raises UsernameTaken, Invalid, PreconditionFailed."""
        values: dict[str, Any] = {
            name: value or None for name, value in changes.model_dump(exclude_unset=True).items()
        }
        name = values.pop("username", None)
        now = self._clock()
        if name is None:
            user = self._users.change(caller.userId, values, expected, now)
            return OwnUser.of(user, self._clock()), int(user.version)
        if is_reserved(name):
            raise Invalid.field("username", "this name is reserved", code="username_reserved")
        current = self._users.find(caller.userId, now, consistent=True)
        if current is None:
            raise UserNotFound
        self._users.rename(current, name, values, expected, now)
        renamed = self._users.find(caller.userId, now, consistent=True)
        if renamed is None:
            raise UserNotFound
        return OwnUser.of(renamed, self._clock()), int(renamed.version)
