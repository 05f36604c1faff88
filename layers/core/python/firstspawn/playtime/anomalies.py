"""What is odd about servers' playtime: shown to owners and moderators, decided by the latter."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from firstspawn.audit.schemas import Act, Actor
from firstspawn.errors import Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.dto import Page
from firstspawn.kit.ids import NewId
from firstspawn.playtime.anomaly_repository import AnomalyRepository
from firstspawn.playtime.errors import ClocksMoved
from firstspawn.playtime.schemas import (
    AnomalyList,
    AnomalyState,
    AnomalyView,
    Decision,
    HeldPlayer,
    VerdictList,
    VerdictQuery,
)
from firstspawn.playtime.verdicts import VerdictStore
from firstspawn.servers.service import ServerService
from firstspawn.users.schemas import Caller

_ATTEMPTS = 5


class AnomalyService:
    """Shows and decides."""

    def __init__(
        self,
        anomalies: AnomalyRepository,
        verdicts: VerdictStore,
        servers: ServerService,
        *,
        clock: Clock,
        new_id: NewId,
        cursors: Callable[[], Cursors],
    ) -> None:
        self._anomalies, self._verdicts, self._servers = anomalies, verdicts, servers
        self._clock, self._new_id, self._cursors = clock, new_id, cursors

    def of_server(self, caller: Caller, server: str, page: Page) -> AnomalyList:
        """A server's anomalies, for its owner and the staff, newest first.

        Raises ServerNotFound, NotTheOwner, BadCursor.
        """
        server_id = self._servers.editable(caller, server).id
        query, cursors = {"list": "anomalies", "server": server_id}, self._cursors()
        found = self._anomalies.of(server_id, page.limit + 1, cursors.read(query, page.cursor))
        return _listed(*cursors.cut(query, found, page.limit, lambda one: one[0]))

    def verdicts(self, caller: Caller, server: str, page: VerdictQuery) -> VerdictList:
        """A day's reports and verdicts, for a server's owner and the staff.

        Raises ServerNotFound, NotTheOwner, BadCursor.
        """
        server_id = self._servers.editable(caller, server).id
        return self._verdicts.list(server_id, page, self._clock())

    def waiting(self, page: Page) -> AnomalyList:
        """What waits for a moderator, oldest first: one query. Raises BadCursor."""
        query, cursors = {"list": "held anomalies"}, self._cursors()
        found = self._anomalies.held(page.limit + 1, cursors.read(query, page.cursor))
        return _listed(*cursors.cut(query, found, page.limit, lambda one: one[0]))

    def decide(
        self, actor: Actor, server_id: str, anomaly_id: str, decision: Decision
    ) -> AnomalyView:
        """Count what was held, or never.

        Raises AnomalyNotFound, AlreadyDecided, Outranked (on one's own server), Unavailable.
        """
        state = AnomalyState.RELEASED if decision.release else AnomalyState.DISMISSED
        action = "playtime.release" if decision.release else "playtime.dismiss"
        act = Act(actor, action, f"server:{server_id}", decision.note, after={"id": anomaly_id})
        for _ in range(_ATTEMPTS):
            now = self._clock()
            found = self._anomalies.find(server_id, anomaly_id, now)
            with suppress(ClocksMoved):
                self._anomalies.decide(found, state.value, act, self._new_id(), now)
                return _view(self._anomalies.find(server_id, anomaly_id, now))
        raise Unavailable(code="write_contention", retry_after=1)


def _listed(shown: Sequence[tuple[list[str], Any]], cursor: str | None) -> AnomalyList:
    return AnomalyList(items=[_view(one) for _, one in shown], nextCursor=cursor)


def _view(anomaly: Any) -> AnomalyView:
    return AnomalyView(
        id=anomaly.id,
        serverId=anomaly.serverId,
        pluginId=anomaly.pluginId,
        reportId=anomaly.reportId,
        state=AnomalyState(anomaly.state),
        reasons=anomaly.reasons,
        players=[
            HeldPlayer(uuid=uuid, name=name, activeSeconds=active, afkSeconds=afk)
            for uuid, name, active, afk in anomaly.held
        ],
        suspicion=int(anomaly.suspicion),
        createdAt=anomaly.createdAt,
        decidedBy=anomaly.decidedBy,
        decidedAt=anomaly.decidedAt,
        note=anomaly.note,
    )
