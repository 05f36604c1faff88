"""What an account elsewhere proves: whose account of ours it is, or that one is to be made.

An address alone never opens an account: only one that the provider vouches for *and* whose owner
has verified it here. Everything else would let somebody register a victim's address and wait.
"""

from firstspawn.auth.proof import Proof
from firstspawn.auth.schemas import normal_email
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import IdentityTaken
from firstspawn.identities.schemas import Linkable
from firstspawn.identities.service import IdentityService
from firstspawn.identities.tokens import TokenSeal
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId, RandomBytes
from firstspawn.oauth.account_repository import AccountRepository, NewAccount
from firstspawn.oauth.usernames import generated_usernames
from firstspawn.users.errors import UsernameTaken

_ATTEMPTS = 4


class SignInService:
    """Finds or makes the account of an identity."""

    def __init__(
        self,
        accounts: AccountRepository,
        identities: IdentityService,
        seal: TokenSeal,
        *,
        clock: Clock,
        new_id: NewId,
        random: RandomBytes,
    ) -> None:
        self._accounts, self._identities, self._seal = accounts, identities, seal
        self._clock, self._new_id, self._random = clock, new_id, random

    def account_of(self, link: Linkable, verified_email: str | None) -> Proof:
        """Whose account an account elsewhere opens.

        Raises AccountGone, PlatformAlreadyLinked, ChangedMeanwhile.
        """
        email = _normal(verified_email)
        for _ in range(_ATTEMPTS):
            try:
                user_id = self._known(link) or self._by_address(link, email)
            except (ChangedMeanwhile, IdentityTaken):
                continue  # somebody was at it in the same moment: look again
            return self._accounts.proof(user_id, self._clock())
        raise ChangedMeanwhile

    def _known(self, link: Linkable) -> str | None:
        user_id = self._identities.owner(link)
        if user_id:
            self._identities.sign_in(user_id, link)
        return user_id

    def _by_address(self, link: Linkable, email: str | None) -> str:
        now = self._clock()
        holder = self._accounts.holder(email, now) if email else None
        if email and holder and holder.isProven:
            sealed = self._seal.of(holder.userId, link)
            self._accounts.adopt(holder.userId, email, link, sealed, now)
            return holder.userId
        return self._new(link, email, holder.userId if holder else None)

    def _new(self, link: Linkable, email: str | None, squatter: str | None) -> str:
        now, user_id = self._clock(), self._new_id()
        sealed = self._seal.of(user_id, link)
        called = link.metadata.get("displayName") or link.platformUsername
        for name in generated_usernames(called, self._random):
            try:
                self._accounts.create(NewAccount(user_id, name, email, link, sealed), squatter, now)
            except UsernameTaken:
                continue
            return user_id
        raise ChangedMeanwhile


def _normal(email: str | None) -> str | None:
    try:
        return normal_email(email) if email else None
    except ValueError:
        return None
