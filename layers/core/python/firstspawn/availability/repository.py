"""All reads and writes of planned maintenance, and of mails about absences."""

from collections.abc import Sequence
from datetime import datetime

from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.mail.models import Mail, mail_item
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.models import Server
from firstspawn.uptime.maintenance import Window
from firstspawn.uptime.models import RosterMember, ServerStatus
from firstspawn.users.models import User


class AvailabilityRepository:
    """Windows stand with the roster's member, where rounds read them, and with the status."""

    def status(self, server_id: str, now: datetime) -> ServerStatus:
        """A server's state: one consistent read. Raises ServerNotFound."""
        found = ServerStatus.find(keys.server_status(server_id), now, consistent=True)
        if found is None:
            raise ServerNotFound
        return found

    def save(
        self, status: ServerStatus, windows: Sequence[Window], also: writes.Extend | None = None
    ) -> None:
        """Replace the windows that were read with `status`: two items, and `also` others.

        Raises ChangedMeanwhile if others were stored since.
        """
        flat = [minute for window in windows for minute in window]
        before = ServerStatus.maintenance
        same = before == status.maintenance if status.maintenance else before.does_not_exist()
        member = RosterMember.at(keys.roster_member(int(status.rosterShard), status.serverId))
        transaction = writes.Transaction()
        change = before.set(flat) if flat else before.remove()
        transaction.update(
            status,
            [change, ServerStatus.version.add(1)],
            ServerStatus.PK.exists() & same,
            ChangedMeanwhile(),
        )
        copy = RosterMember.maintenance
        transaction.update(
            member,
            [copy.set(flat) if flat else copy.remove()],
            RosterMember.PK.exists(),
            ServerNotFound(),
        )
        transaction.extend(also)
        transaction.commit()

    def owner(self, server_id: str, now: datetime) -> tuple[Server, User] | None:
        """A server, active or not, and its owner: two consistent reads. None if either is gone."""
        server = Server.find(keys.server_detail(server_id), now, consistent=True)
        if server is None or server.deletedAt is not None:
            return None
        user = User.find(keys.profile(server.ownerId), now, consistent=True)
        return (server, user) if user else None

    def tell(self, mail_id: str, template: str, server: Server, to: str, now: datetime) -> None:
        """Have a mail sent about a server, once for each id: one write."""
        params = {"server": server.name, "slug": server.slug}
        mail = mail_item(mail_id, template, to, params, now)
        try:
            writes.put(mail, Mail.absent(now))
        except writes.ConditionFailed:
            return  # it was told before
