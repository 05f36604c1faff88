"""Logins and their sessions."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from firstspawn.auth.challenges import Ceremony, Challenges
from firstspawn.auth.errors import (
    InvalidRefreshToken,
    RefreshTokenReused,
    SecondFactorNeeded,
    WrongCredentials,
)
from firstspawn.auth.passwords import hash_password, needs_rehash, password_matches
from firstspawn.auth.proof import Proof
from firstspawn.auth.repository import AuthRepository, NewSession, SessionMoved
from firstspawn.auth.schemas import AccessGrant, Login, LoginGrant, SessionList, SessionView
from firstspawn.auth.tokens import AccessTokens, RefreshClaims, RefreshTokens
from firstspawn.kit.clock import Clock
from firstspawn.kit.clock import epoch as seconds
from firstspawn.kit.ids import NewId
from firstspawn.kit.signing import sha256_hex
from firstspawn.users.schemas import Caller, OwnUser


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request came from, as far as it tells."""

    userAgent: str
    ipAddress: str


class AuthService:
    """Signs in, keeps sessions alive, ends them."""

    def __init__(
        self,
        repository: AuthRepository,
        access: AccessTokens,
        refresh: RefreshTokens,
        challenges: Challenges,
        life: timedelta,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._sessions, self._access, self._refresh = repository, access, refresh
        self._challenges, self._life = challenges, life
        self._clock, self._new_id = clock, new_id

    def login(self, form: Login, device: Device) -> tuple[LoginGrant, str]:
        """Open a session; return the grant and the refresh token.

        Raises WrongCredentials, SecondFactorNeeded. An unknown address costs what a wrong password
        does: one read, one hash verification. A hash made with outdated parameters is replaced,
        which takes one more write.
        """
        now = self._clock()
        credential = self._sessions.find_credential(form.email, now)
        stored = credential.passwordHash if credential else None
        if not password_matches(stored, form.password) or credential is None:
            raise WrongCredentials
        if stored and needs_rehash(stored):
            self._sessions.rehash(form.email, stored, hash_password(form.password), now)
        has_second = bool(credential.hasSecondFactor)
        return self.open(Proof(credential.userId, int(credential.authEpoch), has_second), device)

    def open(self, proof: Proof, device: Device, *, strong: bool = False) -> tuple[LoginGrant, str]:
        """Open a session of somebody who has proven who they are: two writes.

        `strong`: with a second factor, or with a passkey, which counts as both. Raises
        SecondFactorNeeded, or WrongCredentials if all logins were ended since the proof.
        """
        if proof.hasSecondFactor and not strong:
            raise SecondFactorNeeded(proof)
        now = self._clock()
        caller = Caller(proof.userId, self._new_id(), proof.epoch, authenticatedAt=seconds(now))
        token = self._refresh.write(caller.userId, caller.sessionId, 1)
        session = NewSession(
            caller, sha256_hex(token), device.userAgent, device.ipAddress, now, now + self._life,
            strong,
        )  # fmt: skip
        user = self._sessions.start(session)
        access = self._access.issue(replace(caller, tier=user.tier))
        grant = LoginGrant(
            accessToken=access,
            expiresIn=self._access.seconds,
            user=OwnUser.of(user, now),
        )
        return grant, token

    def challenge(self, proof: Proof) -> str:
        """What the second factor is shown against: no call."""
        subject = f"{proof.userId}.{proof.epoch}"
        return self._challenges.issue(Ceremony.SECOND_FACTOR, subject)

    def refresh(self, token: str | None) -> tuple[AccessGrant, str]:
        """Trade a refresh token for new tokens: one conditional update.

        Raises InvalidRefreshToken, or RefreshTokenReused: an authentic token of an older
        generation proves that two parties hold it, so the session ends for both, and the owner
        is told by mail, once.
        """
        now = self._clock()
        claims = self._refresh.read(token or "")
        new = self._refresh.write(claims.userId, claims.sessionId, claims.generation + 1)
        try:
            caller = self._sessions.rotate(
                claims, sha256_hex(token or ""), sha256_hex(new), now, now + self._life
            )
        except SessionMoved as moved:
            if moved.session is None or claims.generation >= moved.session.generation:
                raise InvalidRefreshToken from moved
            self._sessions.end_stolen(moved.session, self._new_id(), now)
            raise RefreshTokenReused from moved
        return self.grant(caller), new

    def reproven(self, caller: Caller) -> AccessGrant:
        """Note that the caller has proven again who they are: one write; the token that says so.

        The refresh token stays good. Raises Unauthenticated if the session has ended.
        """
        now = self._clock()
        self._sessions.prove(caller, now)
        return self.grant(replace(caller, authenticatedAt=seconds(now)))

    def grant(self, caller: Caller) -> AccessGrant:
        """An access token of a session that goes on; no call."""
        access = self._access.issue(caller)
        return AccessGrant(accessToken=access, expiresIn=self._access.seconds)

    def end_others(self, caller: Caller) -> None:
        """Delete the caller's other sessions, which have no epoch left to live in."""
        self._sessions.end_sessions(caller.userId, self._clock(), keep=caller.sessionId)

    def logout(self, token: str | None, caller: Caller | None) -> None:
        """End the session of a refresh token, or else of the access token; never fails."""
        ended: RefreshClaims | Caller | None = caller
        if token:
            with suppress(InvalidRefreshToken):
                ended = self._refresh.read(token)
        if ended:
            self._sessions.end(ended.userId, ended.sessionId)

    def logout_all(self, caller: Caller) -> None:
        """End every session; access tokens already out can write nothing from now on."""
        self._sessions.end_all(caller.userId, self._clock())

    def sessions(self, caller: Caller) -> SessionList:
        """The caller's sessions, the last used first: one query."""
        found = self._sessions.sessions(caller.userId, self._clock())
        found.sort(key=lambda session: session.lastUsedAt, reverse=True)
        views = [
            SessionView(
                id=session.id,
                userAgent=session.userAgent,
                ipAddress=session.ipAddress,
                createdAt=session.createdAt,
                lastUsedAt=session.lastUsedAt,
                expiresAt=datetime.fromtimestamp(session.expiresAt, UTC),
                current=session.id == caller.sessionId,
            )
            for session in found
        ]
        return SessionList(items=views)

    def revoke(self, caller: Caller, session_id: str) -> None:
        """End one of the caller's sessions. Raises SessionNotFound."""
        self._sessions.revoke(caller.userId, session_id, self._clock())
