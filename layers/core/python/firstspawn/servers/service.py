"""Rules of servers: how they are found, and who may change them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from firstspawn.clients.gameservers.addresses import IPNetwork
from firstspawn.errors import Invalid, PreconditionFailed, Unavailable
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.dto import Page
from firstspawn.kit.ids import is_ulid
from firstspawn.servers.addresses import ADDRESS_FIELDS, vetted
from firstspawn.servers.entry_repository import EntryRepository
from firstspawn.servers.errors import AddressChangedTooOften, NotTheOwner, ServerNotFound, Stale
from firstspawn.servers.limits import ADDRESSES_A_DAY
from firstspawn.servers.repository import Extend, Parts, ServerRepository
from firstspawn.servers.schemas import ServerList, ServerView, UpdateServer, field_values
from firstspawn.servers.slugs import is_slug
from firstspawn.tags.service import TagService
from firstspawn.users.schemas import Caller, Role
from firstspawn.users.service import UserService

# Gives, for a server's id, what notes a deed of the staff's on it in the transaction that does it.
Noting = Callable[[str], Extend]
_ATTEMPTS = 5
_DAY_SECONDS = 24 * 60 * 60
_DELISTED_AT_ONCE = 33
_STAFF = {Role.MODERATOR, Role.ADMIN}
_NEVER_EMPTY = ("name", "slug", "ip", "edition", "tags", "isActive")


class ServerService:
    """Shows, edits and deletes servers.

    `cursors` is asked for when a list is: a function without the stack's keys can do the rest.
    """

    def __init__(
        self,
        servers: ServerRepository,
        entries: EntryRepository,
        tags: TagService,
        users: UserService,
        *,
        clock: Clock,
        cursors: Callable[[], Cursors],
        ping_allow: Sequence[IPNetwork] = (),
    ) -> None:
        self._servers, self._entries = servers, entries
        self._tags, self._users = tags, users
        self._clock, self._cursors, self._allow = clock, cursors, ping_allow

    def get(self, id_or_slug: str) -> tuple[ServerView, int]:
        """A server with its entry's version: one query by id, two reads by slug.

        Raises ServerNotFound.
        """
        return _view(self._find(id_or_slug))

    def present(self, server_ids: Sequence[str]) -> dict[str, ServerView]:
        """Those servers that are not deleted, by id: a read for each 33."""
        found = self._servers.read_parts(server_ids)
        return {one: _view(parts)[0] for one, parts in found.items() if not parts.detail.deletedAt}

    def editable(self, caller: Caller, id_or_slug: str) -> ServerView:
        """A server that the caller may change. Raises ServerNotFound, NotTheOwner."""
        return _view(self._editable(caller, id_or_slug))[0]

    def own(self, caller: Caller, id_or_slug: str) -> ServerView:
        """A server of the caller's own, for what is not the staff's to do.

        Raises ServerNotFound, NotTheOwner.
        """
        parts = self._find(id_or_slug, consistent=True)
        if parts.detail.ownerId != caller.userId:
            raise NotTheOwner
        return _view(parts)[0]

    def mine(self, caller: Caller, page: Page) -> ServerList:
        """The caller's servers, newest first. Raises BadCursor."""
        query, cursors = {"list": "own servers", "user": caller.userId}, self._cursors()
        after = cursors.read(query, page.cursor)
        found = self._servers.owned(caller.userId, page.limit + 1, after)
        shown, cursor = cursors.cut(query, found, page.limit, lambda one: one[0])
        return ServerList(items=[_view(parts)[0] for _, parts in shown], nextCursor=cursor)

    def update(
        self,
        caller: Caller,
        id_or_slug: str,
        changes: UpdateServer,
        expected: int | None,
        note: Noting | None = None,
    ) -> tuple[ServerView, int]:
        """Edit an entry: one read (two by slug), one write; by the staff a read and an item more.

        Raises ServerNotFound, NotTheOwner, Invalid, SlugTaken, AddressChangedTooOften,
        PreconditionFailed, Unavailable.
        """
        values = field_values(changes)
        if empty := [name for name in _NEVER_EMPTY if name in values and values[name] is None]:
            raise Invalid([{"field": name, "message": "must not be null"} for name in empty])
        if "tags" in values:
            values["tags"] = self._tags.check(values["tags"])
        for parts in self._current(caller, id_or_slug, expected):
            settled = values | self._address(parts.detail, values)
            with suppress(Stale):
                also = staffs(caller, parts.detail, note)
                self._servers.change(parts, settled, self._clock(), also)
                return _view(parts)
        raise Unavailable(code="write_contention", retry_after=1)

    def delete(
        self, caller: Caller, id_or_slug: str, expected: int | None, note: Noting | None = None
    ) -> None:
        """Take a server off the lists for good: one read (two by slug), one transaction.

        Raises ServerNotFound (also the second time), NotTheOwner, PreconditionFailed, Unavailable.
        """
        for parts in self._current(caller, id_or_slug, expected):
            with suppress(Stale):
                also = staffs(caller, parts.detail, note)
                self._entries.delete(parts, self._clock(), also)
                return
        raise Unavailable(code="write_contention", retry_after=1)

    def delist(self, owner_id: str, before: Callable[[str], None]) -> None:
        """Take all servers of an owner off the lists, `before` doing its part with each id.

        Done again, it goes on where it broke off. Raises Stale if one was edited just then.
        """
        after = None
        while found := self._servers.owned(owner_id, _DELISTED_AT_ONCE, after):
            for _, parts in found:
                if not parts.detail.deletedAt:  # the index may lag behind
                    before(parts.detail.id)
                    self._entries.delete(parts, self._clock())
            after = found[-1][0]

    def set_banner(self, server_id: str, url: str | None) -> None:
        """Show a picture that was uploaded, or none: one write. Raises ServerNotFound."""
        self._servers.set_banner(server_id, url, self._clock())

    def _address(self, detail: Any, values: dict[str, Any]) -> dict[str, Any]:
        """What the changed address fields make of the whole address."""
        if not ADDRESS_FIELDS & values.keys():
            return {}
        whole = {name: getattr(detail, name) for name in ADDRESS_FIELDS} | values
        settled = vetted(detail.gameType, whole, self._allow).values()
        if all(getattr(detail, name) == value for name, value in settled.items()):
            return settled
        return settled | self._count_address(detail)

    def _count_address(self, detail: Any) -> dict[str, Any]:
        """One more new address today. The write holds for the entry as it was read, so it counts.

        Raises AddressChangedTooOften.
        """
        day, second = divmod(epoch(self._clock()), _DAY_SECONDS)
        changes = int(detail.addressChanges or 0) if detail.addressDay == day else 0
        if changes >= ADDRESSES_A_DAY:
            raise AddressChangedTooOften(retry_after=_DAY_SECONDS - second)
        return {"addressDay": day, "addressChanges": changes + 1}

    def _find(self, id_or_slug: str, *, consistent: bool = False) -> Parts:
        parts = None
        if is_ulid(id_or_slug):
            parts = self._servers.find(id_or_slug, consistent=consistent)
        elif is_slug(slug := id_or_slug.lower()):
            parts = self._servers.find_by_slug(slug, self._clock(), consistent=consistent)
        if parts is None or parts.detail.deletedAt:
            raise ServerNotFound
        return parts

    def _editable(self, caller: Caller, id_or_slug: str) -> Parts:
        parts = self._find(id_or_slug, consistent=True)
        if parts.detail.ownerId == caller.userId:
            return parts
        # A program has the rights of a person, never those of the staff.
        if caller.is_program or self._users.standing(caller).role not in _STAFF:
            raise NotTheOwner
        return parts

    def _current(self, caller: Caller, id_or_slug: str, expected: int | None) -> Iterator[Parts]:
        """The server as it is now, and again each time a write came too late."""
        for _ in range(_ATTEMPTS):
            parts = self._editable(caller, id_or_slug)
            if expected is not None and parts.detail.version != expected:
                raise PreconditionFailed
            yield parts


def staffs(caller: Caller, server: Any, note: Noting | None) -> Extend | None:
    """What notes a deed on somebody else's server; None on one's own."""
    return note(server.id) if note and server.ownerId != caller.userId else None


def _view(parts: Parts) -> tuple[ServerView, int]:
    return ServerView.model_validate(parts.flat()), int(parts.detail.version)
