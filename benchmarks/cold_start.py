"""Cold import of each function's module against its floor: the libraries it cannot do without.

    python -m benchmarks.cold_start [runs]

Each import happens in a fresh interpreter with byte code in place and the deployed functions'
environment. A floor includes one pydantic model, because most of pydantic is only imported when
there is one. The ratio is what our own code costs on top. Run in alternation, so that a machine
that drifts does not favour either side.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence

_HTTP = ("chalice.app", "pydantic", "pynamodb.models", "aws_lambda_powertools.logging")
_WORKER = ("chalice.app", "pydantic", "aws_lambda_powertools.logging")
FLOORS: dict[str, Sequence[str]] = {
    "app": _HTTP,
    "functions.streams.search": _WORKER,
    "functions.streams.events": _WORKER,
    "functions.scheduled.uptime": _WORKER,
    "functions.queues.uptime": _WORKER,
    "functions.queues.mail": _WORKER,
    "functions.websocket.handler": _WORKER,
    "functions.uploads.media": _WORKER,
}
_PROGRAM = """
import time
t = time.perf_counter()
import {modules}
{then}
print((time.perf_counter() - t) * 1000)
"""
_ONE_MODEL = "class Model(pydantic.BaseModel):\n    field: int"
_ENVIRONMENT = {"PYDANTIC_DISABLE_PLUGINS": "1"}


def milliseconds(modules: Sequence[str], then: str = "") -> float:
    """Import modules in a fresh interpreter; return the milliseconds it took."""
    program = _PROGRAM.format(modules=", ".join(modules), then=then)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, check=True, text=True, timeout=60,
        env={**os.environ, **_ENVIRONMENT},
    )  # fmt: skip
    return float(done.stdout)


def main(runs: int = 7) -> None:
    """Print a row per function: median milliseconds of module and floor, and their ratio."""
    print(f"{'module':32}{'cold ms':>9}{'floor ms':>10}{'ratio':>7}   ({runs} runs, medians)")
    for module, floor in FLOORS.items():
        pairs = [(milliseconds([module]), milliseconds(floor, _ONE_MODEL)) for _ in range(runs)]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"{module:32}{ours:9.0f}{theirs:10.0f}{ratio:7.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
