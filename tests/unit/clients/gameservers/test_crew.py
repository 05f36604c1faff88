"""A crew's places: who waits loses its own, and does not come back to it."""

import asyncio
from typing import Any

import pytest

from firstspawn.clients.gameservers.crew import Crew


def test_who_was_replaced_takes_no_further_job() -> None:
    # Given three jobs that wait for the first quick one, and a place for one
    released, at_work, most = asyncio.Event(), 0, 0

    async def do(job: str) -> str:
        nonlocal at_work, most
        if job == "slow":
            await released.wait()
            return job
        released.set()
        at_work += 1
        most = max(most, at_work)
        for _ in range(3):
            await asyncio.sleep(0)
        at_work -= 1
        return job

    async def run() -> dict[int, str]:
        crew: Crew[int, str, str] = Crew(do, size=1, most=5, limit=30)
        return await crew.run(dict(enumerate(["slow"] * 3 + ["quick"] * 200)), deadline=30)

    # When all are done
    done = asyncio.run(run())

    # Then those who had waited did not work beside the one that replaced them
    assert len(done) == 203
    assert most <= 2  # two if this machine stops for a quarter of a second


def test_what_is_not_done_in_time_is_missing_and_stopped() -> None:
    stopped = []

    async def do(job: int) -> int:
        try:
            await asyncio.sleep(60 if job else 0)
        except asyncio.CancelledError:
            stopped.append(job)
            raise
        return job

    async def run() -> dict[int, int]:
        crew: Crew[int, int, int] = Crew(do, size=2, most=2, limit=30)
        return await crew.run({job: job for job in range(4)}, deadline=0.3)

    assert asyncio.run(run()) == {0: 0}
    assert sorted(stopped) == [1, 2]


def test_who_only_waits_is_looked_after_when_the_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given two that never end, and nobody who waits for their places
    looks, wait = 0, asyncio.wait

    def counted(tasks: Any, timeout: float) -> Any:
        nonlocal looks
        looks += 1
        return wait(tasks, timeout=timeout)

    monkeypatch.setattr(asyncio, "wait", counted)

    async def run() -> dict[int, None]:
        crew: Crew[int, int, None] = Crew(asyncio.sleep, size=2, most=2, limit=0.8)
        return await crew.run(dict.fromkeys(range(2), 60), deadline=30)

    # When
    asyncio.run(run())

    # Then they cost next to nothing meanwhile
    assert looks <= 3
