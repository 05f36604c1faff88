"""Rules of passkeys: made once for one account, good for it alone, never the last way removed.

A passkey that asked for a PIN or biometrics is two factors in one: what somebody has, and what
they know or are.
"""

import logging
from collections.abc import Sequence

from firstspawn.auth.challenges import Ceremony, Challenges
from firstspawn.auth.errors import InvalidChallenge
from firstspawn.auth.proof import Proof
from firstspawn.auth.schemas import LoginGrant
from firstspawn.auth.service import AuthService, Device
from firstspawn.clients.webauthn import PasskeyRefused, RelyingParty, challenge_of
from firstspawn.errors import Unauthenticated
from firstspawn.identities.errors import NotLinkable
from firstspawn.kit.clock import Clock
from firstspawn.kit.encoding import from_base64url
from firstspawn.kit.ids import NewId, is_ulid
from firstspawn.kit.metrics import metric
from firstspawn.kit.signing import sha256_hex
from firstspawn.passkeys.errors import (
    InvalidPasskey,
    PasskeyLimit,
    PasskeyNotFound,
    PasskeyNotRegistered,
)
from firstspawn.passkeys.repository import (
    MAX_PASSKEYS,
    CounterWentBack,
    Notice,
    PasskeyRepository,
)
from firstspawn.passkeys.schemas import (
    AssertionAnswer,
    PasskeyList,
    PasskeyLogin,
    PasskeyOptions,
    PasskeyView,
    RegisterPasskey,
    RenamePasskey,
)
from firstspawn.users.schemas import Caller

_LOG = logging.getLogger(__name__)


