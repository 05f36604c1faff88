"""Turning the second factor on and off, and its recovery codes."""

from dataclasses import replace
from datetime import timedelta

from firstspawn.auth.schemas import AccessGrant
from firstspawn.auth.service import AuthService
from firstspawn.errors import Unauthenticated
from firstspawn.identities.errors import NotLinkable
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.codes import new_code
from firstspawn.kit.ids import NewId, RandomBytes
from firstspawn.secondfactor import totp
from firstspawn.secondfactor.checks import FactorChecks
from firstspawn.secondfactor.errors import NoSecondFactor, NothingToConfirm, WrongCode
from firstspawn.secondfactor.repository import FactorRepository
from firstspawn.secondfactor.schemas import (
    Enrolment,
    FactorEnabled,
    FactorStatus,
    RecoveryCodes,
)
from firstspawn.users.schemas import Caller

PENDING_LIFE = timedelta(minutes=15)
RECOVERY_CODES = 10
_CODE_LENGTH = 10


class SecondFactorService:
    """Sets second factors up."""

    def __init__(
        self,
        repository: FactorRepository,
        checks: FactorChecks,
        auth: AuthService,
        *,
        clock: Clock,
        new_id: NewId,
        random: RandomBytes,
    ) -> None:
        self._factors, self._checks, self._auth = repository, checks, auth
        self._clock, self._new_id, self._random = clock, new_id, random

    def status(self, caller: Caller) -> FactorStatus:
        """Whether the caller has one: one read."""
        factor = self._factors.find(caller.userId, self._clock())
        if factor is None:
            return FactorStatus(enabled=False)
        return FactorStatus(
            enabled=True,
            confirmedAt=factor.confirmedAt,
            recoveryCodesLeft=len(factor.recoveryHashes or ()),
        )

    def enrol(self, caller: Caller) -> Enrolment:
        """Show a new secret: one read, one write. Nothing changes before it is confirmed.

        Raises NotLinkable for an account that may still expire: whoever proves its address later
        would be locked out.
        """
        now = self._clock()
        user = self._factors.owner(caller.userId, now)
        if user is None or user.expiresAt is not None:
            raise NotLinkable
        secret = totp.new_secret(self._random)
        sealed = self._checks.seal(caller.userId, secret)
        self._factors.store_pending(caller.userId, sealed, now, now + PENDING_LIFE)
        return Enrolment(
            secret=secret,
            uri=totp.uri(secret, user.email or user.username),
            expiresIn=int(PENDING_LIFE.total_seconds()),
        )

    def confirm(self, caller: Caller, code: str) -> FactorEnabled:
        """Turn the factor on, or replace the one before, and end the caller's other sessions.

        Two reads, one transaction, then the sessions. Raises NothingToConfirm, WrongCode,
        ChangedMeanwhile, Unauthenticated.
        """
        now = self._clock()
        pending = self._factors.find_pending(caller.userId, now)
        if pending is None:
            raise NothingToConfirm
        secret = self._checks.open(caller.userId, pending.secret)
        step = totp.step_of(secret, code, epoch(now), last=0)
        if step is None:
            raise WrongCode
        user = self._factors.owner(caller.userId, now)
        if user is None:
            raise Unauthenticated
        codes, hashes = self._new_codes(caller)
        self._factors.turn_on(caller, user, pending, step, hashes, self._new_id(), now)
        grant = self._go_on(caller)
        return FactorEnabled(recoveryCodes=codes, **grant.model_dump())

    def turn_off(self, caller: Caller) -> AccessGrant:
        """Turn the factor off and end the caller's other sessions: a read, one transaction.

        Raises NoSecondFactor, ChangedMeanwhile, Unauthenticated.
        """
        now = self._clock()
        user = self._factors.owner(caller.userId, now)
        if user is None or not user.hasSecondFactor:
            raise NoSecondFactor
        self._factors.turn_off(caller, user, self._new_id(), now)
        return self._go_on(caller)

    def renew_recovery(self, caller: Caller) -> RecoveryCodes:
        """Make new recovery codes; the old ones stop working. Raises NoSecondFactor."""
        now = self._clock()
        user = self._factors.owner(caller.userId, now)
        if user is None:
            raise NoSecondFactor
        codes, hashes = self._new_codes(caller)
        self._factors.renew_recovery(user, hashes, self._new_id(), now)
        return RecoveryCodes(recoveryCodes=codes)

    def _go_on(self, caller: Caller) -> AccessGrant:
        self._auth.end_others(caller)
        return self._auth.grant(replace(caller, epoch=caller.epoch + 1))

    def _new_codes(self, caller: Caller) -> tuple[list[str], list[str]]:
        codes = [new_code(self._random, _CODE_LENGTH) for _ in range(RECOVERY_CODES)]
        half = _CODE_LENGTH // 2
        shown = [f"{code[:half]}-{code[half:]}" for code in codes]
        return shown, [self._checks.hashed(caller.userId, code) for code in codes]
