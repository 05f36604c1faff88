"""All reads and writes of changing an address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from firstspawn.auth.errors import EmailTaken, InvalidEmailToken
from firstspawn.auth.eviction_repository import evict
from firstspawn.auth.models import Credential, EmailChange, EmailToken, Session
from firstspawn.auth.registration_repository import NewToken
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import epoch
from firstspawn.kit.signing import sha256_hex
from firstspawn.mail.models import mail_item
from firstspawn.users.models import User
from firstspawn.users.schemas import Caller

CHANGE_LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change that is asked for: from `old`, if there is one, to `new`; `id` ties its links."""

    id: str
    caller: Caller
    old: str | None
    new: str
    now: datetime

    def item(self) -> EmailChange:
        """What waits for the confirmations."""
        return EmailChange.at(
            keys.email_change(self.caller.userId),
            id=self.id, userId=self.caller.userId, sessionId=self.caller.sessionId,
            authEpoch=self.caller.epoch, oldEmail=self.old, newEmail=self.new,
            createdAt=self.now, expiresAt=epoch(self.now + CHANGE_LIFE),
        )  # fmt: skip

    def token(self, token: NewToken, to: str) -> EmailToken:
        """A link of this change to one of the addresses."""
        item = token.item(self.caller.userId, to, self.now, self.caller.epoch)
        item.changeId, item.about = self.id, self.new
        return item


