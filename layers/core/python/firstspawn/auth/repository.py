"""All reads and writes of sessions, and of the epoch that ends them all."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstspawn.auth.errors import SessionNotFound, WrongCredentials
from firstspawn.auth.models import Credential, Session
from firstspawn.auth.tokens import RefreshClaims
from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile, Unauthenticated
from firstspawn.kit.clock import epoch
from firstspawn.kit.ids import is_ulid
from firstspawn.mail.models import mail_item
from firstspawn.users.models import User
from firstspawn.users.schemas import Caller, Tier


def session_ended() -> Unauthenticated:
    """What a caller gets whose session is gone, although the access token is still good."""
    return Unauthenticated("signed out", code="session_ended")


def keep_one_session(
    transaction: writes.Transaction,
    caller: Caller,
    now: datetime,
    of_user: Sequence[Any] = (),
    same: Any = None,
) -> None:
    """Let a transaction raise an account's epoch, with the caller's session alone going on.

    Two items; the credential's epoch is left to the transaction. It raises ChangedMeanwhile if
    logins were ended meanwhile or the profile is not the `same`, Unauthenticated if the caller's
    session was.
    """
    current = User.present(now) & (User.authEpoch == caller.epoch)
    transaction.update(
        User.at(keys.profile(caller.userId)),
        [User.authEpoch.add(1), *of_user],
        current if same is None else current & same,
        ChangedMeanwhile(),
    )
    transaction.update(
        Session.at(keys.session(caller.userId, caller.sessionId)),
        [Session.authEpoch.add(1)],
        Session.present(now) & (Session.authEpoch == caller.epoch),
        session_ended(),
    )


class SessionMoved(Exception):
    """A session is not at the generation a token names: it is at another one, or None is left."""

    def __init__(self, session: Session | None) -> None:
        super().__init__(session and session.id)
        self.session = session


@dataclass(frozen=True, slots=True)
class NewSession:
    """A login about to be stored; a strong one has shown a second factor."""

    caller: Caller
    tokenHash: str
    userAgent: str
    ipAddress: str
    now: datetime
    until: datetime
    isStrong: bool = False

    def item(self) -> Session:
        """The first generation of the family."""
        return Session.at(
            keys.session(self.caller.userId, self.caller.sessionId),
            id=self.caller.sessionId,
            userId=self.caller.userId,
            authEpoch=self.caller.epoch,
            tokenHash=self.tokenHash,
            userAgent=self.userAgent or None,
            ipAddress=self.ipAddress or None,
            createdAt=self.now,
            lastUsedAt=self.now,
            authenticatedAt=self.now,
            expiresAt=epoch(self.until),
        )


class AuthRepository:
    """Sessions and what a login needs."""

    def find_credential(self, email: str, now: datetime) -> Credential | None:
        """One consistent read."""
        return Credential.find(keys.credential(email), now, consistent=True)

    def rehash(self, email: str, stored: str, new: str, now: datetime) -> None:
        """Replace the hash `stored` by one of the same password: one write.

        A password that was changed or removed meanwhile is left alone.
        """
        same = Credential.present(now) & (Credential.passwordHash == stored)
        with suppress(writes.ConditionFailed):
            writes.update(
                Credential.at(keys.credential(email)), [Credential.passwordHash.set(new)], same
            )

    def start(self, new: NewSession) -> User:
        """Store a session and note the login on the profile, which is returned: two writes.

        A third one notes a tier that is not everybody's, for the tokens of later refreshes.
        Raises WrongCredentials if the account's epoch is no longer the session's: all logins were
        ended while this one was under way. The session is stored first, so a logout-all either
        finds it in its list or is noticed here. An account with a second factor takes strong
        sessions alone, whatever was read before.
        """
        session = new.item()
        writes.put(session)
        user = User.at(keys.profile(new.caller.userId))
        condition = User.present(new.now) & (User.authEpoch == new.caller.epoch)
        if not new.isStrong:
            condition &= User.hasSecondFactor.does_not_exist()
        condition &= User.deletedAt.does_not_exist()
        actions = [User.lastLoginAt.set(new.now), User.lastActiveAt.set(new.now)]
        try:
            writes.update(user, actions, condition)
        except writes.ConditionFailed as error:
            self.end(new.caller.userId, new.caller.sessionId)
            raise WrongCredentials from error
        if user.tier is not new.caller.tier:
            with suppress(writes.ConditionFailed):  # ended again already
                tier = Session.tier.set(user.tier.value)
                writes.update(session, [tier], Session.present(new.now))
        return user

    def rotate(
        self, claims: RefreshClaims, old: str, new: str, now: datetime, until: datetime
    ) -> Caller:
        """Move a session to its next generation: one conditional update (and a read if it fails).

        `old` and `new` are token hashes. An update whose answer was lost is sent again by the SDK
        and then finds its own work: that is no failure. Raises SessionMoved.
        """
        session = Session.at(keys.session(claims.userId, claims.sessionId))
        current = (Session.generation == claims.generation) & (Session.tokenHash == old)
        actions = [
            Session.generation.add(1),
            Session.tokenHash.set(new),
            Session.lastUsedAt.set(now),
            Session.expiresAt.set(epoch(until)),
        ]
        try:
            writes.update(session, actions, Session.present(now) & current)
        except writes.ConditionFailed as error:
            stored = self._find_session(claims, now)
            if stored is None or stored.tokenHash != new:
                raise SessionMoved(stored) from error
            session = stored
        tier = Tier(session.tier)
        proven = epoch(session.authenticatedAt) if session.authenticatedAt else 0
        epoch_now = int(session.authEpoch)
        return Caller(session.userId, session.id, epoch_now, tier, authenticatedAt=proven)

    def prove(self, caller: Caller, now: datetime) -> None:
        """Note that a session's owner proved again who they are: one write.

        Raises Unauthenticated if the session has ended.
        """
        session = Session.at(keys.session(caller.userId, caller.sessionId))
        same = Session.present(now) & (Session.authEpoch == caller.epoch)
        writes.update(session, [Session.authenticatedAt.set(now)], same, session_ended())

    def _find_session(self, claims: RefreshClaims, now: datetime) -> Session | None:
        key = keys.session(claims.userId, claims.sessionId)
        return Session.find(key, now, consistent=True)

    def sessions(self, user_id: str, now: datetime) -> list[Session]:
        """All living sessions of a user: one query."""
        prefix = keys.session(user_id, "")
        found = Session.query(prefix.pk, Session.SK.startswith(prefix.sk), consistent_read=True)
        return [session for session in found if session.is_alive(now)]

    def end(self, user_id: str, session_id: str) -> None:
        """Delete a session, there or not: one write."""
        writes.delete(Session.at(keys.session(user_id, session_id)))

    def end_stolen(self, session: Session, mail_id: str, now: datetime) -> None:
        """Delete a session whose token two parties hold, and mail its owner.

        One read, one transaction: of many who notice at once, the one that deletes it mails.
        """
        user = User.find(keys.profile(session.userId), now)
        transaction = writes.Transaction()
        transaction.delete(session, Session.present(now))
        if user and user.email:
            seen = {"userAgent": session.userAgent or "", "ipAddress": session.ipAddress or ""}
            transaction.put(mail_item(mail_id, "session_stolen", user.email, seen, now))
        with suppress(writes.ConditionFailed):
            transaction.commit()

    def revoke(self, user_id: str, session_id: str, now: datetime) -> None:
        """Delete a session: one write. Raises SessionNotFound."""
        if not is_ulid(session_id):
            raise SessionNotFound
        session = Session.at(keys.session(user_id, session_id))
        try:
            writes.delete(session, Session.present(now))
        except writes.ConditionFailed as error:
            raise SessionNotFound from error

    def end_all(self, user_id: str, now: datetime) -> None:
        """Raise the epoch, then delete the sessions: 1 read, 1 transaction, 1 query, batches.

        Raises ChangedMeanwhile if the account's address changed at the same time.
        """
        user = User.find(keys.profile(user_id), now, consistent=True)
        if user is None:
            return
        transaction = writes.Transaction()
        changed = ChangedMeanwhile()
        transaction.update(user, [User.authEpoch.add(1)], User.present(now), changed)
        if user.email:
            credential = Credential.at(keys.credential(user.email))
            condition = Credential.present(now) & (Credential.userId == user_id)
            transaction.update(credential, [Credential.authEpoch.add(1)], condition, changed)
        transaction.commit()
        self.end_sessions(user_id, now)

    def end_sessions(self, user_id: str, now: datetime, keep: str = "") -> None:
        """Delete a user's sessions but the one to keep: one query, batches of 25."""
        with Session.batch_write() as batch:
            for session in self.sessions(user_id, now):
                if session.id != keep:
                    batch.delete(session)
