"""All reads and writes of passwords: the ways to a new one, and what each proves and ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstspawn.auth.errors import InvalidEmailToken, NoPassword
from firstspawn.auth.models import Credential, EmailToken
from firstspawn.auth.registration_repository import NewToken
from firstspawn.auth.repository import keep_one_session
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.signing import sha256_hex
from firstspawn.mail.models import mail_item
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.repository import guard
from firstspawn.users.schemas import Caller


@dataclass(frozen=True, slots=True)
class Password:
    """The hash of an account's password, its address, and whether it is one factor of two."""

    email: str
    stored: str
    hasSecondFactor: bool


class CredentialRepository:
    """Password hashes and the tokens that may replace them."""

    def find(self, email: str, now: datetime) -> Credential | None:
        """One consistent read."""
        return Credential.find(keys.credential(email), now, consistent=True)

    def password_of(self, user_id: str, now: datetime) -> Password:
        """A user's password and what depends on it: two consistent reads. Raises NoPassword."""
        user = User.find(keys.profile(user_id), now, consistent=True)
        credential = self.find(user.email, now) if user and user.email else None
        if user is None or user.email is None or not (credential and credential.passwordHash):
            raise NoPassword
        return Password(user.email, credential.passwordHash, bool(user.hasSecondFactor))

    def store_token(
        self, token: NewToken, credential: Credential | None, email: str, now: datetime
    ) -> None:
        """Store a reset's token, or a decoy for an address without an account: one write."""
        if credential is None:
            writes.put(token.decoy(now))
        else:
            writes.put(token.item(credential.userId, email, now, int(credential.authEpoch)))

    def find_token(self, token: str, now: datetime) -> EmailToken | None:
        """One consistent read."""
        key = keys.token(sha256_hex(token), Purpose.RESET_PASSWORD)
        return EmailToken.find(key, now, consistent=True)

    def reset(self, token: EmailToken, password_hash: str, mail_id: str, now: datetime) -> None:
        """Use the token up and set the password: one read, one transaction of 4 or 5 items.

        The link proves the address, so an unverified account becomes verified and permanent.
        Raises InvalidEmailToken if the token was used or logins were ended since, ChangedMeanwhile
        if the account was renamed or verified in the same moment.
        """
        gone = InvalidEmailToken()
        user = User.find(keys.profile(token.userId), now, consistent=True)
        if user is None:
            raise gone
        transaction = writes.Transaction()
        transaction.delete(token, EmailToken.present(now), gone)
        transaction.update(
            Credential.at(keys.credential(token.email)),
            [
                Credential.passwordHash.set(password_hash), Credential.authEpoch.add(1),
                Credential.verified.set(True), Credential.expiresAt.remove(),
                Credential.contested.remove(), Credential.updatedAt.set(now),
            ],
            Credential.present(now)
            & (Credential.userId == token.userId)
            & (Credential.authEpoch == token.authEpoch),
            gone,
        )  # fmt: skip
        transaction.put(mail_item(mail_id, "password_changed", token.email, {}, now))
        self._end_logins(transaction, user, now)
        transaction.commit()

    def change(
        self, caller: Caller, email: str, stored: str, new: str, mail_id: str, now: datetime
    ) -> None:
        """Replace the hash `stored` by `new`, end all logins but the caller's: four items.

        Raises ChangedMeanwhile if password or logins changed since they were read, Unauthenticated
        if the caller's session has ended.
        """
        transaction = writes.Transaction()
        keep_one_session(transaction, caller, now)
        transaction.update(
            Credential.at(keys.credential(email)),
            [
                Credential.passwordHash.set(new), Credential.authEpoch.add(1),
                Credential.updatedAt.set(now),
            ],
            Credential.present(now)
            & (Credential.userId == caller.userId)
            & (Credential.passwordHash == stored),
            ChangedMeanwhile(),
        )  # fmt: skip
        transaction.put(mail_item(mail_id, "password_changed", email, {}, now))
        transaction.commit()

    @staticmethod
    def _end_logins(transaction: writes.Transaction, user: User, now: datetime) -> None:
        """Raise the epoch of an account whose address is proven now if it was not before."""
        actions: list[Any] = [User.authEpoch.add(1)]
        if not user.emailVerified:
            held = UsernameGuard.present(now) & (UsernameGuard.userId == user.id)
            transaction.update(
                guard(user.username, user.id),
                [UsernameGuard.expiresAt.remove()],
                held,
                ChangedMeanwhile(),
            )
            actions += [
                User.emailVerified.set(True), User.emailVerifiedAt.set(now),
                User.expiresAt.remove(), User.updatedAt.set(now), User.version.add(1),
            ]  # fmt: skip
        same = (User.username == user.username) & (User.emailVerified == user.emailVerified)
        transaction.update(user, actions, User.present(now) & same, ChangedMeanwhile())
