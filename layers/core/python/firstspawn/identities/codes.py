"""Linking what one plays as: a code shown here, typed in the game, told to us by the server."""

from datetime import timedelta
from uuid import UUID

from firstspawn.errors import Invalid
from firstspawn.identities.errors import InvalidLinkCode
from firstspawn.identities.repository import IdentityRepository
from firstspawn.identities.schemas import Linkable, LinkStarted, Platform
from firstspawn.kit.clock import Clock
from firstspawn.kit.codes import as_typed, new_code
from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.signing import mac
from firstspawn.kit.text import clean
from firstspawn.users.schemas import Caller

CODE_LIFE = timedelta(minutes=10)
_LENGTH = 8
_NAME_LENGTH = 32


class LinkCodeService:
    """Issues codes, and links whoever a server says has typed one."""

    def __init__(
        self, repository: IdentityRepository, key: bytes, *, clock: Clock, random: RandomBytes
    ) -> None:
        self._identities, self._key = repository, key
        self._clock, self._random = clock, random

    def issue(self, caller: Caller, platform: Platform) -> LinkStarted:
        """Make a code for the caller: one write. It works once, within ten minutes."""
        code = new_code(self._random, _LENGTH)
        now = self._clock()
        self._identities.store_code(
            self._stored(code), caller.userId, platform, now, now + CODE_LIFE
        )
        return LinkStarted(code=code, expiresIn=int(CODE_LIFE.total_seconds()))

    def claim(
        self, code: str, uuid: str, name: str, server_id: str, *,
        trusted: bool, platform: str | None = None,
    ) -> str:  # fmt: skip
        """Link who typed a code on a server: one read, one transaction; return the user's id.

        The link holds everywhere if the server is trusted, else on that server alone; `platform`
        is the game's, if it is known: another game's code is none. Raises
        InvalidLinkCode, Invalid, NotLinkable, IdentityTaken, PlatformAlreadyLinked; the code is
        used up only if it links.
        """
        try:
            player = str(UUID(uuid))
        except ValueError:
            raise Invalid.field("uuid", "not a UUID") from None
        now, stored = self._clock(), self._stored(code)
        found = self._identities.find_code(stored, now)
        if found is None:
            raise InvalidLinkCode
        user_id, asked = found
        if platform is not None and platform != asked:
            raise InvalidLinkCode
        shown = clean(name)[:_NAME_LENGTH] or None
        scope = None if trusted else server_id
        link = Linkable(Platform(asked), player, shown, {}, server_id, scope)
        self._identities.claim(stored, user_id, link, now)
        return user_id

    def _stored(self, code: str) -> str:
        """Keyed: a reader of the table could try all the codes there are."""
        return mac(self._key, "link-code", as_typed(code)).hex()
