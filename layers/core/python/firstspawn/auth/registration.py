"""From a form to a verified account. No answer tells whether an address is known."""

from contextlib import suppress

from firstspawn.auth.errors import InvalidEmailToken
from firstspawn.auth.passwords import hash_password
from firstspawn.auth.registration_repository import EmailTaken, NewToken, RegistrationRepository
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
        tokens: EmailTokens,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._accounts, self._tokens = repository, tokens
        self._clock, self._new_id = clock, new_id

    def register(self, form: Register) -> None:
        """Create an account that lives 7 days unless its address is verified.

        Known and unknown addresses cost the same: one read, one hash, one transaction. Raises
        UsernameTaken, Invalid.
        """
        if is_reserved(form.username):
            raise Invalid.field("username", "this name is reserved", code="username_reserved")
        now, user_id = self._clock(), self._new_id()
        hashed = hash_password(form.password)
        if self._accounts.find_credential(form.email, now) is None:
            with suppress(EmailTaken):  # a racing registration won: the address is known now
                self._accounts.create_account(
                    user_id, form.email, hashed, form.username, self._new_token(), now
                )
                return
        decoys = (self._new_token(), self._new_token())
        self._accounts.pretend_account(
            user_id, form.email, form.username, self._new_id(), decoys, now
        )

    def resend_verification(self, email: str) -> None:
        """Mail another link if the address waits for one: one read, one write in any case."""
        now = self._clock()
        credential = self._accounts.find_credential(email, now)
        self._accounts.store_token(self._new_token(), credential, email, now)

    def verify_email(self, token: str) -> None:
        """Use a mailed token up. Raises InvalidEmailToken."""
        now = self._clock()
        found = self._accounts.find_token(token, Purpose.VERIFY_EMAIL, now)
        if found is None:
            raise InvalidEmailToken
        self._accounts.verify(found, now)

    def _new_token(self) -> NewToken:
        seed = self._tokens.new_seed()
        token = self._tokens.token(Purpose.VERIFY_EMAIL, seed)
        return NewToken(token, seed, Purpose.VERIFY_EMAIL)
