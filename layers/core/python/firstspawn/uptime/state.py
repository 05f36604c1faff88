"""What a roster remembers between two rounds, and how that is packed.

Times are whole minutes since 1970. In the packed form they are relative to the newest one, so
that a hundred alike numbers compress to nothing.
"""

from dataclasses import dataclass, field

from firstspawn.uptime.packing import Row, pack, unpack

# Who knows whether it is online: our checks, once one got an answer; until then a plugin, perhaps.
SOURCE_CHECK, SOURCE_PLUGIN = "CHECK", "PLUGIN"
NEVER = -1
_COLUMNS = 21


@dataclass(slots=True)
class Sums:
    """What an hour's checks add up to: `latency` (ms) over the answered ones, `players` and `peak`
    over those that told how many play: all but `untold`.
    """

    checks: int = 0
    answered: int = 0
    players: int = 0
    peak: int = 0
    latency: int = 0
    untold: int = 0

    @property
    def told(self) -> int:
        """How many answers said how many play."""
        return self.answered - self.untold

    def add(self, players: int | None, latency: int) -> None:
        """Count an answered check; None if it did not tell how many play."""
        self.checks += 1
        self.answered += 1
        self.untold += players is None
        self.players += players or 0
        self.peak = max(self.peak, players or 0)
        self.latency += latency

    def row(self) -> Row:
        """The sums as they are packed."""
        return (
            self.checks, self.answered, self.players, self.peak, self.latency, self.untold,
        )  # fmt: skip

    def merge(self, other: "Sums") -> None:
        """Add another hour."""
        self.checks += other.checks
        self.answered += other.answered
        self.players += other.players
        self.peak = max(self.peak, other.peak)
        self.latency += other.latency
        self.untold += other.untold


@dataclass(slots=True)
class Slot:
    """One server: what people see (`online`, `players`, `uptime` in 0.1 %, `look`) and what counts.

    `failures` is the run of unanswered checks, `checks` and `answered` the fading totals behind
    the percentage, `seen` the minute of the last answer, `address` a digest of what was asked.
    `dressed` is the minute the look was last shown, `down` the first unanswered check outside of
    maintenance since the last answer, `stage` how far that has led (`absence.py`), `icon` a digest
    of the icon shown, `blocked` whether Mojang blocks the address, `untold` the run of answers (up
    to 3) that left out how many play. After `patience` more checks (up to 3) without an answer of
    its own edition, another's may dress it. `refused`: a change is yet to be shown.
    """

    due: int
    online: bool = False
    failures: int = 0
    seen: int = NEVER
    players: int = 0
    uptime: int = 0
    look: int = 0
    checks: int = 0
    answered: int = 0
    address: int = 0
    dressed: int = NEVER
    down: int = NEVER
    stage: int = 0
    icon: int = 0
    blocked: bool = False
    untold: int = 0
    patience: int = 0
    refused: bool = False
    hour: Sums = field(default_factory=Sums)


@dataclass(slots=True)
class RosterBook:
    """A roster's state: `hour` is the hour (since 1970) that the slots' sums belong to.

    `rolled` is the last day (since 1970) whose hours were written to each server.
    """

    hour: int
    rolled: int
    slots: dict[int, Slot] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The state as it is stored."""
        moments = ((s.due, s.seen, s.dressed, s.down) for s in self.slots.values())
        base = max(map(max, moments), default=0)
        rows = {number: _row(slot, base) for number, slot in self.slots.items()}
        return pack(rows, {"hour": self.hour, "rolled": self.rolled, "base": base})

    @classmethod
    def unpacked(cls, data: bytes) -> "RosterBook":
        """Read a stored state."""
        rows, header = unpack(data)
        slots = {number: _slot(row, header["base"]) for number, row in rows.items()}
        return cls(header["hour"], header["rolled"], slots)


def _row(slot: Slot, base: int) -> Row:
    """A slot as numbers, small ones where it can be: differences instead of near-equal totals."""
    hour = slot.hour
    return (
        base - slot.due,
        _ago(slot.seen, base),
        int(slot.online),
        slot.failures,
        slot.players,
        slot.uptime - percentage(slot),
        slot.look,
        slot.checks,
        slot.checks - slot.answered,
        slot.address,
        hour.checks,
        hour.checks - hour.answered,
        hour.players,
        hour.peak,
        hour.latency,
        _ago(slot.dressed, base),
        _ago(slot.down, base),
        slot.stage,
        slot.icon,
        slot.blocked | slot.untold << 1 | slot.patience << 3 | slot.refused << 5,
        hour.untold,
    )


def _ago(minute: int, base: int) -> int:
    return 0 if minute == NEVER else base - minute + 1


def _minute(ago: int, base: int) -> int:
    return NEVER if ago == 0 else base - ago + 1


def _slot(row: Row, base: int) -> Slot:
    row += (0,) * (_COLUMNS - len(row))  # a state stored before its newest columns were
    due, seen, online, failures, players, uptime, look, checks, missed, address, *sums = row
    hour_checks, hour_missed, players_told, peak, latency, *others = sums
    dressed, down, stage, icon, flags, untold = others
    slot = Slot(
        due=base - due,
        online=bool(online),
        failures=failures,
        seen=_minute(seen, base),
        players=players,
        look=look,
        checks=checks,
        answered=checks - missed,
        address=address,
        dressed=_minute(dressed, base),
        down=_minute(down, base),
        stage=stage,
        icon=icon,
        blocked=bool(flags & 1),
        untold=flags >> 1 & 3,
        patience=flags >> 3 & 3,
        refused=bool(flags >> 5),
        hour=Sums(hour_checks, hour_checks - hour_missed, players_told, peak, latency, untold),
    )
    slot.uptime = percentage(slot) + uptime
    return slot


def percentage(slot: Slot) -> int:
    """The part of the checks that were answered, in 0.1 %."""
    return round(1000 * slot.answered / slot.checks) if slot.checks else 0
