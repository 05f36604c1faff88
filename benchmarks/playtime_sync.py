"""What a sync of playtime costs, beside the naive way of an update for each player.

    PYTHONPATH=.:layers/core/python python -m benchmarks.playtime_sync [--players 10 100 1000]

Calls, units, CPU of this process and wall time, on a MiniStack of this run's (the embedded stack's
DynamoDB) and on a DynamoDB Local of this run's, if `make engines` could install it: one that has
run tests for an hour takes ten times as long for a transaction, for it slows down with every table
it ever had. The naive way reads and updates each player by itself, under the same condition, and
the server's counters with each; of a large report it is measured for the first 100 players.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import boto3

from firstspawn.config import Secrets, Settings
from firstspawn.db.item import connect
from firstspawn.playtime.schemas import PlaytimeReport
from firstspawn.wiring import Container
from infra.engines import daemon
from infra.engines.catalog import ENGINES
from infra.engines.install import DownloadFailed, Missing, installed
from tests.support.clock import FrozenClock
from tests.support.costs import Recorder, count_calls
from tests.support.engines import DYNAMODB_LOCAL, MINISTACK, REGION, Engine
from tests.support.ministack import running_ministack
from tests.support.playtime import Plugin, everybody, fake_shelf
from tests.support.servers import Owners
from tests.support.table import create_table

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TABLE = f"playtime-sync-{os.getpid()}"
_NAIVE = 100


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
    """The naive way: a sync for each player, of the first hundred."""
    for player in report.players[:_NAIVE]:
        stack.playtime.sync(plugin, PlaytimeReport(players=[player]))


def show(name: str, run: Run, engine: Engine) -> None:
    """Print a line: of units, those that the engine counts as AWS does."""
    reads, writes = len(run.costs.reads), len(run.costs.writes)
    told = {True: f"{run.costs.read_units:,.1f}", False: "-"}
    wrote = {True: f"{run.costs.write_units:,.0f}", False: "-"}
    print(
        f"    {name:<11}{reads + writes:>6} calls ({reads} reads, {writes} writes)"
        f"  {told['BatchGetItem' in engine.true_units]:>7} RRU"
        f" {wrote['TransactWriteItems' in engine.true_units]:>8} WRU"
        f"  cpu {run.cpu * 1000:>7,.0f} ms  wall {run.wall * 1000:>7,.0f} ms"
    )


@contextmanager
def running_dynamodb_local(folder: Path) -> Iterator[str | None]:
    """One of this run's own, in memory; None where `make engines` has nothing to start."""
    (engine,) = [one for one in ENGINES if one.name == DYNAMODB_LOCAL.name]
    try:
        java, jars = installed(engine, daemon.HOME)
    except (DownloadFailed, Missing) as error:
        print(f"{engine.name}: left out, it needs {error}")
        yield None
        return
    record = daemon.start(engine, java, jars, "benchmark", folder)
    try:
        daemon.wait_until_up(engine, record, folder)
        yield record.url
    finally:
        daemon.stop(engine, folder)


def bench(engine: Engine, url: str, sizes: Sequence[int]) -> None:
    """Measure both ways on one engine, for players who have clocks already."""
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = url
    client = boto3.client("dynamodb", region_name=REGION, endpoint_url=url)
    create_table(client, TABLE, stream=False)
    connect(TABLE, REGION, url)
    clock = FrozenClock(START)
    settings = Settings.from_environment({"AWS_REGION": REGION, "FIRSTSPAWN_TABLE": TABLE})
    stack = Container(settings, Secrets.from_json(Secrets.generate_json()), clock)
    fake_shelf(stack)
    print(f"{engine.name}:")
    for size in sizes:
        plugin, players = Plugin(Owners(stack).server()[1].id), range(size * 10_000, size * 10_001)
        stack.playtime.sync(plugin, everybody(players, clock()))
        clock.advance(minutes=5)
        batched = measured(lambda: stack.playtime.sync(plugin, everybody(players, clock())))  # noqa: B023
        clock.advance(minutes=5)
        naive = measured(lambda: one_by_one(stack, plugin, everybody(players, clock())))  # noqa: B023
        clock.advance(minutes=5)
        print(f"  {size:,} players", flush=True)
        show("a sync", batched, engine)
        show("one by one", naive, engine)
        share = min(size, _NAIVE) / size
        calls = len(naive.costs.calls) / share / len(batched.costs.calls)
        wall = naive.wall / share / batched.wall
        of = "" if share == 1 else f", going by {_NAIVE} of them"
        print(f"    one by one is {calls:.0f} x the calls, {wall:.1f} x the time{of}", flush=True)
    client.delete_table(TableName=TABLE)


def main() -> None:
    """Measure on every engine there is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--players", type=int, nargs="+", default=[10, 100, 1000])
    sizes = parser.parse_args().players
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    with TemporaryDirectory() as folder:
        with running_ministack(Path(folder)) as url:
            bench(MINISTACK, url, sizes)
        with running_dynamodb_local(Path(folder).resolve()) as local:
            if local:
                bench(DYNAMODB_LOCAL, local, sizes)


if __name__ == "__main__":
    main()
