"""Rules of identities."""

from firstspawn.identities.errors import IdentityNotFound, IdentityTaken, UnknownPlatform
from firstspawn.identities.repository import IdentityRepository
from firstspawn.identities.schemas import IdentityList, IdentityView, Linkable, Platform
from firstspawn.identities.tokens import TokenSeal
from firstspawn.kit.clock import Clock
from firstspawn.users.schemas import Caller


def platform_named(name: str) -> Platform:
    """The platform of a path, in any case. Raises UnknownPlatform."""
    try:
        return Platform(name.upper())
    except ValueError:
        raise UnknownPlatform from None


class IdentityService:
    """Lists, links and unlinks accounts elsewhere."""

    def __init__(self, repository: IdentityRepository, seal: TokenSeal, clock: Clock) -> None:
        self._identities, self._seal, self._clock = repository, seal, clock

    def list(self, caller: Caller) -> IdentityList:
        """All of the caller's: one query."""
        found = self._identities.of(caller.userId, self._clock())
        return IdentityList(items=[IdentityView.model_validate(one) for one in found])

    def owner(self, link: Linkable) -> str | None:
        """Whose an account elsewhere is, if anybody's: one read."""
        return self._identities.owner(link.platform, link.platformUserId, self._clock())

    def link(self, user_id: str, epoch: int | None, link: Linkable) -> None:
        """Link what is proven to be a user's; once more is no failure, and shows it as it is now.

        Raises NotLinkable, IdentityTaken, PlatformAlreadyLinked, ChangedMeanwhile.
        """
        now, sealed = self._clock(), self._seal.of(user_id, link)
        try:
            self._identities.link(user_id, link, now, epoch, sealed)
        except IdentityTaken:
            if self.owner(link) != user_id:
                raise
            self._identities.refresh(user_id, link, now, sealed, used=False)

    def sign_in(self, user_id: str, link: Linkable) -> None:
        """Note that somebody signs in with what is linked with a user, and how it looks now.

        One write, or a transaction of two with a token. Raises ChangedMeanwhile.
        """
        sealed = self._seal.of(user_id, link)
        self._identities.refresh(user_id, link, self._clock(), sealed, used=True)

    def unlink(self, caller: Caller, name: str) -> None:
        """Remove the caller's links with a platform, those of single servers included.

        Raises UnknownPlatform, IdentityNotFound, LastWayToSignIn, ChangedMeanwhile.
        """
        platform, now = platform_named(name), self._clock()
        found = self._identities.of(caller.userId, now)
        mine = [one for one in found if one.platform == platform]
        if not mine:
            raise IdentityNotFound
        others = [one.platform for one in found if one.platform != platform]
        for one in mine:
            self._identities.unlink(one, others, now)
