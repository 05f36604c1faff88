"""All reads and writes of accounts that are found or made by an account elsewhere.

Each outcome is one transaction whose conditions are what was seen before: whoever registers,
verifies or links at the same moment makes it fail, and it is decided again.
"""

from dataclasses import dataclass
from datetime import datetime

from firstspawn.auth.eviction_repository import evict
from firstspawn.auth.models import Credential
from firstspawn.auth.proof import Proof
from firstspawn.auth.repository import AuthRepository
from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.repository import add_link
from firstspawn.identities.schemas import Linkable
from firstspawn.oauth.errors import AccountGone
from firstspawn.users.errors import UsernameTaken
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.names import fold_username
from firstspawn.users.repository import guard


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account about to be made of an identity; `email` only if the provider vouches for it.

    `sealed` is the identity's refresh token.
    """

    userId: str
    username: str
    email: str | None
    link: Linkable
    sealed: str | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose an address is, and whether they have ever proven it."""

    userId: str
    isProven: bool


class AccountRepository:
    """Accounts by identity."""

    def proof(self, user_id: str, now: datetime) -> Proof:
        """What a login of this account starts with: one read. Raises AccountGone."""
        user = User.find(keys.profile(user_id), now, consistent=True)
        if user is None:
            raise AccountGone
        return Proof(user_id, int(user.authEpoch), bool(user.hasSecondFactor))

    def holder(self, email: str, now: datetime) -> Holder | None:
        """Who has an address: one consistent read."""
        found = Credential.find(keys.credential(email), now, consistent=True)
        return Holder(found.userId, bool(found.verified)) if found else None

    def adopt(
        self, user_id: str, email: str, link: Linkable, sealed: str | None, now: datetime
    ) -> None:
        """Link an identity with the account whose owner has verified the same address.

        One transaction. Raises PlatformAlreadyLinked, IdentityTaken, ChangedMeanwhile.
        """
        transaction = writes.Transaction()
        credential = Credential.at(keys.credential(email))
        verified = (Credential.userId == user_id) & (Credential.verified == True)  # noqa: E712
        changed = ChangedMeanwhile()
        transaction.check(credential, Credential.present(now) & verified, changed)
        permanent = User.PK.exists() & User.expiresAt.does_not_exist()
        verified = permanent & (User.emailVerified == True) & (User.email == email)  # noqa: E712
        transaction.check(User.at(keys.profile(user_id)), verified, changed)
        add_link(transaction, user_id, link, now, sealed)
        transaction.commit()

    def create(self, new: NewAccount, squatter: str | None, now: datetime) -> None:
        """Make a permanent account of an identity: one transaction.

        `squatter` holds the address without ever having verified it: that account goes, with its
        password and profile, and its sessions right after. Raises UsernameTaken, IdentityTaken,
        ChangedMeanwhile.
        """
        transaction = writes.Transaction()
        if squatter:
            gone = evict(transaction, squatter, now)
            if fold_username(gone.username) == fold_username(new.username):
                raise UsernameTaken
        name = guard(new.username, new.userId)
        transaction.put(name, UsernameGuard.absent(now), UsernameTaken())
        times = {"createdAt": now, "updatedAt": now}
        verified = {"emailVerified": True, "emailVerifiedAt": now} if new.email else {}
        user = User.at(
            keys.profile(new.userId), id=new.userId, username=new.username, email=new.email,
            usernameIsGenerated=True, avatarUrl=new.link.metadata.get("avatarUrl"),
            **verified, **times,
        )  # fmt: skip
        transaction.put(user, User.PK.does_not_exist(), ChangedMeanwhile())
        if new.email:
            key = keys.credential(new.email)
            credential = Credential.at(key, userId=new.userId, verified=True, **times)
            free = Credential.absent(now)
            if squatter:
                unproven = Credential.verified == False  # noqa: E712
                free |= unproven & (Credential.userId == squatter)
            transaction.put(credential, free, ChangedMeanwhile())
        add_link(transaction, new.userId, new.link, now, new.sealed)
        transaction.commit()
        if squatter:
            AuthRepository().end_sessions(squatter, now)