class PasskeyService:
    """Registers, lists, renames and removes passkeys, and lets in with them."""

    def __init__(
        self,
        repository: PasskeyRepository,
        party: RelyingParty,
        challenges: Challenges,
        auth: AuthService,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._passkeys, self._party, self._challenges = repository, party, challenges
        self._auth, self._clock, self._new_id = auth, clock, new_id

    def list(self, caller: Caller) -> PasskeyList:
        """All of the caller's: one query."""
        found = self._passkeys.of(caller.userId, self._clock())
        return PasskeyList(items=[PasskeyView.model_validate(one) for one in found])

    def registration_options(self, caller: Caller) -> PasskeyOptions:
        """What the browser makes a passkey of: one read, one query. Raises PasskeyLimit."""
        now = self._clock()
        user, known = self._passkeys.owner(caller.userId, now), self.known(caller.userId)
        if user is None:
            raise Unauthenticated
        if len(known) >= MAX_PASSKEYS:
            raise PasskeyLimit
        challenge = self.issue(Ceremony.PASSKEY_REGISTRATION, caller)
        name = user.email or user.username
        return PasskeyOptions(
            publicKey=self._party.creation_options(challenge, user.id, name, known)
        )

    def register(self, caller: Caller, form: RegisterPasskey) -> PasskeyView:
        """Take what the browser made: one read, one write, one transaction.

        Raises InvalidChallenge, PasskeyNotRegistered, PasskeyTaken, PasskeyLimit, NotLinkable,
        ChangedMeanwhile.
        """
        answer, now = form.credential.model_dump(), self._clock()
        try:
            challenge = challenge_of(answer)
            self.require(Ceremony.PASSKEY_REGISTRATION, challenge, caller)
            made = self._party.register(answer, challenge)
        except PasskeyRefused as error:
            raise PasskeyNotRegistered from error
        user = self._passkeys.owner(caller.userId, now)
        if user is None:
            raise Unauthenticated
        if user.expiresAt is not None:
            raise NotLinkable
        if (user.passkeyCount or 0) >= MAX_PASSKEYS:
            raise PasskeyLimit
        self._challenges.use(challenge)
        notice, stored = Notice(self._new_id(), form.name), sha256_hex(made.credentialId)
        passkey = self._passkeys.add(caller, user.email, stored, made, notice, now)
        return PasskeyView.model_validate(passkey)

    def rename(self, caller: Caller, passkey_id: str, form: RenamePasskey) -> PasskeyView:
        """One write. Raises PasskeyNotFound."""
        passkey = self._passkeys.rename(
            caller.userId, _checked(passkey_id), form.name, self._clock()
        )
        return PasskeyView.model_validate(passkey)

    def remove(self, caller: Caller, passkey_id: str) -> None:
        """Two reads, one transaction. Raises PasskeyNotFound, LastWayToSignIn, ChangedMeanwhile."""
        now = self._clock()
        passkey = self._passkeys.find(caller.userId, _checked(passkey_id), now)
        user = self._passkeys.owner(caller.userId, now)
        if passkey is None or user is None:
            raise PasskeyNotFound
        self._passkeys.remove(user, passkey, self._new_id(), now)

    def sign_in_options(self) -> PasskeyOptions:
        """What a browser shows its passkeys for: no call."""
        return self.options(self._challenges.issue(Ceremony.PASSKEY_SIGN_IN), [], verified=True)

    def sign_in(self, form: PasskeyLogin, device: Device) -> tuple[LoginGrant, str]:
        """Open a session with a passkey alone: two reads and two writes before the session's two.

        Raises InvalidChallenge, InvalidPasskey, WrongCredentials.
        """
        answer = form.credential
        challenge = self.challenge(answer)
        self._challenges.read(Ceremony.PASSKEY_SIGN_IN, challenge)
        user_id = _user_of(answer)
        self.accept(user_id, answer, challenge, verified=True)
        user = self._passkeys.owner(user_id, self._clock())
        if user is None or not user.passkeyCount:  # a deleted account's, about to go
            raise InvalidPasskey
        proof = Proof(user_id, int(user.authEpoch), bool(user.hasSecondFactor))
        return self._auth.open(proof, device, strong=True)

    def known(self, user_id: str) -> Sequence[str]:
        """The credential ids of a user's passkeys: one query."""
        return [one.credentialId for one in self._passkeys.of(user_id, self._clock())]

    def options(self, challenge: str, known: Sequence[str], *, verified: bool) -> PasskeyOptions:
        """What a browser has a passkey sign; no call."""
        return PasskeyOptions(
            publicKey=self._party.request_options(challenge, known, verified=verified)
        )

    def issue(self, ceremony: Ceremony, caller: Caller) -> str:
        """A challenge that nobody but the caller's session may answer; no call."""
        return self._challenges.issue(ceremony, _bound_to(caller))

    def require(self, ceremony: Ceremony, challenge: str, caller: Caller) -> None:
        """Raises InvalidChallenge if a challenge was not issued to the caller for that."""
        if self._challenges.read(ceremony, challenge).subject != _bound_to(caller):
            raise InvalidChallenge

    def challenge(self, answer: AssertionAnswer) -> str:
        """The challenge an answer claims to be for; no call. Raises InvalidPasskey."""
        try:
            return challenge_of(answer.model_dump())
        except PasskeyRefused as error:
            raise InvalidPasskey from error

    def accept(
        self,
        user_id: str,
        answer: AssertionAnswer,
        challenge: str,
        *,
        verified: bool,
        used: str = "",
    ) -> None:
        """Check a user's passkey against a challenge and use both up: one read, two writes.

        `used` is what to use up instead of the challenge itself. Raises InvalidPasskey,
        InvalidChallenge.
        """
        now = self._clock()
        passkey = self._passkeys.find(user_id, sha256_hex(answer.id), now)
        if passkey is None or (answer.response.userHandle and _user_of(answer) != user_id):
            raise InvalidPasskey
        try:
            seen = self._party.verify(
                answer.model_dump(), challenge, passkey.publicKey, verified=verified
            )
        except PasskeyRefused as error:
            raise InvalidPasskey from error
        self._challenges.use(used or challenge)
        known_count = int(passkey.signCount)
        try:
            self._passkeys.use(passkey, seen, now)
        except PasskeyNotFound as error:
            raise InvalidPasskey from error
        except CounterWentBack as error:
            _LOG.warning("passkey counter went back", extra=metric("PasskeyCopied", 1, now))
            mail_id = f"passkey-{passkey.id}-{known_count}"
            self._passkeys.warn(passkey, mail_id, now)
            raise InvalidPasskey from error


def _bound_to(caller: Caller) -> str:
    return f"{caller.userId}.{caller.sessionId}"


def _user_of(answer: AssertionAnswer) -> str:
    """The user an authenticator names: it got the id when the passkey was made."""
    try:
        user_id = from_base64url(answer.response.userHandle or "").decode()
    except ValueError as error:
        raise InvalidPasskey from error
    if not is_ulid(user_id):
        raise InvalidPasskey
    return user_id


def _checked(passkey_id: str) -> str:
    """Raises PasskeyNotFound for what is longer than a key may be, for example."""
    if len(passkey_id) != 64 or not passkey_id.isascii():
        raise PasskeyNotFound
    return passkey_id
