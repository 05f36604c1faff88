"""Write units per check over a simulated day of a fleet, everything included.

    PYTHONPATH=.:layers/core/python python -m benchmarks.uptime_day [--servers 10000] [--hours 24]

Time and game servers are simulated: daily tides, outages, lost pings, looks and icons of their own,
weeks of checks behind them. Each roster writes its servers' last day once. The table is DynamoDB
Local's if it is up (`make engines`), else a MiniStack of this run's: both count written units as
AWS does. What shows a change is counted apart from what every check costs. A roster's round is
five calls: ten thousand servers' day has 144,000 of them, and takes a quarter of an hour.
"""

import argparse
import math
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import boto3

from firstspawn.clients.gameservers import PingResult, Target
from firstspawn.db import keys
from firstspawn.db.item import connect
from firstspawn.kit.clock import epoch
from firstspawn.uptime.dispatch import plan
from firstspawn.uptime.models import (
    SHARD_SIZE,
    Address,
    Place,
    RosterCounter,
    RosterMember,
    ServerStatus,
    enrolment,
)
from firstspawn.uptime.packing import pack
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import RoundService
from firstspawn.uptime.schemas import RosterMessage
from firstspawn.uptime.state import Sums
from tests.support.clock import FrozenClock
from tests.support.costs import Recorder, count_calls
from tests.support.engines import DYNAMODB_LOCAL, DYNAMODB_URL, REGION, real_engines
from tests.support.ministack import running_ministack
from tests.support.table import create_table
from tests.support.uptime import Asked, FakeIcons, give_past, look, offline, online, server_id

START = datetime(2026, 11, 22, 23, 55, tzinfo=UTC)  # one round before the measured day
TABLE = f"uptime-day-{os.getpid()}"
WORKERS = 4  # rosters worked on at a time; DynamoDB Local takes few writers


@dataclass
class Day:
    """What a day came to."""

    checks: int = 0
    rounds: int = 0
    shown: int = 0
    minutes: int = 0
    seconds: float = 0.0


@contextmanager
def engine() -> Iterator[str]:
    """An address of a DynamoDB that counts written units truly."""
    if url := real_engines().get(DYNAMODB_LOCAL.name):
        yield url
        return
    with TemporaryDirectory() as folder, running_ministack(Path(folder)) as url:
        yield url


class Fleet:
    """Game servers with a daily tide; one in thirty is down, one ping in two hundred is lost."""

    def __init__(self, clock: FrozenClock, seed: int = 1) -> None:
        self._clock, self._seed = clock, seed
        random = Random(seed)
        self._sizes = [int(random.paretovariate(0.9) * 6) % 900 for _ in range(SHARD_SIZE)]
        self._looks = [look(slot) for slot in range(SHARD_SIZE)]

    def ping_all(
        self,
        targets: Mapping[Asked, Target],
        deadline: float,  # noqa: ARG002
    ) -> Mapping[Asked, PingResult]:
        """As `Pinger.ping_all`; what is answered depends on whom is asked and when alone."""
        first = next(iter(targets.values())).host
        random = Random(f"{self._seed} {first} {self._clock()}")
        hour = self._clock().hour + self._clock().minute / 60
        tide = 0.6 - 0.4 * math.cos(2 * math.pi * (hour - 4) / 24)
        return {key: self._answer(key[0], tide, random) for key in targets}

    def _answer(self, slot: int, tide: float, random: Random) -> PingResult:
        if slot % 30 == 0 or random.random() < 0.005:
            return offline()
        players = round(self._sizes[slot] * tide * random.uniform(0.97, 1.03))
        return online(players, random.randint(4, 180), **self._looks[slot])


def enrol(clock: FrozenClock, servers: int) -> None:
    """Put a fleet into its rosters, with weeks behind it and a day that is not yet its servers'."""
    RosterCounter.at(keys.roster_counter(), n=servers).save()
    with RosterMember.batch_write() as members, ServerStatus.batch_write() as statuses:
        for number in range(servers):
            place = Place(*divmod(number, SHARD_SIZE))
            address = Address(f"s{number}.example.org", None)
            member, status = enrolment(server_id(number), place, "JAVA", address, clock())
            members.save(member)
            statuses.save(status)
    rosters, last = RosterRepository(), epoch(clock()) // 3600
    row = Sums(12, 12, 240, 30, 600).row()
    hour = pack(dict.fromkeys(range(SHARD_SIZE), row))
    for shard in range(-(-servers // SHARD_SIZE)):
        give_past(shard, clock(), SHARD_SIZE, seed=shard)
        rosters.save_hours(shard, dict.fromkeys(range(last - 23, last), hour))


def play(clock: FrozenClock, pool: ThreadPoolExecutor, hours: float, day: Day) -> None:
    """Live through some hours, minute by minute, as scheduler and workers would."""
    rosters, started = RosterRepository(), time.perf_counter()
    worker = RoundService(rosters, Fleet(clock), FakeIcons(), clock)
    until = clock() + timedelta(hours=hours)
    while clock() < until:
        minute = epoch(clock()) // 60
        message = plan(minute, rosters.shards(clock()))
        due = (
            RosterMessage(first=shard, end=shard + 1, step=1, direct=False, minute=minute)
            for shard in (message.shards if message else ())
        )
        for report in pool.map(worker.run, due):
            if report:
                day.rounds += 1
                day.checks += report.asked
                day.shown += report.shown
        clock.advance(minutes=1)
        day.minutes += 1
        day.seconds = time.perf_counter() - started


def show(day: Day, costs: Recorder) -> None:
    """Print what the day cost."""
    units = {
        operation: sum(call.units for call in costs.writes if call.operation == operation)
        for operation in ("UpdateItem", "PutItem", "BatchWriteItem")
    }
    leases = 2.0 * day.rounds
    parts = {
        "lease and release": leases,
        "state and samples": units["PutItem"],
        "hours and days": units["BatchWriteItem"],
    }
    parts["an unchanged check"] = sum(parts.values())
    hours = f"{day.minutes / 60:g} hours"
    print(f"{hours}: {day.checks:,} checks in {day.rounds:,} rounds, {day.seconds:.0f} s of work")
    for part, amount in parts.items():
        print(f"  {part:<22}{amount:>10,.0f} WRU  {amount / day.checks:.4f} per check")
    statuses = units["UpdateItem"] - leases
    print(f"  {'changes shown':<22}{statuses:>10,.0f} WRU  ({day.shown:,} changes)")
    per_check = f"{costs.read_units / day.checks:.4f} per check"
    print(f"  {'reads':<22}{costs.read_units:>10,.0f} RRU  {per_check} (true on DynamoDB Local)")


def main() -> None:
    """Live the day and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=24)
    options = parser.parse_args()
    with engine() as url:
        os.environ |= {DYNAMODB_URL: url, "AWS_ENDPOINT_URL_DYNAMODB": url}
        os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        client = boto3.client("dynamodb", region_name=REGION)
        create_table(client, TABLE, stream=False)
        try:
            connect(TABLE, REGION, url)
            clock = FrozenClock(START)
            enrol(clock, options.servers)
            with ThreadPoolExecutor(WORKERS) as pool:
                play(clock, pool, 1 / 12, Day())  # the first check of each is shown
                day = Day()
                with count_calls() as costs, suppress(KeyboardInterrupt):  # what it came to so far
                    play(clock, pool, options.hours, day)
            show(day, costs)
        finally:
            client.delete_table(TableName=TABLE)


if __name__ == "__main__":
    main()
