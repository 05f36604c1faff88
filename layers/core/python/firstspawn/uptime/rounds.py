"""A round: everybody of a roster who is due is asked, then all of it is written back.

The order of the writes is the design (docs/uptime.md): statuses, ended hours and days, the state,
the samples, the end of the lease. Each may be repeated; only the state's makes the round count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from firstspawn.clients.gameservers import Edition, PingResult, Target
from firstspawn.kit.clock import Clock, epoch
from firstspawn.uptime.absence import AHEAD
from firstspawn.uptime.errors import RosterBusy, RoundOvertaken
from firstspawn.uptime.packing import pack
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rollover import HOURS, MINUTES, close_hour, day_rows, day_to_roll
from firstspawn.uptime.rules import Change, is_due, record, refuse
from firstspawn.uptime.schemas import Lease, Member, Roster, RosterMessage
from firstspawn.uptime.state import RosterBook

DEADLINE_SECONDS = 20.0
LEASE = timedelta(seconds=DEADLINE_SECONDS + 20)

_NO_LOOK = 1  # not 0, which would be shown at once

Asked = tuple[int, Edition]


class Asker(Protocol):
    """Who asks game servers."""

    def ping_all(
        self, targets: Mapping[Asked, Target], deadline: float
    ) -> Mapping[Asked, PingResult]:
        """Ask all of them, in `deadline` seconds at most."""


class IconStore(Protocol):
    """Where icons are kept."""

    def save(self, png: bytes) -> str | None:
        """Keep a picture; its public address, None if it cannot be kept now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; `stands_in`: another edition's, as its own gave none."""

    result: PingResult
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did: servers asked, answers, statuses shown."""

    asked: int = 0
    answered: int = 0
    shown: int = 0


class RoundService:
    """Works on one roster at a time."""

    def __init__(
        self,
        repository: RosterRepository,
        asker: Asker,
        icons: IconStore,
        clock: Clock,
        is_blocked: Callable[[str], bool] | None = None,
    ) -> None:
        self._rosters, self._asker, self._icons = repository, asker, icons
        self._clock = clock
        self._is_blocked = is_blocked or (lambda _: False)

    def run(self, message: RosterMessage) -> Report | None:
        """Do the round of a message that means one roster. None if it is a duplicate.

        Raises RosterBusy if a direct one finds the roster held, RoundOvertaken if it was too slow.
        """
        now = self._clock()
        minute = None if message.direct else message.minute
        lease = self._rosters.take(message.first, now, now + LEASE, minute)
        if lease is None:
            if message.direct:
                raise RosterBusy(message.first)
            return None
        report = self._work(lease, now, ahead=0 if message.direct else AHEAD)
        self._rosters.release(lease)
        return report

    def _work(self, lease: Lease, now: datetime, ahead: int) -> Report:
        roster = self._rosters.read(lease.shard)
        minute = epoch(now) // MINUTES
        book = roster.book or new_book(minute)
        due = [
            member
            for member in roster.members
            # After a round that broke off nobody knows what it had shown: all are asked and shown.
            if lease.is_dirty or is_due(book.slots.get(member.slot), minute + ahead, member.digest)
        ]
        answers = self._ask(due)
        return self._write(lease, roster, book, answers, now) if answers else Report()

    def _ask(self, due: Sequence[Member]) -> dict[int, Answer]:
        targets = {(member.slot, one.edition): one for member in due for one in member.targets}
        answers: dict[int, Answer] = {}
        for (slot, _), result in self._asker.ping_all(targets, DEADLINE_SECONDS).items():
            if slot not in answers:
                answers[slot] = Answer(result)
            elif result.online and not answers[slot].result.online:
                answers[slot] = Answer(result, stands_in=True)
        return answers

    def _write(
        self,
        lease: Lease,
        roster: Roster,
        book: RosterBook,
        answers: Mapping[int, Answer],
        now: datetime,
    ) -> Report:
        minute = epoch(now) // MINUTES
        self._roll(lease.shard, roster.members, book, minute)
        changes = self._record(lease, roster.members, book, answers, minute)
        settle(book, roster.members)
        ids = {member.slot: member.serverId for member in roster.members}
        values = {
            ids[change.slot]: shown_values(change, now) | self._icon(book, change)
            for change in changes
        }
        shown = self._rosters.publish(values, now)
        for change in changes:
            if ids[change.slot] not in shown:
                refuse(book.slots[change.slot], minute)
        if not self._rosters.save(lease.shard, book.packed(), roster.version):
            raise RoundOvertaken(lease.shard)
        results = {slot: answer.result for slot, answer in answers.items()}
        self._rosters.save_samples(lease.shard, pack_samples(results), now)
        return Report(len(results), sum(one.online for one in results.values()), len(shown))

    def _record(
        self,
        lease: Lease,
        members: Sequence[Member],
        book: RosterBook,
        answers: Mapping[int, Answer],
        minute: int,
    ) -> list[Change]:
        recorded = (
            record(
                book,
                member.slot,
                answers[member.slot].result,
                minute,
                force=lease.is_dirty,
                excused=member.is_excused(minute),
                unopened=member.is_unopened(minute),
                blocked=self._is_blocked(member.ipAddress),
                stands_in=answers[member.slot].stands_in,
            )
            for member in members
            if member.slot in answers
        )
        return [change for change in recorded if change]

    def _icon(self, book: RosterBook, change: Change) -> dict[str, Any]:
        """Keep a new icon. A round does not fail over one: it is tried again in half an hour."""
        if change.icon is None:
            return {}
        url = self._icons.save(change.icon)
        if url is None:
            book.slots[change.slot].icon = 0
            book.slots[change.slot].look = _NO_LOOK
            return {}
        return {"iconUrl": url}

    def _roll(self, shard: int, members: Sequence[Member], book: RosterBook, minute: int) -> None:
        if ended := close_hour(book, minute):
            self._rosters.save_hours(shard, dict([ended]))
        day = day_to_roll(book, shard, minute)
        if day is None:
            return
        first = day * HOURS
        hours = self._rosters.hours(shard, first, first + HOURS - 1, consistent=True)
        days = day_rows(hours, day)
        ids = {member.slot: member.serverId for member in members}
        self._rosters.save_days(day, {ids[slot]: days[slot] for slot in days if slot in ids})
        book.rolled = day


def new_book(minute: int) -> RosterBook:
    """The state of a roster nobody worked on before."""
    hour = minute // MINUTES
    return RosterBook(hour=hour, rolled=hour // HOURS - 1)


def settle(book: RosterBook, members: Sequence[Member]) -> None:
    """Forget the slots of deleted servers, and note where the others were asked."""
    digests = {member.slot: member.digest for member in members}
    book.slots = {slot: kept for slot, kept in book.slots.items() if slot in digests}
    for slot, kept in book.slots.items():
        kept.address = digests[slot]


def shown_values(change: Change, now: datetime) -> dict[str, Any]:
    """A change as values of the status, with the time of the last answer."""
    if change.seen is None:
        return change.values
    seen = datetime.fromtimestamp(change.seen * MINUTES, UTC)
    is_now = change.seen == epoch(now) // MINUTES
    return change.values | {"lastOnlineAt": now if is_now else seen}


def pack_samples(answers: Mapping[int, PingResult]) -> bytes:
    """Raw results by slot: answered, players, latency (ms), whether an answer left the players
    untold; the failures' names in the header.
    """
    rows = {
        slot: (
            int(one.online), one.players or 0, one.latency_ms or 0,
            int(one.online and one.players is None),
        )
        for slot, one in answers.items()
    }  # fmt: skip
    failures: dict[str, list[int]] = {}
    for slot, one in answers.items():
        if one.failure:
            failures.setdefault(one.failure.value, []).append(slot)
    return pack(rows, {"failures": failures})
