"""How a server comes onto the lists."""

from collections.abc import Iterator, Sequence

from firstspawn.clients.gameservers.addresses import IPNetwork
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId, RandomBytes
from firstspawn.servers.addresses import vetted
from firstspawn.servers.entry_repository import EntryRepository
from firstspawn.servers.errors import ServerLimitReached, SlugTaken
from firstspawn.servers.limits import SERVER_LIMITS
from firstspawn.servers.schemas import RegisterServer, ServerView, field_values
from firstspawn.servers.slugs import FALLBACK_SLUG, slug_of, with_suffix
from firstspawn.tags.service import TagService
from firstspawn.users.schemas import Caller
from firstspawn.users.service import UserService

_ATTEMPTS = 5


class ServerRegistration:
    """Registers servers."""

    def __init__(
        self,
        entries: EntryRepository,
        tags: TagService,
        users: UserService,
        *,
        clock: Clock,
        new_id: NewId,
        random: RandomBytes,
        ping_allow: Sequence[IPNetwork] = (),
    ) -> None:
        self._entries, self._tags, self._users = entries, tags, users
        self._clock, self._new_id, self._random = clock, new_id, random
        self._allow = ping_allow

    def register(self, caller: Caller, form: RegisterServer) -> tuple[ServerView, int]:
        """List a server: one counter update, one transaction (and the tags, once a minute).

        Raises Invalid, SlugTaken, ServerLimitReached.
        """
        values = field_values(form)
        values |= vetted(form.gameType, values, self._allow).values()
        values["tags"] = self._tags.check(form.tags)
        values |= {"id": self._new_id(), "ownerId": caller.userId}
        now = self._clock()
        place = self._entries.draw_place(now)
        refusal: SlugTaken | ServerLimitReached = SlugTaken()
        for slug in self._slugs(form):
            try:
                parts = self._entries.create({**values, "slug": slug}, place, now)
            except SlugTaken:
                continue
            except ServerLimitReached:
                refusal = self._limit_reached(caller)
                break
            return ServerView.model_validate(parts.flat()), int(parts.detail.version)
        self._entries.keep_place(place)
        raise refusal

    def _slugs(self, form: RegisterServer) -> Iterator[str]:
        """The slug that was asked for, or some to try."""
        if form.slug:
            yield form.slug
            return
        first = slug_of(form.name)
        if first != FALLBACK_SLUG:
            yield first
        for _ in range(_ATTEMPTS):
            yield with_suffix(first, self._random)

    def _limit_reached(self, caller: Caller) -> ServerLimitReached:
        limit = SERVER_LIMITS[self._users.standing(caller).tier]
        return ServerLimitReached(f"your tier allows {limit} servers", limit=limit)
