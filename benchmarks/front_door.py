"""A warm GET /servers/{id} through the front door against the same handler called in process.

    python -m benchmarks.front_door [requests]

Both read the same server from the same emulator: the one through the front door, MiniStack's REST
API and the function host, the other by calling the application in this process. Then sixteen
clients at once ask the front door, and every answer must be a 200.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from benchmarks.warm_request import event, quiet
from infra.local.handle import StackHandle, embedded_stack
from infra.local.ports import Ports

_GOAL = 5.0
_CLIENTS = 16
_FIRST_PORT = 8090
_WARM_UP = 30
Call = Callable[[], int]


def milliseconds(call: Call, times: int) -> list[float]:
    """How long each call took, after a warm-up. Raises RuntimeError unless all answer 200."""
    took = []
    for _ in range(_WARM_UP + times):
        started = time.perf_counter()
        status = call()
        took.append((time.perf_counter() - started) * 1000)
        if status != 200:
            raise RuntimeError(f"answered {status}")
    return took[_WARM_UP:]


def in_process(stack: StackHandle, path: str) -> Call:
    """The deployed function's handler, environment and table, without anything before it."""
    os.environ.update(stack.environment)
    os.environ.update(AWS_ENDPOINT_URL=str(stack.endpoint), AWS_DEFAULT_REGION=stack.target.region)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    from app import app

    one = event("GET", path)

    def call() -> int:
        with quiet():
            answer: dict[str, Any] = app(one, None)
        return int(answer["statusCode"])

    return call


def at_once(url: str, requests: int) -> tuple[float, float]:
    """Sixteen clients share `requests`; return requests a second and the slowest in ms."""
    with httpx.Client(limits=httpx.Limits(max_connections=_CLIENTS), timeout=30) as client:

        def one(_: int) -> float:
            started = time.perf_counter()
            client.get(url).raise_for_status()
            return (time.perf_counter() - started) * 1000

        started = time.perf_counter()
        with ThreadPoolExecutor(_CLIENTS) as clients:
            took = list(clients.map(one, range(requests)))
    return requests / (time.perf_counter() - started), max(took)


def main(requests: int = 300) -> None:
    """Print medians, their ratio, and what sixteen clients get."""
    with embedded_stack(Ports.free(_FIRST_PORT), demo=True) as stack:
        found = httpx.get(f"{stack.api_url}/api/v1/servers", params={"limit": 1}, timeout=30)
        path = f"/api/v1/servers/{found.json()['items'][0]['id']}"
        url = stack.api_url + path
        direct = in_process(stack, path)
        with httpx.Client(timeout=30) as client:
            door = lambda: client.get(url).status_code  # noqa: E731
            rounds = [
                (milliseconds(door, requests // 3), milliseconds(direct, requests // 3))
                for _ in range(3)
            ]
        ours, theirs = (
            statistics.median(one for part in side for one in part)
            for side in zip(*rounds, strict=True)
        )
        print(f"front door {ours:.1f} ms, in process {theirs:.1f} ms (medians)")
        print(f"ratio {ours / theirs:.2f} (goal: at most {_GOAL:.0f})")
        rate, slowest = at_once(url, requests)
        print(f"{_CLIENTS} clients at once: {rate:.0f}/s, slowest {slowest:.0f} ms, no errors")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
