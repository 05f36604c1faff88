"""All reads and writes of registration: from a form to a permanent account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from firstspawn.auth.errors import InvalidEmailToken
from firstspawn.auth.models import Credential, Decoy, EmailToken
from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.kit.signing import sha256_hex
from firstspawn.mail.models import mail_item
from firstspawn.users.errors import UsernameTaken
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.repository import guard

UNVERIFIED_LIFE = timedelta(days=7)
TOKEN_LIFE = timedelta(days=1)
RESET_LIFE = timedelta(hours=1)


class EmailTaken(Exception):
    """Somebody registered this address in the same moment."""


class AddressSettled(Exception):
    """The address was verified, or its registration expired, in the same moment."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A single-use token to be stored: its hash, and the seed it is made from."""

    token: str
    seed: str
    purpose: str
    life: timedelta = TOKEN_LIFE

    def item(
        self, user_id: str, email: str, now: datetime, auth_epoch: int | None = None
    ) -> EmailToken:
        """The item whose insertion sends the mail."""
        return EmailToken.at(
            keys.token(sha256_hex(self.token), self.purpose),
            purpose=self.purpose, userId=user_id, email=email, seed=self.seed,
            authEpoch=auth_epoch, createdAt=now, expiresAt=epoch(now + self.life),
        )  # fmt: skip

    def decoy(self, now: datetime) -> Decoy:
        """An item that costs the same to write and does nothing."""
        key = keys.token(sha256_hex(self.token), self.purpose)
        return Decoy.at(key, createdAt=now, expiresAt=epoch(now + self.life))


Decoys = tuple[NewToken, NewToken]


class _Contested(InvalidEmailToken):
    """The credential is not as expected: contested, or gone."""


class RegistrationRepository:
    """Accounts from their first form to their verified address."""

    def find_credential(self, email: str, now: datetime) -> Credential | None:
        """One consistent read."""
        return Credential.find(keys.credential(email), now, consistent=True)

    def create_account(
        self,
        user_id: str,
        email: str,
        password_hash: str,
        name: str,
        token: NewToken,
        now: datetime,
    ) -> None:
        """Write the account in one transaction of four items.

        Raises UsernameTaken, or EmailTaken if a racing registration won the address.
        """
        until = now + UNVERIFIED_LIFE
        life = {"createdAt": now, "updatedAt": now, "expiresAt": epoch(until)}
        credential = Credential.at(
            keys.credential(email), userId=user_id, passwordHash=password_hash, **life
        )
        user = User.at(keys.profile(user_id), id=user_id, username=name, email=email, **life)
        transaction = writes.Transaction()
        transaction.put(guard(name, user_id, until), UsernameGuard.absent(now), UsernameTaken())
        transaction.put(credential, Credential.absent(now))
        transaction.put(user, User.PK.does_not_exist())
        transaction.put(token.item(user_id, email, now))
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise EmailTaken from error

    def pretend_account(
        self, user_id: str, email: str, name: str, mail_id: str, tokens: Decoys, now: datetime
    ) -> None:
        """Do a registration's visible part for an address that has an account; tell its owner.

        The name is reserved as a real registration would, so that asking for it again does not
        reveal whether the address was known; decoys make up for the items that are not written.
        Raises UsernameTaken.
        """
        transaction = self._pretence(user_id, name, now)
        transaction.put(mail_item(mail_id, "account_exists", email, {}, now))
        for token in tokens:
            transaction.put(token.decoy(now))
        transaction.commit()

    def contest(
        self, user_id: str, email: str, name: str, mail_id: str, decoy: NewToken, now: datetime
    ) -> None:
        """Likewise for an unverified address registered with another password: distrust both.

        The name is reserved for the account, whose owner may take it once that is clear. Raises
        UsernameTaken, AddressSettled.
        """
        transaction = self._pretence(user_id, name, now)
        transaction.put(mail_item(mail_id, "address_contested", email, {}, now))
        transaction.put(decoy.decoy(now))
        pending = (Credential.userId == user_id) & (Credential.verified == False)  # noqa: E712
        transaction.update(
            Credential.at(keys.credential(email)),
            [Credential.contested.set(True)],
            Credential.present(now) & pending,
        )
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise AddressSettled from error

    @staticmethod
    def _pretence(user_id: str, name: str, now: datetime) -> writes.Transaction:
        transaction = writes.Transaction()
        held = guard(name, user_id, now + UNVERIFIED_LIFE)
        transaction.put(held, UsernameGuard.absent(now), UsernameTaken())
        return transaction

    def store_token(
        self, token: NewToken, credential: Credential | None, email: str, now: datetime
    ) -> None:
        """Store another token, or a decoy for an address that needs none: one write."""
        if credential is None or credential.verified:
            writes.put(token.decoy(now))
        else:
            writes.put(token.item(credential.userId, email, now))

    def find_token(self, token: str, purpose: str, now: datetime) -> EmailToken | None:
        """One consistent read."""
        key = keys.token(sha256_hex(token), purpose)
        return EmailToken.find(key, now, consistent=True)

    def verify(self, token: EmailToken, reset: NewToken, now: datetime) -> bool:
        """Use the token up and make the account permanent: one read, one transaction.

        If the address was contested, nobody's password is known to be its owner's: it takes a
        second transaction, which removes the password, ends all logins and mails the `reset` link.
        Tells whether it did. Raises InvalidEmailToken if the token was used, or the account has
        expired meanwhile.
        """
        user = User.find(keys.profile(token.userId), now, consistent=True)
        if user is None:
            raise InvalidEmailToken
        try:
            self._verify(token, user, None, now)
        except _Contested:
            self._verify(token, user, reset, now)
            return True
        return False

    @staticmethod
    def _verify(token: EmailToken, user: User, reset: NewToken | None, now: datetime) -> None:
        gone = InvalidEmailToken()
        of_user: list[Any] = [
            User.emailVerified.set(True), User.emailVerifiedAt.set(now),
            User.expiresAt.remove(), User.updatedAt.set(now), User.version.add(1),
        ]  # fmt: skip
        of_credential: list[Any] = [
            Credential.verified.set(True),
            Credential.expiresAt.remove(),
            Credential.updatedAt.set(now),
        ]
        found = Credential.present(now) & (Credential.userId == token.userId)
        if reset:
            found &= Credential.contested.exists()
            of_user.append(User.authEpoch.add(1))
            of_credential += [
                Credential.authEpoch.add(1), Credential.passwordHash.remove(),
                Credential.contested.remove(),
            ]  # fmt: skip
        else:
            found &= Credential.contested.does_not_exist()
        held = UsernameGuard.present(now) & (UsernameGuard.userId == user.id)
        transaction = writes.Transaction()
        transaction.delete(token, EmailToken.present(now), gone)
        transaction.update(
            guard(user.username, user.id), [UsernameGuard.expiresAt.remove()], held, gone
        )
        transaction.update(
            Credential.at(keys.credential(token.email)),
            of_credential,
            found,
            gone if reset else _Contested(),
        )
        transaction.update(user, of_user, User.present(now), gone)
        if reset:
            transaction.put(reset.item(user.id, token.email, now, int(user.authEpoch) + 1))
        transaction.commit()
