"""Many threads at one starting line."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from tests.support.engines import MOTO, Engine

T = TypeVar("T")


def need_real_races(engine: Engine) -> None:
    """Skip on moto: its transactions copy and restore the table without a lock of their own."""
    if engine.name == MOTO.name:
        pytest.skip("moto's transactions are not safe under threads: it cannot decide a race")


def race(runners: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run all at the same moment; return what each returned or raised, in their order."""
    line = Barrier(len(runners))

    def run(runner: Callable[[], T]) -> T | Exception:
        line.wait(30)
        try:
            return runner()
        except Exception as error:  # the outcome is what is asked for
            return error

    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(run, runners))


def crowd(runners: Sequence[Callable[[], T]], threads: int = 40) -> list[T | Exception]:
    """Run many, so many at a time, the first of them at the same moment; as `race` otherwise."""
    line = Barrier(min(threads, len(runners)))

    def run(numbered: tuple[int, Callable[[], T]]) -> T | Exception:
        number, runner = numbered
        if number < line.parties:
            line.wait(30)
        try:
            return runner()
        except Exception as error:  # the outcome is what is asked for
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, enumerate(runners)))


def kinds(outcomes: Sequence[object]) -> dict[str, int]:
    """Count outcomes by their class."""
    names = [type(outcome).__name__ for outcome in outcomes]
    return {name: names.count(name) for name in names}
