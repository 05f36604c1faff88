"""One engine's process: started apart from the shell, remembered in a file, stopped by its id."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.engines.catalog import ENGINES, Engine
from infra.engines.java import Java

HOME = Path(__file__).resolve().parents[2] / ".engines"
_HEAP = ("-Xms512m", "-Xmx512m")
_START_SECONDS = 120
_STOP_SECONDS = 15
_POLL_SECONDS = 0.2
_PORTS_TRIED = 50
_children: dict[int, subprocess.Popen[bytes]] = {}  # of this process, so that they are reaped


class DidNotStart(Exception):
    """The process ended, or stayed silent; the text says where its log is."""


@dataclass(frozen=True)
class Record:
    """What is remembered of a started engine. `stamp` tells which pins it was started from."""

    pid: int
    url: str
    stamp: str


def record_of(engine: Engine, home: Path = HOME) -> Record | None:
    """Return what was started from this checkout and still runs; forget what does not."""
    path = _record_path(engine, home)
    try:
        record = Record(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    if _is_ours(record.pid, home):
        return record
    path.unlink(missing_ok=True)
    return None


def running(home: Path = HOME) -> dict[str, str]:
    """Tell which engines answer: the tests' variable of each -> its address."""
    records = ((engine, record_of(engine, home)) for engine in ENGINES)
    return {
        engine.variable: record.url
        for engine, record in records
        if record and engine.is_up(record.url)
    }


def start(engine: Engine, java: Java, jars: Path, stamp: str, home: Path = HOME) -> Record:
    """Start the process and remember it; it outlives this one. It is not up yet: `wait_until_up`.

    The engine's usual port is taken if it is free, else the next free one.
    """
    port = free_port(engine.port)
    data = home / engine.name / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    command = [java.executable, *_HEAP, "-cp", f"{jars}/*", *engine.arguments(port, data)]
    with log_path(engine, home).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    record = Record(process.pid, engine.url(port), stamp)
    _record_path(engine, home).write_text(json.dumps(asdict(record)))
    return record


def wait_until_up(engine: Engine, record: Record, home: Path = HOME) -> None:
    """Return when it answers. Raises DidNotStart, with the process stopped."""
    deadline = time.monotonic() + _START_SECONDS
    while not engine.is_up(record.url):
        if not _is_ours(record.pid, home) or time.monotonic() > deadline:
            stop(engine, home)
            raise DidNotStart(f"did not come up; its log: {log_path(engine, home)}")
        time.sleep(_POLL_SECONDS)


def stop(engine: Engine, home: Path = HOME) -> bool:
    """Stop it and drop its data; tell whether there was anything to stop."""
    record = record_of(engine, home)
    if record is None:
        return False
    _signal(record.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_ours(record.pid, home) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    if _is_ours(record.pid, home):
        _signal(record.pid, signal.SIGKILL)
    _record_path(engine, home).unlink(missing_ok=True)
    shutil.rmtree(home / engine.name / "data", ignore_errors=True)
    return True


def log_path(engine: Engine, home: Path = HOME) -> Path:
    """Where an engine's output goes."""
    return home / engine.name / "log"


def _record_path(engine: Engine, home: Path) -> Path:
    return home / engine.name / "daemon.json"


def _is_ours(pid: int, home: Path) -> bool:
    """A process id can be reused: only a process whose command line names our folder is ours."""
    child = _children.get(pid)
    if child is not None:  # its command line can still be empty, just after the start
        return child.poll() is None
    return str(home) in _command_line(pid)


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # ended by itself in the meantime


def free_port(wanted: int) -> int:
    """The first free port from `wanted` on. Raises DidNotStart if the next 50 are taken."""
    # Steps of two: OpenSearch reserves the port below its own.
    for port in range(wanted, wanted + 2 * _PORTS_TRIED, 2):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DidNotStart(f"no free port from {wanted}")
