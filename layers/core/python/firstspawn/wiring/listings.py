"""Services of servers: their entries, finding them, checking them."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.identities import Identities

if TYPE_CHECKING:
    from firstspawn.availability.notices import AbsenceNotices
    from firstspawn.availability.service import MaintenanceService
    from firstspawn.blocklist.service import BlocklistService
    from firstspawn.clients.queues import Queue
    from firstspawn.clients.search.interface import SearchEngine
    from firstspawn.discovery.drift import DriftService
    from firstspawn.discovery.indexing import IndexingService
    from firstspawn.discovery.rebuilding import RebuildService
    from firstspawn.discovery.service import DiscoveryService
    from firstspawn.servers.registration import ServerRegistration
    from firstspawn.servers.service import ServerService
    from firstspawn.tags.service import TagService
    from firstspawn.uptime.dispatch import DispatchService
    from firstspawn.uptime.replay import ReplayService
    from firstspawn.uptime.rounds import RoundService
    from firstspawn.uptime.service import UptimeService


class Listings(Identities):
    """Servers."""

    @cached_property
    def tags(self) -> TagService:
        """The catalogue of tags."""
        from firstspawn.tags.repository import TagRepository
        from firstspawn.tags.service import TagService

        self.database()
        return TagService(TagRepository(), self.clock)

    @cached_property
    def server_registration(self) -> ServerRegistration:
        """Takes new servers."""
        from firstspawn.servers.entry_repository import EntryRepository
        from firstspawn.servers.registration import ServerRegistration
        from firstspawn.uptime.repository import RosterRepository

        self.database()
        return ServerRegistration(
            EntryRepository(RosterRepository()),
            self.tags,
            self.users,
            clock=self.clock,
            new_id=self.new_id,
            random=self.random,
            ping_allow=self.settings.ping_allow,
        )

    @cached_property
    def servers(self) -> ServerService:
        """Entries of servers."""
        from firstspawn.servers.entry_repository import EntryRepository
        from firstspawn.servers.repository import ServerRepository
        from firstspawn.servers.service import ServerService
        from firstspawn.uptime.repository import RosterRepository

        self.database()
        return ServerService(
            ServerRepository(),
            EntryRepository(RosterRepository()),
            self.tags,
            self.users,
            clock=self.clock,
            cursors=lambda: self.cursors,
            ping_allow=self.settings.ping_allow,
        )

    @cached_property
    def blocklist(self) -> BlocklistService:
        """The servers that Mojang blocks."""
        from firstspawn.blocklist.service import BlocklistService
        from firstspawn.clients.blocklist import PublishedBlocklist
        from firstspawn.clients.objects import Bucket

        return BlocklistService(
            Bucket(self.settings.media_bucket, self.settings.region),
            PublishedBlocklist(self.settings.eula_blocklist_url),
            self.clock,
        )

    @cached_property
    def maintenance(self) -> MaintenanceService:
        """Planned maintenance of servers."""
        from firstspawn.availability.repository import AvailabilityRepository
        from firstspawn.availability.service import MaintenanceService

        self.database()
        return MaintenanceService(AvailabilityRepository(), self.servers, self.clock)

    @cached_property
    def absence_notices(self) -> AbsenceNotices:
        """Mails about servers that stay away."""
        from firstspawn.availability.notices import AbsenceNotices
        from firstspawn.availability.repository import AvailabilityRepository

        self.database()
        return AbsenceNotices(AvailabilityRepository(), self.clock)

    @cached_property
    def search_engine(self) -> SearchEngine:
        """The index of servers; nothing is connected before it is used."""
        from firstspawn.clients.search import open_search

        return open_search(self.settings.search_url, self.settings.search_index)

    @cached_property
    def discovery(self) -> DiscoveryService:
        """Finds servers."""
        from firstspawn.discovery.service import DiscoveryService

        return DiscoveryService(
            self.search_engine, self.cursors, clock=self.clock, random=self.random
        )

    @cached_property
    def search_dead_letters(self) -> Queue:
        """Takes the changes that the index refuses for good."""
        from firstspawn.clients.queues import Queue

        return Queue(self.settings.search_dead_letters_url, self.settings.region)

    @cached_property
    def indexing(self) -> IndexingService:
        """Keeps the search index like the table."""
        from firstspawn.discovery.indexing import IndexingService
        from firstspawn.servers.repository import ServerRepository

        self.database()
        return IndexingService(self.search_engine, ServerRepository(), self.clock)

    @cached_property
    def rebuilds(self) -> RebuildService:
        """Fills a new search index and puts it in place."""
        from firstspawn.discovery.rebuilding import RebuildService
        from firstspawn.servers.repository import ServerRepository

        self.database()
        return RebuildService(self.search_engine, ServerRepository(), self.clock, _settle)

    @cached_property
    def rebuild_queue(self) -> Queue:
        """Takes the steps of a reindex."""
        from firstspawn.clients.queues import Queue

        return Queue(self.settings.rebuild_queue_url, self.settings.region)

    @cached_property
    def drift(self) -> DriftService:
        """Compares the search index with the table."""
        from firstspawn.discovery.drift import DriftService
        from firstspawn.servers.repository import ServerRepository

        self.database()
        return DriftService(self.search_engine, ServerRepository(), self.clock, _settle)

    @cached_property
    def uptime(self) -> UptimeService:
        """States of servers and graphs of their uptime."""
        from firstspawn.uptime.repository import RosterRepository
        from firstspawn.uptime.service import UptimeService

        self.database()
        return UptimeService(RosterRepository(), self.clock)

    @cached_property
    def uptime_dispatch(self) -> DispatchService:
        """Sends the rosters due to the workers."""
        from firstspawn.clients.queues import Queue
        from firstspawn.uptime.dispatch import DispatchService
        from firstspawn.uptime.repository import RosterRepository

        self.database()
        queue = Queue(self.settings.uptime_queue_url, self.settings.region)
        return DispatchService(RosterRepository(), queue)

    @cached_property
    def uptime_rounds(self) -> RoundService:
        """Checks the servers of a roster; several rounds may run at once."""
        from firstspawn.clients.gameservers.pinger import Pinger
        from firstspawn.clients.icons import IconStore
        from firstspawn.clients.objects import Bucket
        from firstspawn.db.item import make_client
        from firstspawn.uptime.repository import RosterRepository
        from firstspawn.uptime.rounds import RoundService

        self.database()
        make_client()
        bucket = Bucket(self.settings.media_bucket, self.settings.region)
        icons = IconStore(bucket, self.settings.media_url, self.clock)
        pinger = Pinger(self.settings.ping_allow)
        is_blocked = self.blocklist.is_blocked if self.settings.eula_blocklist_url else None
        return RoundService(RosterRepository(), pinger, icons, self.clock, is_blocked)

    @cached_property
    def uptime_replay(self) -> ReplayService:
        """Invents a past for the demo's servers."""
        from firstspawn.uptime.replay import ReplayService
        from firstspawn.uptime.repository import RosterRepository

        self.database()
        return ReplayService(RosterRepository(), self.clock)


def _settle() -> None:
    """Wait for what the stream is just about to bring into the index."""
    from firstspawn.discovery.drift import SETTLE_SECONDS

    time.sleep(SETTLE_SECONDS)
