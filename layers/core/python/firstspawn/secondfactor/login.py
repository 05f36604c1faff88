"""Logins in two steps: the first answers a challenge, the second opens the session."""

from firstspawn.auth.challenges import Ceremony, Challenges
from firstspawn.auth.errors import InvalidChallenge, SecondFactorNeeded
from firstspawn.auth.proof import Proof
from firstspawn.auth.schemas import Login
from firstspawn.auth.service import AuthService, Device
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.signing import mac
from firstspawn.passkeys.service import PasskeyService
from firstspawn.secondfactor.checks import FactorChecks
from firstspawn.secondfactor.schemas import (
    Entered,
    FactorChallenge,
    FactorRequired,
    Method,
    ShowFactor,
)


class TwoStepLogin:
    """Signs in with a password, and then with a second factor where there is one."""

    def __init__(
        self,
        auth: AuthService,
        checks: FactorChecks,
        passkeys: PasskeyService,
        challenges: Challenges,
        key: bytes,
    ) -> None:
        self._auth, self._checks, self._passkeys = auth, checks, passkeys
        self._challenges, self._key = challenges, key

    def login(self, form: Login, device: Device) -> Entered | FactorRequired:
        """Open a session, or ask for the second factor: then nothing is written.

        Raises WrongCredentials.
        """
        try:
            return Entered(*self._auth.login(form, device))
        except SecondFactorNeeded as needed:
            return self.describe(self._auth.challenge(needed.proof))

    def describe(self, challenge: str) -> FactorRequired:
        """What can be shown for a challenge: one query. Raises InvalidChallenge."""
        claim = self._challenges.read(Ceremony.SECOND_FACTOR, challenge)
        known = self._passkeys.known(_proof(claim.subject).userId)
        methods, options = [Method.CODE, Method.RECOVERY_CODE], None
        if known:
            methods.append(Method.PASSKEY)
            derived = self._for_passkeys(challenge)
            options = self._passkeys.options(derived, known, verified=False).publicKey
        return FactorRequired(
            secondFactor=FactorChallenge(
                challenge=challenge, expiresIn=claim.seconds, methods=methods, passkey=options
            )
        )

    def finish(self, challenge: str, form: ShowFactor, device: Device) -> Entered:
        """Open the session of a challenge: two writes, a read, two writes before the session's two.

        Every try counts, for the challenge (five) and for the account. A wrong one uses nothing
        else up. Raises InvalidChallenge, RateLimited, WrongCode, InvalidPasskey, NoSecondFactor,
        WrongCredentials if all logins were ended since the password.
        """
        proof = _proof(self._challenges.read(Ceremony.SECOND_FACTOR, challenge).subject)
        self._challenges.attempt(challenge)
        self._checks.count(proof.userId)
        if form.passkey:
            # Present is enough: the password was the other factor.
            self._passkeys.accept(
                proof.userId, form.passkey, self._for_passkeys(challenge),
                verified=False, used=challenge,
            )  # fmt: skip
        else:
            self._checks.accept(proof.userId, form, lambda: self._challenges.use(challenge))
        return Entered(*self._auth.open(proof, device, strong=True))

    def _for_passkeys(self, challenge: str) -> str:
        """What a passkey signs. Derived, so that it is good for this login and nothing else."""
        return to_base64url(mac(self._key, "second-factor/passkey", challenge.encode()))


def _proof(subject: str) -> Proof:
    user_id, _, epoch = subject.partition(".")
    if not epoch.isdigit():
        raise InvalidChallenge
    return Proof(user_id, int(epoch), hasSecondFactor=True)
