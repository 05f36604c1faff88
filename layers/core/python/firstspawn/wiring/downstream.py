"""Services downstream of the table stream, and of what stands beside the API."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.community import Community

if TYPE_CHECKING:
    from firstspawn.connections.service import ConnectionService
    from firstspawn.events.publisher import Publisher
    from firstspawn.health.service import HealthService
    from firstspawn.mail.service import MailService
    from firstspawn.media.service import MediaService


class Downstream(Community):
    """What follows from a change, and the edges."""

    @cached_property
    def publisher(self) -> Publisher:
        """Sends what follows from changes in the table."""
        from firstspawn.clients.queues import Queue
        from firstspawn.events.publisher import EventLog, Publisher
        from firstspawn.events.rules import Target

        settings = self.settings
        return Publisher(
            {
                Target.EXPORTS: Queue(settings.exports_queue_url, settings.region),
                Target.IDENTITIES: Queue(settings.identities_queue_url, settings.region),
                Target.MAIL: Queue(settings.mail_queue_url, settings.region),
                Target.REACTIONS: Queue(settings.reactions_queue_url, settings.region),
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
        from firstspawn.mail.letters import Site
        from firstspawn.mail.service import CONSUMER, MailService

        self.database()
        tokens = EmailTokens(self.secrets.macKey, self.random)
        return MailService(
            EffectRepository(CONSUMER, lease=timedelta(minutes=1)),
            mailer(self.settings, self.secrets),
            Site(self.settings.frontend_url, tokens.token, self.settings.api_url),
            self.settings.mail_from,
            clock=self.clock,
            new_id=self.new_id,
        )

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
