"""All reads and writes of passkeys: the key, its guard and the profile's count move together."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from firstspawn.clients.webauthn import Assertion, NewCredential
from firstspawn.db import identity_keys, keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import LastWayToSignIn
from firstspawn.identities.models import Identity
from firstspawn.identities.repository import keeps_a_way
from firstspawn.mail.models import Mail, mail_item
from firstspawn.passkeys.errors import PasskeyNotFound, PasskeyTaken
from firstspawn.passkeys.models import Passkey, PasskeyGuard
from firstspawn.users.models import User
from firstspawn.users.schemas import Caller

MAX_PASSKEYS = 10


class CounterWentBack(Exception):
    """A signature shows a counter that is not above the highest seen: there may be a copy."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The mail that tells the owner: its id, and what the passkey is called."""

    mailId: str
    name: str

    def add_to(
        self, transaction: writes.Transaction, template: str, to: str | None, now: datetime
    ) -> None:
        """Let a transaction send it, if there is an address."""
        if to:
            transaction.put(mail_item(self.mailId, template, to, {"name": self.name}, now))


class PasskeyRepository:
    """Passkeys."""

    def owner(self, user_id: str, now: datetime) -> User | None:
        """The profile: one consistent read."""
        return User.find(keys.profile(user_id), now, consistent=True)

    def of(self, user_id: str, now: datetime) -> list[Passkey]:
        """All of a user's: one query."""
        prefix = keys.passkey(user_id, "")
        found = Passkey.query(prefix.pk, Passkey.SK.startswith(prefix.sk), consistent_read=True)
        return [passkey for passkey in found if passkey.is_alive(now)]

    def find(self, user_id: str, passkey_id: str, now: datetime) -> Passkey | None:
        """One consistent read."""
        return Passkey.find(keys.passkey(user_id, passkey_id), now, consistent=True)

    def add(
        self, caller: Caller, email: str | None, passkey_id: str, made: NewCredential,
        notice: Notice, now: datetime,
    ) -> Passkey:  # fmt: skip
        """Store a passkey and tell its owner: one transaction of four items.

        An account that may still expire gets none: whoever proves its address later would not
        know of it. Raises PasskeyTaken, or ChangedMeanwhile if logins were ended, or the account
        got its last passkey elsewhere, in the same moment.
        """
        times = {"createdAt": now, "updatedAt": now}
        passkey = Passkey.at(
            keys.passkey(caller.userId, passkey_id),
            id=passkey_id, userId=caller.userId, credentialId=made.credentialId,
            publicKey=made.publicKey, signCount=made.signCount, aaguid=made.aaguid,
            name=notice.name, isBackedUp=made.isBackedUp, **times,
        )  # fmt: skip
        guard = PasskeyGuard.at(keys.passkey_guard(passkey_id), userId=caller.userId, **times)
        transaction = writes.Transaction()
        transaction.put(guard, PasskeyGuard.absent(now), PasskeyTaken())
        transaction.put(passkey, Passkey.absent(now), PasskeyTaken())
        permanent = User.PK.exists() & User.expiresAt.does_not_exist()
        room = User.passkeyCount.does_not_exist() | (User.passkeyCount < MAX_PASSKEYS)
        transaction.update(
            User.at(keys.profile(caller.userId)),
            [User.passkeyCount.add(1)],
            permanent & (User.authEpoch == caller.epoch) & room,
            ChangedMeanwhile(),
        )
        notice.add_to(transaction, "passkey_added", email, now)
        transaction.commit()
        return passkey

    def rename(self, user_id: str, passkey_id: str, name: str, now: datetime) -> Passkey:
        """One write. Raises PasskeyNotFound."""
        passkey = Passkey.at(keys.passkey(user_id, passkey_id))
        actions = [Passkey.name.set(name), Passkey.updatedAt.set(now)]
        writes.update(passkey, actions, Passkey.present(now), PasskeyNotFound())
        return passkey

    def remove(self, user: User, passkey: Passkey, mail_id: str, now: datetime) -> None:
        """Remove a passkey if another way to sign in is left, and tell its owner.

        One transaction of up to five items; before the last passkey goes, a query and a read. What
        is left is a condition: of two ways removed at once, one stays. Raises LastWayToSignIn,
        PasskeyNotFound, ChangedMeanwhile.
        """
        transaction = writes.Transaction()
        is_last = int(user.passkeyCount or 0) < 2
        if is_last and not self._keeps_another_way(transaction, user, now):
            raise LastWayToSignIn
        transaction.delete(passkey, Passkey.present(now), PasskeyNotFound())
        guard = PasskeyGuard.at(keys.passkey_guard(passkey.id))
        transaction.delete(guard, PasskeyGuard.userId == user.id, PasskeyNotFound())
        transaction.update(
            user,
            [User.passkeyCount.add(-1)],
            User.present(now) & (User.passkeyCount >= (1 if is_last else 2)),
            ChangedMeanwhile(),
        )
        Notice(mail_id, passkey.name).add_to(transaction, "passkey_removed", user.email, now)
        transaction.commit()

    @staticmethod
    def _keeps_another_way(transaction: writes.Transaction, user: User, now: datetime) -> bool:
        prefix = identity_keys.identity(user.id, "")
        found = Identity.query(prefix.pk, Identity.SK.startswith(prefix.sk), consistent_read=True)
        platforms = [one.platform for one in found if one.is_alive(now) and not one.scopeServerId]
        return keeps_a_way(transaction, user.id, user.email, platforms, now)

    def remove_all(self, user_id: str, now: datetime) -> None:
        """Forget all of a user's: one query, batches of 25.

        The guards go first: what breaks off in between still finds them by their passkeys.
        """
        found = self.of(user_id, now)
        with PasskeyGuard.batch_write() as guards:
            for passkey in found:
                guards.delete(PasskeyGuard.at(keys.passkey_guard(passkey.id)))
        with Passkey.batch_write() as batch:
            for passkey in found:
                batch.delete(passkey)

    def use(self, passkey: Passkey, seen: Assertion, now: datetime) -> None:
        """Note a use and its counter: one write. Raises CounterWentBack, PasskeyNotFound.

        Authenticators that do not count say 0 for ever; all others must count up.
        """
        grown = Passkey.signCount < seen.signCount if seen.signCount else Passkey.signCount == 0
        actions = [
            Passkey.signCount.set(seen.signCount), Passkey.isBackedUp.set(seen.isBackedUp),
            Passkey.lastUsedAt.set(now),
        ]  # fmt: skip
        try:
            writes.update(passkey, actions, Passkey.present(now) & grown)
        except writes.ConditionFailed as error:
            if self.find(passkey.userId, passkey.id, now) is None:
                raise PasskeyNotFound from error
            raise CounterWentBack from error

    def warn(self, passkey: Passkey, mail_id: str, now: datetime) -> None:
        """Tell the owner of a copy there may be: a read and a write; once for each `mail_id`."""
        user = self.owner(passkey.userId, now)
        if user and user.email:
            mail = mail_item(mail_id, "passkey_copied", user.email, {"name": passkey.name}, now)
            with suppress(writes.ConditionFailed):
                writes.put(mail, Mail.absent(now))
