"""Keeps an eye on plugin instances: adds up what is odd about them, and suspends who is at it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from firstspawn.audit.schemas import Note
from firstspawn.errors import NotFound
from firstspawn.kit.ids import NewId
from firstspawn.kit.signing import sha256_hex
from firstspawn.playtime.accounting import Reason, Verdict
from firstspawn.playtime.batches import Draft
from firstspawn.playtime.schemas import Reporter
from firstspawn.playtime.suspicion import SUSPENDED, faded, weight
from firstspawn.playtime.watch_repository import WatchRepository
from firstspawn.plugins.schemas import PluginView

_REASON_LENGTH = 200


class Instances(Protocol):
    """Who suspends instances (`PluginService`)."""

    def suspend(self, server_id: str, plugin_id: str, reason: str) -> object:
        """Turn an instance's calls away. Raises NotFound if it was revoked."""

    def reinstate(self, server_id: str, plugin_id: str, also: Note | None) -> PluginView:
        """Let it call again."""


class Vigilance:
    """Scores instances; `instances` is asked for when one has to be suspended."""

    def __init__(
        self, watch: WatchRepository, instances: Callable[[], Instances], new_id: NewId
    ) -> None:
        self._watch, self._instances, self._new_id = watch, instances, new_id

    def look_at(
        self, plugin: Reporter, report_id: str, verdicts: Sequence[Verdict],
        odd: Sequence[Reason], now: datetime, *, is_noted: bool,
    ) -> None:  # fmt: skip
        """Judge a report that was counted: no call if nothing is odd, else a read and a write.

        `is_noted`: an anomaly already tells of it. A report sent again finds everything counted
        or held already, and adds nothing.
        """
        found = [*odd] if any(one.spans for one in verdicts) else []
        found += [reason for one in verdicts if one.held for reason in one.reasons]
        found += [Reason.ABSENT for one in verdicts if Reason.ABSENT in one.reasons]
        added = weight(found)
        if not added:
            return
        reasons = list(dict.fromkeys(reason.value for reason in found))
        draft = Draft(self._new_id(), plugin.pluginId, report_id, reasons, [], added)
        subject = (plugin.serverId, str(plugin.gameType), _digest(verdicts))
        score = self._watch.raise_score(subject, draft, faded, now, note=not is_noted)
        if score >= SUSPENDED:
            self._suspend(plugin, draft.id, now)

    def _suspend(self, plugin: Reporter, mail_id: str, now: datetime) -> None:
        """End what an instance may do, and tell its server's owner why."""
        reasons = ", ".join(self._watch.reasons(plugin.serverId, plugin.pluginId, now))
        try:
            self._instances().suspend(plugin.serverId, plugin.pluginId, reasons[:_REASON_LENGTH])
        except NotFound:
            return  # its owner was faster, and revoked it
        self._watch.mail_owner(plugin.serverId, mail_id, reasons, now)

    def reinstate(self, server_id: str, plugin_id: str, also: Note | None = None) -> PluginView:
        """Let a suspended instance call again, without suspicion. Raises PluginNotFound."""
        self._watch.forget(server_id, plugin_id)
        return self._instances().reinstate(server_id, plugin_id, also)


def _digest(verdicts: Sequence[Verdict]) -> str:
    """The same for the same report: one that is sent again must not add to the score again."""
    claims = sorted((one.claim.player, one.claim.span, one.claim.afk) for one in verdicts)
    return sha256_hex(repr(claims))
