"""From a form to a verified account. No answer tells whether an address is known."""

from contextlib import suppress
from datetime import datetime, timedelta

from firstspawn.auth.breaches import BreachCheck
from firstspawn.auth.errors import InvalidEmailToken
from firstspawn.auth.passwords import hash_password, password_matches
from firstspawn.auth.registration_repository import (
    RESET_LIFE,
    TOKEN_LIFE,
    AddressSettled,
    EmailTaken,
    NewToken,
    RegistrationRepository,
)
from firstspawn.auth.repository import AuthRepository
from firstspawn.auth.schemas import Register
from firstspawn.auth.tokens import EmailTokens, Purpose
from firstspawn.errors import Invalid
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.users.names import is_reserved


class RegistrationService:
    """Registers accounts and verifies their addresses."""

    def __init__(
        self,
        repository: RegistrationRepository,
        sessions: AuthRepository,
        tokens: EmailTokens,
        breaches: BreachCheck,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._accounts, self._sessions, self._tokens = repository, sessions, tokens
        self._breaches, self._clock, self._new_id = breaches, clock, new_id

    def register(self, form: Register) -> None:
        """Create an account that lives 7 days unless its address is verified.

        Known and unknown addresses cost the same: one read, one hash, one transaction. Raises
        UsernameTaken, Invalid, PasswordBreached.
        """
        if is_reserved(form.username):
            raise Invalid.field("username", "this name is reserved", code="username_reserved")
        self._breaches.refuse_breached(form.password)
        now = self._clock()
        known = self._accounts.find_credential(form.email, now)
        if known is None:
            hashed = hash_password(form.password)
            with suppress(EmailTaken):
                self._accounts.create_account(
                    self._new_id(), form.email, hashed, form.username, self._new_token(), now
                )
                return
            known = self._accounts.find_credential(form.email, now)  # a racing registration won
        # Compared in any case: it takes as long as hashing the password of a new account.
        same = password_matches(known.passwordHash if known else None, form.password)
        rival = known.userId if known and not known.verified and not same else None
        self._register_again(form, rival, now)

    def _register_again(self, form: Register, rival: str | None, now: datetime) -> None:
        """Pretend to make an account; contest the unverified one of another password."""
        decoys = (self._new_token(), self._new_token())
        if rival:
            with suppress(AddressSettled):
                self._accounts.contest(
                    rival, form.email, form.username, self._new_id(), decoys[0], now
                )
                return
        self._accounts.pretend_account(
            self._new_id(), form.email, form.username, self._new_id(), decoys, now
        )

    def resend_verification(self, email: str) -> None:
        """Mail another link if the address waits for one: one read, one write in any case."""
        now = self._clock()
        credential = self._accounts.find_credential(email, now)
        self._accounts.store_token(self._new_token(), credential, email, now)

    def verify_email(self, token: str) -> None:
        """Use a mailed token up. Raises InvalidEmailToken.

        A contested address comes out of it verified, without a password and with no session; a
        link to set one is mailed (docs/decisions/0006).
        """
        now = self._clock()
        found = self._accounts.find_token(token, Purpose.VERIFY_EMAIL, now)
        if found is None:
            raise InvalidEmailToken
        if self._accounts.verify(found, self._new_token(Purpose.RESET_PASSWORD, RESET_LIFE), now):
            self._sessions.end_sessions(found.userId, now)

    def _new_token(
        self, purpose: Purpose = Purpose.VERIFY_EMAIL, life: timedelta = TOKEN_LIFE
    ) -> NewToken:
        seed = self._tokens.new_seed()
        return NewToken(self._tokens.token(purpose, seed), seed, purpose, life)
