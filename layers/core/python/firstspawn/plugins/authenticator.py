"""Judges signed calls: whose they are, and that nobody sent them before.

A process keeps the credentials it met for `CACHED`: within it a warm call reads nothing, and for
so long a revocation may go unnoticed. A kept credential can only let in: what it would refuse is
judged again by a fresh one, until too much was refused (`refusals.py`).
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from firstspawn.clients.vault import Vault
from firstspawn.errors import ProblemError
from firstspawn.kit.clock import Clock
from firstspawn.kit.signing import sha256_hex
from firstspawn.plugins import signatures
from firstspawn.plugins.errors import (
    BadSignature,
    IpNotAllowed,
    NotVerified,
    Revoked,
    Suspended,
    UnknownKey,
)
from firstspawn.plugins.refusals import COUNTED, Refusals
from firstspawn.plugins.releases import Releases
from firstspawn.plugins.schemas import KEY_PREFIX, Network, PluginCaller, PluginStatus, SignedCall
from firstspawn.plugins.signatures import Claim
from firstspawn.plugins.signing_repository import SigningRepository, StoredCredential
from firstspawn.servers.fields import GameType

CACHED = timedelta(seconds=30)
_MOST_CACHED = 1000
_SAFE_METHODS = {"GET", "HEAD"}
_NO_SUCH_KEY = f"no instance has this key; keys begin with {KEY_PREFIX}"


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential with its secrets opened, each with when it ends."""

    stored: StoredCredential
    secrets: tuple[tuple[bytes, datetime | None], ...]
    allowed: tuple[Network, ...]
    loadedAt: datetime


def vault_context(server_id: str, plugin_id: str) -> dict[str, str]:
    """What a secret is bound to: moved to another instance's item, it does not open."""
    return {"purpose": "plugin-secret", "serverId": server_id, "pluginId": plugin_id}


class Authenticator:
    """Tells who signed a call."""

    def __init__(
        self,
        repository: SigningRepository,
        vault: Vault,
        releases: Releases,
        refusals: Refusals,
        clock: Clock,
    ) -> None:
        self._stored, self._vault = repository, vault
        self._releases, self._refusals, self._clock = releases, refusals, clock
        self._cache: OrderedDict[str, Credential] = OrderedDict()

    def authenticate(self, call: SignedCall, *, unverified: bool) -> PluginCaller:
        """Who made this call: no read if warm, else one; one write if it may not come twice.

        `unverified` lets in instances that are new or too old. Raises SignatureRefused, Replayed,
        Revoked, Suspended, NotVerified, IpNotAllowed, PluginOutdated; RateLimited in their place
        if there were too many of them. What is refused without a look at the table is not counted.
        """
        now, claim = self._clock(), signatures.read_claim(call)
        signatures.check_clock(claim, now)
        if not claim.key.startswith(KEY_PREFIX):
            raise UnknownKey(_NO_SUCH_KEY)
        key_hash = sha256_hex(claim.key)
        try:
            caller = self._judge(key_hash, claim, call, now, unverified=unverified)
            # Version 1 repeats a read's signature (nothing of it is in there): it changes nothing.
            if claim.version == 2 or call.method not in _SAFE_METHODS:
                until = claim.moment + signatures.TOLERANCE
                self._stored.mark(caller.pluginId, claim.mark, now, until)
        except COUNTED as refusal:
            known = self._cache.get(key_hash)
            plugin_id = known.stored.pluginId if known else None
            self._refusals.count(call.sourceIp, plugin_id, refusal)
            raise
        return caller

    def _judge(
        self, key_hash: str, claim: Claim, call: SignedCall, now: datetime, *, unverified: bool
    ) -> PluginCaller:
        kept = self._cache.get(key_hash)
        if kept and now - kept.loadedAt < CACHED:
            try:
                return self._check(kept, claim, call, now, unverified=unverified)
            except ProblemError:
                if self._refusals.are_over(call.sourceIp, kept.stored.pluginId):
                    raise
                self._cache.pop(key_hash, None)
        fresh = self._load(key_hash, now)
        return self._check(fresh, claim, call, now, unverified=unverified)

    def _load(self, key_hash: str, now: datetime) -> Credential:
        stored = self._stored.find(key_hash, now)
        if stored is None:
            raise UnknownKey(_NO_SUCH_KEY)
        context = vault_context(stored.serverId, stored.pluginId)
        secrets = tuple(
            (self._vault.open(sealed, context), until) for sealed, until in stored.secrets
        )
        allowed = tuple(ip_network(one) for one in stored.allowedIps)
        credential = Credential(stored, secrets, allowed, now)
        self._cache[key_hash] = credential
        while len(self._cache) > _MOST_CACHED:
            self._cache.popitem(last=False)
        return credential

    def _check(
        self, known: Credential, claim: Claim, call: SignedCall, now: datetime, *, unverified: bool
    ) -> PluginCaller:
        stored = known.stored
        if stored.status == PluginStatus.REVOKED:
            raise Revoked(reason=stored.statusReason)
        usable = [secret for secret, until in known.secrets if until is None or now < until]
        if not any(signatures.is_signed_with(one, claim, call) for one in usable):
            raise BadSignature(signedOver=signatures.explanation(claim, call))
        if stored.status == PluginStatus.SUSPENDED:
            raise Suspended(reason=stored.statusReason)
        if known.allowed and not _is_within(call.sourceIp, known.allowed):
            raise IpNotAllowed(sourceIp=call.sourceIp)
        if not unverified:
            if stored.status == PluginStatus.PENDING_VERIFICATION:
                raise NotVerified
            if stored.pluginVersion:
                self._releases.check_minimum(stored.gameType, stored.pluginVersion)
        return PluginCaller(
            stored.pluginId,
            stored.serverId,
            GameType(stored.gameType),
            stored.trusted,
            PluginStatus(stored.status),
            claim.moment,
            stored.pluginVersion,
        )


def _is_within(address: str, allowed: tuple[Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in one for one in allowed)
