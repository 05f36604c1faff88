"""What people see of a server that a stranger learns little of: what its plugins say.

Plugins tell how many play. Whether it is online our own checks tell, once one got an answer; of a
server that they never saw, plugins tell that as well. Each has its own place in the status: a round
that knows nothing of plugins cannot overwrite their word, nor they what a round found.
"""

from datetime import datetime

from firstspawn.uptime.presence_repository import PresenceRepository, Word
from firstspawn.uptime.rules import have_moved


class PresenceService:
    """Shows presence."""

    def __init__(self, repository: PresenceRepository) -> None:
        self._statuses = repository

    def show(self, server_id: str, players: int | None, most: int, at: datetime) -> None:
        """Show so many players, or that no plugin is alive any more (None).

        One read; one write if people can see a difference; both once more if a check's first answer
        came in between.
        """
        for attempt in range(2):
            last = self._statuses.find(server_id, at, consistent=attempt > 0)
            if last is None:
                return
            online = last.isOnline if last.isSeen else players is not None
            new = Word(online, last.isSeen, players, last.most if players is None else most)
            moved = have_moved(last.players or 0, players or 0)
            if not moved and _facts(last) == _facts(new):
                return
            if self._statuses.show(server_id, new, at):
                return


def _facts(word: Word) -> tuple[bool, bool, int]:
    return word.isOnline, word.players is None, word.most