class EmailChangeRepository:
    """Changes that wait, and the moves they end in."""

    def user(self, user_id: str, now: datetime) -> User | None:
        """One consistent read."""
        return User.find(keys.profile(user_id), now, consistent=True)

    def is_settled(self, email: str, now: datetime) -> bool:
        """Tell whether an address is proven to be somebody's: one consistent read."""
        holder = Credential.find(keys.credential(email), now, consistent=True)
        return holder is not None and bool(holder.verified)

    def store(
        self, change: NewChange, to_new: NewToken, to_old: NewToken, mail_id: str, *, settled: bool
    ) -> None:
        """Store a change and mail its links in one transaction; an earlier change is forgotten.

        The owner of a `settled` address gets a notice in the link's place: one item as well.
        """
        transaction = writes.Transaction()
        transaction.put(change.item())
        if settled:
            transaction.put(mail_item(mail_id, "address_in_use", change.new, {}, change.now))
        else:
            transaction.put(change.token(to_new, change.new))
        if change.old:
            transaction.put(change.token(to_old, change.old))
        transaction.commit()

    def forget(self, user_id: str) -> None:
        """Forget a change that waits, there or not: one write."""
        writes.delete(EmailChange.at(keys.email_change(user_id)))

    def find(self, token: str, now: datetime) -> tuple[EmailToken, EmailChange]:
        """A mailed token and its change: two or three reads. Raises InvalidEmailToken."""
        hashed = sha256_hex(token)
        for purpose in (Purpose.CONFIRM_NEW_EMAIL, Purpose.CONFIRM_OLD_EMAIL):
            if found := EmailToken.find(keys.token(hashed, purpose), now, consistent=True):
                key = keys.email_change(found.userId)
                change = EmailChange.find(key, now, consistent=True)
                if change and change.id == found.changeId:
                    return found, change
        raise InvalidEmailToken

    def note(self, token: EmailToken, change: EmailChange, now: datetime) -> None:
        """Use one address's token up while the other's is awaited: two items.

        Raises InvalidEmailToken if it was used, ChangedMeanwhile if the other one was meanwhile.
        """
        is_new = token.purpose == Purpose.CONFIRM_NEW_EMAIL
        mine, other = EmailChange.newConfirmedAt, EmailChange.oldConfirmedAt
        if not is_new:
            mine, other = other, mine
        transaction = writes.Transaction()
        transaction.delete(token, EmailToken.present(now), InvalidEmailToken())
        waiting = EmailChange.present(now) & (EmailChange.id == change.id) & other.does_not_exist()
        transaction.update(change, [mine.set(now)], waiting, ChangedMeanwhile())
        transaction.commit()

    def complete(self, token: EmailToken, change: EmailChange, mail_id: str, now: datetime) -> str:
        """Move the account to its new address: three reads, one transaction of up to 9 items.

        Returns the id of an unverified account that had the address and is gone, or "". Raises
        InvalidEmailToken if logins were ended or the address was changed since it was asked for,
        EmailTaken, ChangedMeanwhile.
        """
        user = self.user(change.userId, now)
        if user is None or user.authEpoch != change.authEpoch or user.email != change.oldEmail:
            raise InvalidEmailToken
        holder = Credential.find(keys.credential(change.newEmail), now, consistent=True)
        if holder and holder.verified:
            # One's own: the link was followed twice, and the other one was faster.
            raise InvalidEmailToken if holder.userId == user.id else EmailTaken
        transaction = writes.Transaction()
        transaction.delete(token, EmailToken.present(now), InvalidEmailToken())
        same = EmailChange.present(now) & (EmailChange.id == change.id)
        transaction.delete(change, same, ChangedMeanwhile())
        squatter = holder.userId if holder else ""
        if squatter:
            evict(transaction, squatter, now)
        moved = self._moved(transaction, user, now)
        free = Credential.absent(now)
        if squatter:
            unproven = Credential.verified == False  # noqa: E712
            free |= unproven & (Credential.userId == squatter)
        moved.PK, moved.SK = keys.credential(change.newEmail)
        transaction.put(moved, free, ChangedMeanwhile())
        self._end_logins(transaction, user, change, now)
        if change.oldEmail:
            about = {"about": change.newEmail}
            transaction.put(mail_item(mail_id, "email_changed", change.oldEmail, about, now))
        transaction.commit()
        return squatter

    @staticmethod
    def _moved(transaction: writes.Transaction, user: User, now: datetime) -> Credential:
        """What the new address gets: all that the old one had, which is released."""
        epoch_then = int(user.authEpoch)
        if user.email is None:
            return Credential(
                userId=user.id, verified=True, authEpoch=epoch_then + 1,
                hasSecondFactor=user.hasSecondFactor, createdAt=now,
            )  # fmt: skip
        found = Credential.find(keys.credential(user.email), now, consistent=True)
        if found is None or found.userId != user.id:
            raise ChangedMeanwhile
        same = Credential.present(now) & (Credential.userId == user.id)
        same &= Credential.authEpoch == epoch_then
        stored = found.passwordHash
        same &= (
            Credential.passwordHash == stored
            if stored
            else Credential.passwordHash.does_not_exist()
        )
        transaction.delete(Credential.at(keys.credential(user.email)), same, ChangedMeanwhile())
        found.verified, found.authEpoch, found.updatedAt = True, epoch_then + 1, now
        return found

    @staticmethod
    def _end_logins(
        transaction: writes.Transaction, user: User, change: EmailChange, now: datetime
    ) -> None:
        """Raise the epoch; the session that asked for the change goes on, if it is still there."""
        of_user: list[Any] = [
            User.email.set(change.newEmail), User.emailVerified.set(True),
            User.emailVerifiedAt.set(now), User.authEpoch.add(1), User.updatedAt.set(now),
            User.version.add(1),
        ]  # fmt: skip
        old = User.email == user.email if user.email else User.email.does_not_exist()
        unchanged = User.present(now) & (User.authEpoch == user.authEpoch) & old
        transaction.update(user, of_user, unchanged, ChangedMeanwhile())
        key = keys.session(change.userId, change.sessionId)
        asked = Session.find(key, now, consistent=True)
        if asked is not None and asked.authEpoch == user.authEpoch:
            same = Session.present(now) & (Session.authEpoch == asked.authEpoch)
            transaction.update(asked, [Session.authEpoch.add(1)], same, ChangedMeanwhile())
