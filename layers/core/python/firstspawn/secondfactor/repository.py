"""All reads and writes of second factors.

Whether an account has one is told in three places (this item, the profile, the credential), which
change in one transaction together with the account's epoch: a login that has read the old answer
cannot be finished any more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from firstspawn.auth.models import Credential
from firstspawn.auth.repository import keep_one_session
from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import epoch
from firstspawn.mail.models import mail_item
from firstspawn.secondfactor.errors import NoSecondFactor, NothingToConfirm, WrongCode
from firstspawn.secondfactor.models import PendingFactor, SecondFactor
from firstspawn.users.models import User
from firstspawn.users.schemas import Caller


class FactorRepository:
    """Second factors."""

    def owner(self, user_id: str, now: datetime) -> User | None:
        """The profile: one consistent read."""
        return User.find(keys.profile(user_id), now, consistent=True)

    def find(self, user_id: str, now: datetime) -> SecondFactor | None:
        """One consistent read."""
        return SecondFactor.find(keys.second_factor(user_id), now, consistent=True)

    def store_pending(self, user_id: str, sealed: str, now: datetime, until: datetime) -> None:
        """Keep a secret that waits for its first code, instead of one before it: one write."""
        key = keys.second_factor_pending(user_id)
        writes.put(
            PendingFactor.at(
                key, userId=user_id, secret=sealed, createdAt=now, expiresAt=epoch(until)
            )
        )

    def find_pending(self, user_id: str, now: datetime) -> PendingFactor | None:
        """One consistent read."""
        return PendingFactor.find(keys.second_factor_pending(user_id), now, consistent=True)

    def turn_on(
        self, caller: Caller, user: User, pending: PendingFactor, step: int,
        hashes: Sequence[str], mail_id: str, now: datetime,
    ) -> None:  # fmt: skip
        """Make a pending factor the account's, end all logins but the caller's: six items.

        Raises NothingToConfirm, ChangedMeanwhile, Unauthenticated if the session has ended.
        """
        transaction = writes.Transaction()
        same = PendingFactor.present(now) & (PendingFactor.secret == pending.secret)
        transaction.delete(pending, same, NothingToConfirm())
        factor = SecondFactor.at(
            keys.second_factor(user.id),
            userId=user.id, secret=pending.secret, lastStep=step, recoveryHashes=set(hashes),
            confirmedAt=now, createdAt=now, updatedAt=now,
        )  # fmt: skip
        transaction.put(factor)
        self._end_logins(
            transaction, caller, user, now,
            User.hasSecondFactor.set(True), Credential.hasSecondFactor.set(True),
        )  # fmt: skip
        _tell(transaction, user, mail_id, "second_factor_on", {}, now)
        transaction.commit()

    def turn_off(self, caller: Caller, user: User, mail_id: str, now: datetime) -> None:
        """Remove the account's factor, end all logins but the caller's: five items.

        Raises NoSecondFactor, ChangedMeanwhile, Unauthenticated if the session has ended.
        """
        transaction = writes.Transaction()
        factor = SecondFactor.at(keys.second_factor(user.id))
        transaction.delete(factor, SecondFactor.present(now), NoSecondFactor())
        self._end_logins(
            transaction, caller, user, now,
            User.hasSecondFactor.remove(), Credential.hasSecondFactor.remove(),
        )  # fmt: skip
        _tell(transaction, user, mail_id, "second_factor_off", {}, now)
        transaction.commit()

    @staticmethod
    def _end_logins(
        transaction: writes.Transaction, caller: Caller, user: User, now: datetime,
        of_user: Any, of_credential: Any,
    ) -> None:  # fmt: skip
        address = User.email == user.email if user.email else User.email.does_not_exist()
        keep_one_session(transaction, caller, now, [of_user], address)
        if user.email:
            mine = Credential.present(now) & (Credential.userId == user.id)
            transaction.update(
                Credential.at(keys.credential(user.email)),
                [of_credential, Credential.authEpoch.add(1), Credential.updatedAt.set(now)],
                mine,
                ChangedMeanwhile(),
            )

    def renew_recovery(
        self, user: User, hashes: Sequence[str], mail_id: str, now: datetime
    ) -> None:
        """Replace all recovery codes: one transaction of two items. Raises NoSecondFactor."""
        transaction = writes.Transaction()
        transaction.update(
            SecondFactor.at(keys.second_factor(user.id)),
            [SecondFactor.recoveryHashes.set(set(hashes)), SecondFactor.updatedAt.set(now)],
            SecondFactor.present(now),
            NoSecondFactor(),
        )
        _tell(transaction, user, mail_id, "recovery_codes_renewed", {}, now)
        transaction.commit()

    def remove(self, user_id: str) -> None:
        """Forget a user's factor, there or not, and one that waits: two writes."""
        writes.delete(SecondFactor.at(keys.second_factor(user_id)))
        writes.delete(PendingFactor.at(keys.second_factor_pending(user_id)))

    def use_step(self, factor: SecondFactor, step: int, now: datetime) -> None:
        """Use the code of a time step up, and those before it: one write. Raises WrongCode."""
        later = (SecondFactor.lastStep < step) & (SecondFactor.secret == factor.secret)
        actions = [SecondFactor.lastStep.set(step), SecondFactor.updatedAt.set(now)]
        writes.update(factor, actions, SecondFactor.present(now) & later, WrongCode())

    def use_recovery(self, factor: SecondFactor, stored: str, mail_id: str, now: datetime) -> None:
        """Use a recovery code up and tell its owner: a read, a transaction of two items.

        Raises WrongCode.
        """
        user = self.owner(factor.userId, now)
        left = len(factor.recoveryHashes or ()) - 1
        transaction = writes.Transaction()
        transaction.update(
            factor,
            [SecondFactor.recoveryHashes.delete({stored}), SecondFactor.updatedAt.set(now)],
            SecondFactor.present(now) & SecondFactor.recoveryHashes.contains(stored),
            WrongCode(),
        )
        if user:
            _tell(transaction, user, mail_id, "recovery_code_used", {"left": str(left)}, now)
        transaction.commit()


def _tell(
    transaction: writes.Transaction, user: User, mail_id: str, template: str,
    params: dict[str, str], now: datetime,
) -> None:  # fmt: skip
    """Let a transaction tell the owner, if there is an address."""
    if user.email:
        transaction.put(mail_item(mail_id, template, user.email, params, now))
