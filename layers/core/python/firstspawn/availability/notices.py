"""Mails to the owners of servers that stay away (`uptime/absence.py` says when)."""

from firstspawn.availability.repository import AvailabilityRepository
from firstspawn.kit.clock import Clock, epoch
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.errors import ServerNotFound
from firstspawn.uptime.absence import Stage

_TEMPLATES = {
    Stage.WARNED: "server_unreachable",
    Stage.LAST_WARNING: "server_unlisted_soon",
    Stage.UNLISTED: "server_unlisted",
}


class AbsenceNotices:
    """Reacts to a server's absence reaching a stage."""

    def __init__(self, repository: AvailabilityRepository, clock: Clock) -> None:
        self._repository, self._clock = repository, clock

    def tell(self, happening: Happening) -> None:
        """Mail the owner of `serverId` what its absence has led to: three reads, one write.

        Nobody is told of an absence that is over, nor twice of one stage of it.
        """
        now, server_id = self._clock(), str(happening.data["serverId"])
        try:
            status = self._repository.status(server_id, now)
        except ServerNotFound:
            return
        stage = Stage.PRESENT if status.isOnline else Stage(int(status.absenceStage or 0))
        found = self._repository.owner(server_id, now)
        if stage not in _TEMPLATES or status.unreachableSince is None or found is None:
            return
        server, owner = found
        if owner.email and owner.emailVerified:
            cause = f"absence-{server_id}-{epoch(status.unreachableSince)}-{int(stage)}"
            self._repository.tell(cause, _TEMPLATES[stage], server, owner.email, now)
