"""What a sync of playtime costs, beside the naive way of an update for each player.

    PYTHONPATH=.:layers/core/python python -m benchmarks.playtime_sync [--players 10 100 1000]

Calls, units, CPU of this process and wall time, on a MiniStack of this run's (the embedded stack's
DynamoDB) and on DynamoDB Local if it is up (`make engines`). The naive way reads and updates each
player by itself, under the same condition, and the server's counters with each.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import boto3

from firstspawn.config import Secrets, Settings
from firstspawn.db.item import connect
from firstspawn.playtime.schemas import PlaytimeReport
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import Recorder, count_calls
from tests.support.engines import DYNAMODB_LOCAL, MINISTACK, REGION, real_engines
from tests.support.ministack import running_ministack
from tests.support.playtime import Plugin, everybody, fake_shelf
from tests.support.servers import Owners
from tests.support.table import create_table

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TABLE = f"playtime-sync-{os.getpid()}"


class Run(NamedTuple):
    """What one way of taking a report came to."""

    costs: Recorder
    cpu: float
    wall: float


def measured(act: Callable[[], object]) -> Run:
    """Run and measure."""
    cpu, wall = time.process_time(), time.perf_counter()
    with count_calls() as costs:
        act()
    return Run(costs, time.process_time() - cpu, time.perf_counter() - wall)


def one_by_one(stack: Container, plugin: Plugin, report: PlaytimeReport) -> None:
    """The naive way: a sync for each player."""
    for player in report.players:
        stack.playtime.sync(plugin, PlaytimeReport(players=[player]))


def show(name: str, run: Run) -> None:
    """Print a line."""
    reads, writes = len(run.costs.reads), len(run.costs.writes)
    print(
        f"    {name:<11}{reads + writes:>6} calls ({reads} reads, {writes} writes)"
        f"  {run.costs.read_units:>7,.1f} RRU {run.costs.write_units:>8,.0f} WRU"
        f"  cpu {run.cpu * 1000:>7,.0f} ms  wall {run.wall * 1000:>7,.0f} ms"
    )


def bench(name: str, url: str, sizes: Sequence[int]) -> None:
    """Measure both ways on one engine, for players who have clocks already."""
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = url
    client = boto3.client("dynamodb", region_name=REGION, endpoint_url=url)
    create_table(client, TABLE)
    connect(TABLE, REGION, url)
    clock = FrozenClock(START)
    settings = Settings.from_environment({"AWS_REGION": REGION, "FIRSTSPAWN_TABLE": TABLE})
    stack = Container(settings, Secrets.from_json(Secrets.generate_json()), clock)
    fake_shelf(stack)
    print(f"{name}:")
    for size in sizes:
        plugin, players = Plugin(Owners(stack).server()[1].id), range(size * 10_000, size * 10_001)
        stack.playtime.sync(plugin, everybody(players, clock()))
        clock.advance(minutes=5)
        batched = measured(lambda: stack.playtime.sync(plugin, everybody(players, clock())))  # noqa: B023
        clock.advance(minutes=5)
        naive = measured(lambda: one_by_one(stack, plugin, everybody(players, clock())))  # noqa: B023
        clock.advance(minutes=5)
        print(f"  {size:,} players")
        show("a sync", batched)
        show("one by one", naive)
        calls = len(naive.costs.calls) / len(batched.costs.calls)
        print(
            f"    one by one is {calls:.0f} x the calls, {naive.wall / batched.wall:.1f} x the time"
        )
    client.delete_table(TableName=TABLE)


def main() -> None:
    """Measure on every engine there is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--players", type=int, nargs="+", default=[10, 100, 1000])
    sizes = parser.parse_args().players
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    with TemporaryDirectory() as folder, running_ministack(Path(folder)) as url:
        bench(MINISTACK.name, url, sizes)
    if local := real_engines().get(DYNAMODB_LOCAL.name):
        bench(DYNAMODB_LOCAL.name, local, sizes)


if __name__ == "__main__":
    main()
