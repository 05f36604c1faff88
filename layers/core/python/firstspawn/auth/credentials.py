"""How a password is replaced. No answer tells whether an address is known."""

from dataclasses import replace

from firstspawn.auth.breaches import BreachCheck
from firstspawn.auth.credential_repository import CredentialRepository
from firstspawn.auth.errors import InvalidEmailToken, NoPassword, WrongPassword
from firstspawn.auth.passwords import hash_password, password_matches
from firstspawn.auth.registration_repository import RESET_LIFE, NewToken
from firstspawn.auth.repository import AuthRepository
from firstspawn.auth.schemas import AccessGrant, ChangePassword, ResetPassword
from firstspawn.auth.tokens import AccessTokens, EmailTokens, Purpose
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.users.schemas import Caller


class CredentialService:
    """Mails links to set a password, sets it, changes it."""

    def __init__(
        self,
        repository: CredentialRepository,
        sessions: AuthRepository,
        tokens: EmailTokens,
        access: AccessTokens,
        breaches: BreachCheck,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._credentials, self._sessions, self._tokens = repository, sessions, tokens
        self._access, self._breaches = access, breaches
        self._clock, self._new_id = clock, new_id

    def forgot(self, email: str) -> None:
        """Mail a link to set a password, if the address has an account with or without one.

        One read and one write in any case.
        """
        now = self._clock()
        seed = self._tokens.new_seed()
        token = self._tokens.token(Purpose.RESET_PASSWORD, seed)
        new = NewToken(token, seed, Purpose.RESET_PASSWORD, RESET_LIFE)
        self._credentials.store_token(new, self._credentials.find(email, now), email, now)

    def reset(self, form: ResetPassword) -> None:
        """Set the password of the account a mailed link belongs to, and end all of its sessions.

        Links mailed before stop working, and so does everything that is signed in. Raises
        InvalidEmailToken, PasswordBreached (the link stays good), ChangedMeanwhile.
        """
        now = self._clock()
        found = self._credentials.find_token(form.token, now)
        if found is None:
            raise InvalidEmailToken
        self._breaches.refuse_breached(form.password)
        self._credentials.reset(found, hash_password(form.password), self._new_id(), now)
        self._sessions.end_sessions(found.userId, now)

    def check(self, caller: Caller, password: str) -> None:
        """Compare with the caller's password: two reads. Raises NoPassword, WrongPassword."""
        password_now = self._credentials.password_of(caller.userId, self._clock())
        if not password_matches(password_now.stored, password):
            raise WrongPassword

    def has_password(self, caller: Caller) -> bool:
        """Tell whether the caller can sign in with a password: two reads."""
        try:
            self._credentials.password_of(caller.userId, self._clock())
        except NoPassword:
            return False
        return True

    def change(self, caller: Caller, form: ChangePassword) -> AccessGrant:
        """Change the password and end every other session; the caller's goes on with this grant.

        The session's refresh token stays good. The current password is the proof of who is asking,
        unless there is a second factor: then that has to be recent. Raises NoPassword,
        ReauthenticationRequired, WrongPassword, PasswordBreached, ChangedMeanwhile, and
        Unauthenticated if the caller's session has ended.
        """
        now = self._clock()
        old = self._credentials.password_of(caller.userId, now)
        if old.hasSecondFactor:
            self._access.require_fresh(caller)
        if not password_matches(old.stored, form.currentPassword):
            raise WrongPassword
        self._breaches.refuse_breached(form.newPassword, "newPassword")
        hashed = hash_password(form.newPassword)
        self._credentials.change(caller, old.email, old.stored, hashed, self._new_id(), now)
        self._sessions.end_sessions(caller.userId, now, keep=caller.sessionId)
        access = self._access.issue(replace(caller, epoch=caller.epoch + 1))
        return AccessGrant(accessToken=access, expiresIn=self._access.seconds)
