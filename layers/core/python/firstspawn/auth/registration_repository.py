"""All reads and writes of registration: from a form to a permanent account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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


class EmailTaken(Exception):
    """Somebody registered this address in the same moment."""


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
        transaction = writes.Transaction()
        held = guard(name, user_id, now + UNVERIFIED_LIFE)
        transaction.put(held, UsernameGuard.absent(now), UsernameTaken())
        transaction.put(mail_item(mail_id, "account_exists", email, {}, now))
        for token in tokens:
            transaction.put(token.decoy(now))
        transaction.commit()

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

    def verify(self, token: EmailToken, now: datetime) -> None:
        """Use the token up and make the account permanent: one read, one transaction.

        Raises InvalidEmailToken if the token was used, or the account has expired meanwhile.
        """
        gone = InvalidEmailToken()
        user = User.find(keys.profile(token.userId), now, consistent=True)
        if user is None:
            raise gone
        held = guard(user.username, user.id)
        credential = Credential.at(keys.credential(token.email))
        transaction = writes.Transaction()
        transaction.delete(token, EmailToken.present(now), gone)
        transaction.update(
            held,
            [UsernameGuard.expiresAt.remove()],
            UsernameGuard.present(now) & (UsernameGuard.userId == user.id),
            gone,
        )
        transaction.update(
            credential,
            [
                Credential.verified.set(True),
                Credential.expiresAt.remove(),
                Credential.updatedAt.set(now),
            ],
            Credential.present(now) & (Credential.userId == token.userId),
            gone,
        )
        transaction.update(
            user,
            [
                User.emailVerified.set(True), User.emailVerifiedAt.set(now),
                User.expiresAt.remove(), User.updatedAt.set(now), User.version.add(1),
            ],
            User.present(now),
            gone,
        )  # fmt: skip
        transaction.commit()
