"""All reads and writes of deletions, but of what each feature erases."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from firstspawn.auth.models import Credential
from firstspawn.db import keys, writes
from firstspawn.deletions.errors import NoDeletion, NotYetGone
from firstspawn.deletions.models import DeletedUser, Deletion
from firstspawn.deletions.schemas import DeletionState
from firstspawn.errors import ChangedMeanwhile, Unauthenticated
from firstspawn.kit.clock import epoch, rfc3339
from firstspawn.mail.models import mail_item
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.repository import guard
from firstspawn.users.schemas import Role

# Has a space: no name that somebody can choose.
NOBODY = "deleted user"
_NAME_HELD = timedelta(days=30)
_MARK_KEPT = timedelta(days=30)
_PAGE = 100
_FORGOTTEN = (User.email, User.emailVerifiedAt, User.displayName, User.avatarUrl, User.bio,
    User.lastLoginAt, User.lastActiveAt, User.deletionAt, User.hasSecondFactor,
    User.passkeyCount)  # fmt: skip


class AlreadyScheduled(Exception):
    """The same wish came before."""


class DeletionRepository:
    """Deletions."""

    def find(self, user_id: str, now: datetime) -> Deletion | None:
        """One consistent read."""
        return Deletion.find(keys.deletion(user_id), now, consistent=True)

    def schedule(self, user_id: str, due: datetime, mail_id: str, now: datetime) -> None:
        """Note the wish, show it on the profile and tell its owner: one read, one transaction.

        Raises AlreadyScheduled, Unauthenticated if the account is gone.
        """
        user = self._user(user_id, now)
        deletion = Deletion.at(
            keys.deletion(user_id), userId=user_id, state=DeletionState.SCHEDULED.value, dueAt=due,
            createdAt=now, GSI2PK=keys.deletions_due(due.date()), GSI2SK=rfc3339(due),
        )  # fmt: skip
        transaction = writes.Transaction()
        transaction.put(deletion, Deletion.absent(now))
        shown = [User.deletionAt.set(due), User.updatedAt.set(now), User.version.add(1)]
        transaction.update(
            user, shown, User.present(now) & User.deletedAt.does_not_exist(), Unauthenticated()
        )
        self._tell(transaction, "deletion_scheduled", user.email, mail_id, now, at=rfc3339(due))
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise AlreadyScheduled from error

    def cancel(self, user_id: str, mail_id: str, now: datetime) -> None:
        """Forget the wish and tell so: one read, one transaction. Raises NoDeletion.

        Of this and the beginning of the deletion one succeeds.
        """
        user = self._user(user_id, now)
        transaction = writes.Transaction()
        transaction.delete(
            Deletion.at(keys.deletion(user_id)),
            Deletion.state == DeletionState.SCHEDULED.value,
            NoDeletion(),
        )
        kept = [User.deletionAt.remove(), User.updatedAt.set(now), User.version.add(1)]
        transaction.update(user, kept, User.present(now), NoDeletion())
        self._tell(transaction, "deletion_cancelled", user.email, mail_id, now)
        transaction.commit()

    def due(self, day: date, now: datetime) -> Iterator[list[str]]:
        """Whose deletions of a day are due and not done, a hundred at a time: a query a page."""
        start = None
        while True:
            # The index has keys alone: no `type` by which a model could be told.
            answer = Deletion._get_connection().query(  # noqa: SLF001
                keys.deletions_due(day), Deletion.GSI2SK <= rfc3339(now),  # noqa: SIM300
                index_name=Deletion.index2.Meta.index_name, limit=_PAGE,
                exclusive_start_key=start,
            )  # fmt: skip
            if found := answer["Items"]:
                yield [keys.user_of(one["PK"]["S"]) for one in found]
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return

    def begin(self, deletion: Deletion, now: datetime) -> Deletion | None:
        """Pass the point of no return: one read, one transaction of 4 items.

        Nobody is this person from here on: the profile forgets them, their logins end, their
        address is free, their name is held for 30 days. None if the account has expired by itself.
        Raises NoDeletion if it was cancelled, ChangedMeanwhile if the profile changed just now.
        """
        user = User.find(keys.profile(deletion.userId), now, consistent=True)
        if user is None:
            writes.delete(deletion)
            return None
        transaction = writes.Transaction()
        transaction.update(
            Deletion.at(keys.deletion(user.id)),
            [
                Deletion.state.set(DeletionState.ERASING.value), Deletion.updatedAt.set(now),
                *([Deletion.email.set(user.email)] if user.email else []),
            ],
            (Deletion.state == DeletionState.SCHEDULED.value) & (Deletion.dueAt == deletion.dueAt),
            NoDeletion(),
        )  # fmt: skip
        self._forget_person(transaction, user, now)
        transaction.commit()
        deletion.email, deletion.state = user.email, DeletionState.ERASING.value
        return deletion

    @staticmethod
    def _forget_person(transaction: writes.Transaction, user: User, now: datetime) -> None:
        changed = ChangedMeanwhile()
        same = User.email == user.email if user.email else User.email.does_not_exist()
        transaction.update(
            User.at(keys.profile(user.id)),
            [
                User.username.set(NOBODY), User.usernameIsGenerated.set(False),
                User.emailVerified.set(False), User.role.set(Role.USER.value),
                User.isPremium.set(False), User.isServerOwner.set(False),
                User.isVerified.set(False), User.reputation.set(0), User.authEpoch.add(1),
                User.deletedAt.set(now), User.updatedAt.set(now), User.version.add(1),
                User.expiresAt.remove(), *(attribute.remove() for attribute in _FORGOTTEN),
            ],
            User.present(now) & User.deletedAt.does_not_exist()
            & (User.username == user.username) & same,
            changed,
        )  # fmt: skip
        held = UsernameGuard.expiresAt.set(epoch(now + _NAME_HELD))
        transaction.update(
            guard(user.username, user.id), [held], UsernameGuard.userId == user.id, changed
        )
        if user.email:
            credential = Credential.at(keys.credential(user.email))
            transaction.delete(credential, Credential.userId == user.id, changed)

    def finish(self, deletion: Deletion, mail_id: str, now: datetime) -> None:
        """Call a deletion done, tell the person and every feature: one transaction.

        Raises NotYetGone while servers are left that the index of owners did not show, NoDeletion
        if another delivery was faster.
        """
        transaction = writes.Transaction()
        transaction.delete(
            Deletion.at(keys.deletion(deletion.userId)),
            Deletion.state == DeletionState.ERASING.value,
            NoDeletion(),
        )
        without_servers = User.deletedAt.exists() & (User.serverCount == 0)
        transaction.check(User.at(keys.profile(deletion.userId)), without_servers)
        mark = DeletedUser.at(
            keys.deleted_user(deletion.userId), userId=deletion.userId, createdAt=now,
            expiresAt=epoch(now + _MARK_KEPT),
        )  # fmt: skip
        transaction.put(mark)
        self._tell(transaction, "account_deleted", deletion.email, mail_id, now)
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise NotYetGone(deletion.userId) from error

    @staticmethod
    def _user(user_id: str, now: datetime) -> User:
        user = User.find(keys.profile(user_id), now, consistent=True)
        if user is None:
            raise Unauthenticated("signed out", code="session_ended")
        return user

    @staticmethod
    def _tell(
        transaction: writes.Transaction, template: str, email: str | None, mail_id: str,
        now: datetime, **params: Any,
    ) -> None:  # fmt: skip
        if email:
            transaction.put(mail_item(mail_id, template, email, params, now))
