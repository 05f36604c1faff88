"""All reads and writes of identities: the account elsewhere and its guard move together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from firstspawn.auth.models import Credential
from firstspawn.db import identity_keys, keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import (
    IdentityNotFound,
    IdentityTaken,
    InvalidLinkCode,
    LastWayToSignIn,
    NotLinkable,
    PlatformAlreadyLinked,
)
from firstspawn.identities.models import Identity, IdentityGuard, LinkCode
from firstspawn.identities.schemas import SIGN_IN, Linkable
from firstspawn.identities.token_repository import token_item
from firstspawn.kit.clock import epoch as epoch_of
from firstspawn.users.models import User


def add_link(
    transaction: writes.Transaction,
    user_id: str,
    link: Linkable,
    now: datetime,
    sealed: str | None = None,
) -> None:
    """Let a transaction link an account elsewhere with a user: two items, three with a token.

    `sealed` is the link's refresh token. It then raises IdentityTaken or PlatformAlreadyLinked.
    """
    scope = link.scopeServerId or ""
    guard = IdentityGuard.at(
        identity_keys.identity_guard(link.platform, link.platformUserId, scope),
        userId=user_id, createdAt=now,
    )  # fmt: skip
    identity = Identity.at(
        identity_keys.identity(user_id, link.platform, scope),
        userId=user_id, platform=link.platform, platformUserId=link.platformUserId,
        platformUsername=link.platformUsername, metadata=dict(link.metadata),
        vouchedBy=link.vouchedBy, scopeServerId=link.scopeServerId,
        verifiedAt=now, createdAt=now, updatedAt=now,
    )  # fmt: skip
    transaction.put(guard, IdentityGuard.absent(now), IdentityTaken())
    transaction.put(identity, Identity.absent(now), PlatformAlreadyLinked())
    if sealed:
        transaction.put(token_item(user_id, link, sealed, now))


def seen_as(link: Linkable, now: datetime) -> list[Any]:
    """The changes that let an identity look as the platform shows it now."""
    name = Identity.platformUsername
    return [
        name.set(link.platformUsername) if link.platformUsername else name.remove(),
        Identity.metadata.set(dict(link.metadata)),
        Identity.updatedAt.set(now),
    ]


def keeps_a_way(
    transaction: writes.Transaction,
    user_id: str,
    email: str | None,
    platforms: Sequence[str],
    now: datetime,
) -> bool:
    """Let a transaction fail unless a password or a linked platform stays: at most one read.

    False if there is neither: then a passkey has to stay, which the profile counts.
    """
    credential = Credential.find(keys.credential(email), now, consistent=True) if email else None
    if credential and credential.userId == user_id and credential.passwordHash:
        holds = Credential.passwordHash.exists() & (Credential.userId == user_id)
        transaction.check(credential, Credential.present(now) & holds, ChangedMeanwhile())
        return True
    left = [platform for platform in platforms if platform in SIGN_IN]
    if not left:
        return False
    kept = Identity.at(identity_keys.identity(user_id, left[0]))
    transaction.check(kept, Identity.present(now), ChangedMeanwhile())
    return True


def _permanent() -> Any:
    """Condition on a profile: it does not expire, and nobody has deleted it."""
    lasting = User.PK.exists() & User.expiresAt.does_not_exist()
    return lasting & User.deletedAt.does_not_exist()


class IdentityRepository:
    """Accounts elsewhere."""

    def of(self, user_id: str, now: datetime) -> list[Identity]:
        """All of a user's, by platform: one query."""
        prefix = identity_keys.identity(user_id, "")
        found = Identity.query(prefix.pk, Identity.SK.startswith(prefix.sk), consistent_read=True)
        return [identity for identity in found if identity.is_alive(now)]

    def owner(self, platform: str, platform_user_id: str, now: datetime) -> str | None:
        """Whose an account elsewhere is: one consistent read."""
        key = identity_keys.identity_guard(platform, platform_user_id)
        found = IdentityGuard.find(key, now, consistent=True)
        return found.userId if found else None

    def refresh(
        self, user_id: str, link: Linkable, now: datetime, sealed: str | None, *, used: bool
    ) -> None:
        """Note what an identity looks like now, and its new token: one write, or a transaction.

        `used`: somebody signs in with it. Raises ChangedMeanwhile if it is not the user's any more.
        """
        identity = Identity.at(identity_keys.identity(user_id, link.platform))
        actions = [*seen_as(link, now), *([Identity.lastUsedAt.set(now)] if used else [])]
        same = Identity.present(now) & (Identity.platformUserId == link.platformUserId)
        if sealed is None:
            return writes.update(identity, actions, same, ChangedMeanwhile())
        transaction = writes.Transaction()
        transaction.update(identity, actions, same, ChangedMeanwhile())
        transaction.put(token_item(user_id, link, sealed, now))
        return transaction.commit()

    def link(
        self,
        user_id: str,
        link: Linkable,
        now: datetime,
        epoch: int | None = None,
        sealed: str | None = None,
    ) -> None:
        """Link in one transaction; `epoch` is the account's when the user asked for it.

        An account that may still expire is not linked: it would leave the identity behind.
        Raises NotLinkable, IdentityTaken, PlatformAlreadyLinked.
        """
        transaction = writes.Transaction()
        permanent = _permanent()
        if epoch is not None:
            permanent &= User.authEpoch == epoch
        transaction.check(User.at(keys.profile(user_id)), permanent, NotLinkable())
        add_link(transaction, user_id, link, now, sealed)
        transaction.commit()

    def store_code(
        self, stored: str, user_id: str, platform: str, now: datetime, until: datetime
    ) -> None:
        """One write. Raises ChangedMeanwhile if the same code is out already."""
        code = LinkCode.at(
            keys.link_code(stored),
            userId=user_id, platform=platform, createdAt=now, expiresAt=epoch_of(until),
        )  # fmt: skip
        writes.put(code, LinkCode.absent(now), ChangedMeanwhile())

    def find_code(self, stored: str, now: datetime) -> tuple[str, str] | None:
        """Whose code it is, and for which platform: one consistent read."""
        found = LinkCode.find(keys.link_code(stored), now, consistent=True)
        return (found.userId, found.platform) if found else None

    def claim(self, stored: str, user_id: str, link: Linkable, now: datetime) -> None:
        """Use a code up and link, in one transaction. Raises InvalidLinkCode, and as `link`."""
        transaction = writes.Transaction()
        code = LinkCode.at(keys.link_code(stored))
        same = LinkCode.present(now) & (LinkCode.userId == user_id)
        transaction.delete(code, same, InvalidLinkCode())
        permanent = _permanent()
        transaction.check(User.at(keys.profile(user_id)), permanent, NotLinkable())
        add_link(transaction, user_id, link, now)
        transaction.commit()

    def unlink(self, identity: Identity, others: Sequence[str], now: datetime) -> None:
        """Remove a link, if another way to sign in is left: two reads, one transaction.

        A password is one, and so is a passkey. `others` are the platforms of the user's other
        links. What is left is a condition of the same transaction: of two ways removed at once, one
        stays. Raises LastWayToSignIn, IdentityNotFound, ChangedMeanwhile.
        """
        transaction = writes.Transaction()
        if identity.platform in SIGN_IN:
            self._keep_a_way(transaction, identity.userId, others, now)
        guard = IdentityGuard.at(
            identity_keys.identity_guard(
                identity.platform, identity.platformUserId, identity.scopeServerId or ""
            )
        )
        same = Identity.present(now) & (Identity.platformUserId == identity.platformUserId)
        transaction.delete(identity, same, IdentityNotFound())
        transaction.delete(guard, IdentityGuard.userId == identity.userId, IdentityNotFound())
        transaction.commit()

    @staticmethod
    def _keep_a_way(
        transaction: writes.Transaction, user_id: str, others: Sequence[str], now: datetime
    ) -> None:
        user = User.find(keys.profile(user_id), now, consistent=True)
        if keeps_a_way(transaction, user_id, user.email if user else None, others, now):
            return
        if user is None or not user.passkeyCount:
            raise LastWayToSignIn
        transaction.check(user, User.passkeyCount >= 1, ChangedMeanwhile())
