"""Step-up: somebody signed in proves again who they are."""

from firstspawn.auth.challenges import Ceremony
from firstspawn.auth.credentials import CredentialService
from firstspawn.auth.schemas import AccessGrant
from firstspawn.auth.service import AuthService
from firstspawn.passkeys.service import PasskeyService
from firstspawn.secondfactor.checks import FactorChecks
from firstspawn.secondfactor.errors import PasswordNotEnough
from firstspawn.secondfactor.schemas import Method, ProofOptions, Reauthenticate
from firstspawn.secondfactor.service import SecondFactorService
from firstspawn.users.schemas import Caller


class Reauthentication:
    """Takes the proof, and says which there can be."""

    def __init__(
        self,
        auth: AuthService,
        credentials: CredentialService,
        factors: SecondFactorService,
        checks: FactorChecks,
        passkeys: PasskeyService,
    ) -> None:
        self._auth, self._credentials, self._factors = auth, credentials, factors
        self._checks, self._passkeys = checks, passkeys

    def options(self, caller: Caller) -> ProofOptions:
        """How the caller may prove who they are: a read, a query, at most two reads more.

        An account with nothing but accounts elsewhere may not: a new login is its proof.
        """
        known = self._passkeys.known(caller.userId)
        if self._factors.status(caller).enabled:
            methods = [Method.CODE, Method.RECOVERY_CODE]
        else:
            methods = [Method.PASSWORD] if self._credentials.has_password(caller) else []
        if not known:
            return ProofOptions(methods=methods, passkey=None)
        challenge = self._passkeys.issue(Ceremony.REAUTHENTICATION, caller)
        options = self._passkeys.options(challenge, known, verified=True)
        return ProofOptions(methods=[*methods, Method.PASSKEY], passkey=options.publicKey)

    def reauthenticate(self, caller: Caller, form: Reauthenticate) -> AccessGrant:
        """Take a proof; the grant's token is fresh, and so are those refreshed from now on.

        A write, the proof's reads and writes, a write. A password alone is refused where there is
        a second factor. Raises RateLimited, WrongPassword, NoPassword, PasswordNotEnough,
        WrongCode, NoSecondFactor, InvalidPasskey, InvalidChallenge, Unauthenticated.
        """
        self._checks.count(caller.userId)
        if form.passkey:
            challenge = self._passkeys.challenge(form.passkey)
            self._passkeys.require(Ceremony.REAUTHENTICATION, challenge, caller)
            self._passkeys.accept(caller.userId, form.passkey, challenge, verified=True)
        elif form.password is not None:
            if self._factors.status(caller).enabled:
                raise PasswordNotEnough
            self._credentials.check(caller, form.password)
        else:
            self._checks.accept(caller.userId, form)
        return self._auth.reproven(caller)
