"""Checking codes: bounded by account, and each good for one use."""

from collections.abc import Callable

from firstspawn.clients.vault import Vault
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.codes import as_typed
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import NewId
from firstspawn.kit.signing import mac
from firstspawn.ratelimit.policies import SECOND_FACTOR, Audience
from firstspawn.ratelimit.service import RateLimiter, Subject
from firstspawn.secondfactor import totp
from firstspawn.secondfactor.errors import NoSecondFactor, WrongCode
from firstspawn.secondfactor.repository import FactorRepository
from firstspawn.secondfactor.schemas import FactorProof

_HASH_BYTES = 16


class FactorChecks:
    """Takes codes, wrong and right ones."""

    def __init__(
        self,
        repository: FactorRepository,
        vault: Vault,
        limiter: RateLimiter,
        key: bytes,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._factors, self._vault, self._limiter = repository, vault, limiter
        self._key, self._clock, self._new_id = key, clock, new_id

    def count(self, user_id: str) -> None:
        """Count a try to prove who somebody is, right or wrong: one write.

        By account: whoever guesses from many addresses is bounded too. Raises RateLimited.
        """
        self._limiter.check(SECOND_FACTOR, Subject(Audience.USER, user_id))

    def accept(
        self, user_id: str, proof: FactorProof, before: Callable[[], None] = lambda: None
    ) -> None:
        """Check a code or a recovery code and use it up: one read, one write or transaction.

        `before` runs once it is found right, so that nothing is used up in vain. Raises WrongCode,
        NoSecondFactor.
        """
        now = self._clock()
        factor = self._factors.find(user_id, now)
        if factor is None:
            raise NoSecondFactor
        if proof.code is not None:
            secret = self.open(user_id, factor.secret)
            step = totp.step_of(secret, proof.code, epoch(now), int(factor.lastStep))
            if step is None:
                raise WrongCode
            before()
            self._factors.use_step(factor, step, now)
            return
        stored = self.hashed(user_id, proof.recoveryCode or "")
        if stored not in (factor.recoveryHashes or ()):
            raise WrongCode
        before()
        self._factors.use_recovery(factor, stored, self._new_id(), now)

    def seal(self, user_id: str, secret: str) -> str:
        """A secret as it is stored."""
        return self._vault.seal(secret.encode(), _context(user_id))

    def open(self, user_id: str, sealed: str) -> str:
        """A secret as it was stored."""
        return self._vault.open(sealed, _context(user_id)).decode()

    def hashed(self, user_id: str, code: str) -> str:
        """What is stored of a recovery code: keyed, so that the table's reader cannot try any."""
        message = f"{user_id}.".encode() + as_typed(code)
        return to_base64url(mac(self._key, "recovery-code", message, _HASH_BYTES))


def _context(user_id: str) -> dict[str, str]:
    return {"purpose": "totp", "userId": user_id}
