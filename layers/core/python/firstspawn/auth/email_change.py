"""Changing one's address: both mailboxes have to agree, and nothing tells whose an address is."""

from firstspawn.auth.email_change_repository import EmailChangeRepository, NewChange
from firstspawn.auth.errors import EmailNotVerified, InvalidEmailToken, SignInToConfirm
from firstspawn.auth.registration_repository import NewToken
from firstspawn.auth.repository import AuthRepository
from firstspawn.auth.schemas import EmailConfirmed
from firstspawn.auth.tokens import EmailTokens, Purpose
from firstspawn.errors import ChangedMeanwhile, Invalid, Unauthenticated
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.users.schemas import Caller

_ATTEMPTS = 4


class EmailChangeService:
    """Mails the links of a change, and moves the account once they were followed."""

    def __init__(
        self,
        repository: EmailChangeRepository,
        sessions: AuthRepository,
        tokens: EmailTokens,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._changes, self._sessions, self._tokens = repository, sessions, tokens
        self._clock, self._new_id = clock, new_id

    def ask(self, caller: Caller, email: str) -> None:
        """Mail a link to the new address, and one to the old one if there is one.

        Two reads, one transaction, whether or not the new address has an account already. A change
        asked for before is forgotten. Raises EmailNotVerified, Invalid, Unauthenticated.
        """
        now = self._clock()
        user = self._changes.user(caller.userId, now)
        if user is None:
            raise Unauthenticated("signed out", code="session_ended")
        if user.email and not user.emailVerified:
            raise EmailNotVerified
        if user.email == email:
            raise Invalid.field("email", "is your address already", code="email_unchanged")
        change = NewChange(self._new_id(), caller, user.email, email, now)
        self._changes.store(
            change,
            self._new_token(Purpose.CONFIRM_NEW_EMAIL),
            self._new_token(Purpose.CONFIRM_OLD_EMAIL),
            self._new_id(),
            settled=self._changes.is_settled(email, now),
        )

    def forget(self, caller: Caller) -> None:
        """Forget the change that waits: its links stop working."""
        self._changes.forget(caller.userId)

    def confirm(self, token: str, caller: Caller | None) -> EmailConfirmed:
        """Follow a mailed link. The second of the two moves the account, and ends its sessions.

        The session that asked goes on. An account that had no address has nobody else to object,
        so its owner has to be signed in: a mistyped address must not give it to a stranger.
        Raises InvalidEmailToken, SignInToConfirm, EmailTaken, ChangedMeanwhile.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._confirm(token, caller)
            except ChangedMeanwhile:
                continue  # the other link was followed in the same moment, or the password changed
        raise ChangedMeanwhile

    def _confirm(self, token: str, caller: Caller | None) -> EmailConfirmed:
        now = self._clock()
        found, change = self._changes.find(token, now)
        if change.oldEmail is None:
            if caller is None or caller.userId != change.userId:
                raise SignInToConfirm
        elif not (change.oldConfirmedAt or change.newConfirmedAt):
            self._changes.note(found, change, now)
            return EmailConfirmed(status="waiting")
        elif _awaits(change.newConfirmedAt is None) != found.purpose:
            raise InvalidEmailToken
        squatter = self._changes.complete(found, change, self._new_id(), now)
        self._sessions.end_sessions(change.userId, now, keep=change.sessionId)
        if squatter:
            self._sessions.end_sessions(squatter, now)
        return EmailConfirmed(status="changed")

    def _new_token(self, purpose: Purpose) -> NewToken:
        seed = self._tokens.new_seed()
        return NewToken(self._tokens.token(purpose, seed), seed, purpose)


def _awaits(is_new: bool) -> Purpose:
    return Purpose.CONFIRM_NEW_EMAIL if is_new else Purpose.CONFIRM_OLD_EMAIL
