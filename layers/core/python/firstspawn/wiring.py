"""The composition root: builds each service once, when it is first asked for.

Everything is imported inside the properties, so a function's cold start pays only for what it
uses. Tests build a `Container` of their own and hand it to `use`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.config import Secrets, Settings
from firstspawn.kit.clock import Clock, system_clock
from firstspawn.kit.ids import NewId, RandomBytes, id_source, random_bytes

if TYPE_CHECKING:
    from firstspawn.auth.registration import RegistrationService
    from firstspawn.auth.service import AuthService
    from firstspawn.auth.tokens import AccessTokens
    from firstspawn.clients.search.interface import SearchEngine
    from firstspawn.connections.service import ConnectionService
    from firstspawn.discovery.indexing import IndexingService
    from firstspawn.discovery.service import DiscoveryService
    from firstspawn.events.publisher import Publisher
    from firstspawn.health.service import HealthService
    from firstspawn.kit.cursors import Cursors
    from firstspawn.mail.service import MailService
    from firstspawn.media.service import MediaService
    from firstspawn.servers.registration import ServerRegistration
    from firstspawn.servers.service import ServerService
    from firstspawn.tags.service import TagService
    from firstspawn.uptime.dispatch import DispatchService
    from firstspawn.uptime.replay import ReplayService
    from firstspawn.uptime.rounds import RoundService
    from firstspawn.uptime.service import UptimeService
    from firstspawn.users.service import UserService


class Container:
    """The services of one process."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets | None = None,
        clock: Clock = system_clock,
        random: RandomBytes = random_bytes,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.random = random
        self.new_id: NewId = id_source(clock, random)
        self._given_secrets = secrets

    @cached_property
    def secrets(self) -> Secrets:
        """The stack's keys: one call, at the first use in the process."""
        if self._given_secrets:
            return self._given_secrets
        from firstspawn.clients.secrets import load_secrets

        return load_secrets(self.settings)

    def database(self) -> None:
        """Connect the items to the table, once."""
        _ = self._connected

    @cached_property
    def _connected(self) -> bool:
        from firstspawn.db.item import connect

        connect(self.settings.table, self.settings.region)
        return True

    @staticmethod
    def is_outage(error: Exception) -> bool:
        """Tell an outage of what is behind us from a bug of ours."""
        from firstspawn.db.outages import is_outage

        return is_outage(error)

    @cached_property
    def health(self) -> HealthService:
        """What is behind us, asked one by one."""
        from firstspawn.clients.objects import Bucket
        from firstspawn.db.outages import ping
        from firstspawn.health.service import HealthService

        self.database()
        bucket = Bucket(self.settings.media_bucket, self.settings.region)
        return HealthService(
            {"db": ping, "search": self.search_engine.ping, "storage": bucket.ping}
        )

    @cached_property
    def cursors(self) -> Cursors:
        """Page cursors sealed with the stack's key."""
        from firstspawn.kit.cursors import Cursors

        return Cursors(self.secrets.macKey)

    @cached_property
    def access_tokens(self) -> AccessTokens:
        """Issues and reads access tokens."""
        from firstspawn.auth.tokens import AccessTokens

        return AccessTokens(self.settings, self.secrets, self.clock)

    @cached_property
    def users(self) -> UserService:
        """Profiles."""
        from firstspawn.users.repository import UserRepository
        from firstspawn.users.service import UserService

        self.database()
        return UserService(UserRepository(), self.clock)

    @cached_property
    def registration(self) -> RegistrationService:
        """From a form to a verified account."""
        from firstspawn.auth.registration import RegistrationService
        from firstspawn.auth.registration_repository import RegistrationRepository
        from firstspawn.auth.tokens import EmailTokens

        self.database()
        return RegistrationService(
            RegistrationRepository(),
            EmailTokens(self.secrets.macKey, self.random),
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def auth(self) -> AuthService:
        """Logins and sessions."""
        from firstspawn.auth.repository import AuthRepository
        from firstspawn.auth.service import AuthService
        from firstspawn.auth.tokens import RefreshTokens

        self.database()
        return AuthService(
            AuthRepository(),
            self.access_tokens,
            RefreshTokens(self.secrets.macKey, self.random),
            self.settings.session_life,
            clock=self.clock,
            new_id=self.new_id,
        )

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
            cursors=self.cursors,
            ping_allow=self.settings.ping_allow,
        )

    @cached_property
    def search_engine(self) -> SearchEngine:
        """The index of servers; nothing is connected before it is used."""
        from firstspawn.clients.search import open_search

        return open_search(self.settings.search_url, self.settings.search_index)

    @cached_property
    def discovery(self) -> DiscoveryService:
        """Finds servers."""
        from firstspawn.discovery.service import DiscoveryService

        return DiscoveryService(self.search_engine, self.cursors)

    @cached_property
    def indexing(self) -> IndexingService:
        """Keeps the search index like the table."""
        from firstspawn.discovery.indexing import IndexingService
        from firstspawn.servers.repository import ServerRepository

        self.database()
        return IndexingService(self.search_engine, ServerRepository())

    @cached_property
    def publisher(self) -> Publisher:
        """Sends what follows from changes in the table."""
        from firstspawn.clients.queues import Queue
        from firstspawn.events.publisher import EventLog, Publisher
        from firstspawn.events.rules import Target

        settings = self.settings
        return Publisher(
            {
                Target.MAIL: Queue(settings.mail_queue_url, settings.region),
                Target.UPTIME: Queue(settings.uptime_queue_url, settings.region),
                Target.LOG: EventLog(),
            }
        )

    @cached_property
    def mail(self) -> MailService:
        """Writes and sends mails."""
        from datetime import timedelta

        from firstspawn.auth.tokens import EmailTokens
        from firstspawn.clients.mail import mailer
        from firstspawn.effects.repository import EffectRepository
        from firstspawn.mail.service import CONSUMER, MailService
        from firstspawn.mail.templates import Site

        self.database()
        tokens = EmailTokens(self.secrets.macKey, self.random)
        return MailService(
            EffectRepository(CONSUMER, lease=timedelta(minutes=1)),
            mailer(self.settings, self.secrets),
            Site(self.settings.frontend_url, tokens.token),
            self.settings.mail_from,
            clock=self.clock,
            new_id=self.new_id,
        )

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
        """Checks the servers of a roster."""
        from firstspawn.clients.gameservers.pinger import Pinger
        from firstspawn.uptime.repository import RosterRepository
        from firstspawn.uptime.rounds import RoundService

        self.database()
        return RoundService(RosterRepository(), Pinger(self.settings.ping_allow), self.clock)

    @cached_property
    def uptime_replay(self) -> ReplayService:
        """Invents a past for the demo's servers."""
        from firstspawn.uptime.replay import ReplayService
        from firstspawn.uptime.repository import RosterRepository

        self.database()
        return ReplayService(RosterRepository(), self.clock)

    @cached_property
    def connections(self) -> ConnectionService:
        """Websockets."""
        from firstspawn.clients.connections import Connections
        from firstspawn.connections.repository import ConnectionRepository
        from firstspawn.connections.service import ConnectionService

        self.database()
        return ConnectionService(
            ConnectionRepository(),
            Connections(self.settings.region),
            self.settings.websocket_url,
            clock=self.clock,
            random=self.random,
        )

    @cached_property
    def media(self) -> MediaService:
        """Uploads of pictures."""
        from firstspawn.clients.objects import Bucket
        from firstspawn.media.repository import UploadRepository
        from firstspawn.media.service import MediaService

        self.database()
        return MediaService(
            UploadRepository(),
            Bucket(self.settings.media_bucket, self.settings.region),
            self.servers,
            self.settings.media_url,
            clock=self.clock,
            new_id=self.new_id,
        )


_current: Container | None = None


def container() -> Container:
    """The process's container, made from the environment when it is first needed."""
    global _current  # noqa: PLW0603 -- one per process, by design
    if _current is None:
        _current = Container(Settings.from_environment())
    return _current


def use(replacement: Container | None) -> None:
    """Make `container()` answer with this one (tests, operator commands); None forgets it."""
    global _current  # noqa: PLW0603
    _current = replacement
