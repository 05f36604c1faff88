"""Many jobs at once that mostly wait: bounded, without letting the slow hold up the quick.

A server that is gone keeps its ping waiting for seconds, which is nearly all of the time that a
round with dead servers in it would take. So a place among the `size` at work is lost by whoever
waits longer than servers that are there take to answer; it may wait on beside them, to its own
full time. One clock watches all: a timer for each would cost as much as a look-up.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R")

PATIENCE: Final = 0.25
_TICK: Final = 0.1


class Crew(Generic[K, T, R]):
    """Does jobs with `do`, each within `limit` seconds: `size` at a time, and `most` that wait.

    Use it once, within a running loop. `most` counts all that are under way, as each may hold a
    socket; it is `size` at least.
    """

    def __init__(
        self, do: Callable[[T], Awaitable[R]], *, size: int, most: int, limit: float
    ) -> None:
        self._do, self._size, self._most, self._limit = do, size, most, limit
        self._loop = asyncio.get_running_loop()
        self._jobs: deque[tuple[K, T]] = deque()
        self._done: dict[K, R] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._since: dict[asyncio.Task[None] | None, float] = {}

    async def run(self, jobs: Mapping[K, T], deadline: float) -> dict[K, R]:
        """Do what can be done within `deadline` seconds. What was not done in time is missing.

        Nothing is left running afterwards.
        """
        self._jobs.extend(jobs.items())
        end = self._loop.time() + deadline
        while True:
            now = self._loop.time()
            if now >= end:
                self._jobs.clear()
            held = self._watch(now, now >= end)
            self._hire(held)
            if not self._workers:
                return self._done
            _, self._workers = await asyncio.wait(self._workers, timeout=self._rest(now, end))

    def _rest(self, now: float, end: float) -> float:
        """How long nobody has to be looked after. If no job waits: until somebody must go."""
        if self._jobs:
            return min(_TICK, end - now)
        begun = min(self._since.get(worker, now) for worker in self._workers)
        return max(min(begun + self._limit, end) - now, _TICK)

    def _watch(self, now: float, is_over: bool) -> int:
        """Stop those whose time is up. Returns how many have waited long enough to be replaced.

        Stopped again at every tick: 3.11's `wait_for` (in dnspython) can lose a cancellation.
        """
        ages = {worker: now - self._since.get(worker, now) for worker in self._workers}
        for worker, age in ages.items():
            if is_over or age >= self._limit:
                worker.cancel()
        return sum(age > PATIENCE for age in ages.values())

    def _hire(self, held: int) -> None:
        places = min(self._size + held, self._most) - len(self._workers)
        for _ in range(min(places, len(self._jobs))):
            self._workers.add(self._loop.create_task(self._work()))

    async def _work(self) -> None:
        me, since = asyncio.current_task(), self._since
        while self._jobs:
            key, job = self._jobs.popleft()
            since[me] = began = self._loop.time()
            self._done[key] = await self._do(job)
            if self._loop.time() - began > PATIENCE:
                return  # its place is, or will be, another's
