"""The command: `python -m infra.engines up [--require] | down | status`."""

import argparse
import sys
import time
from pathlib import Path

from infra.engines import daemon
from infra.engines.catalog import ENGINES, Engine
from infra.engines.install import DownloadFailed, Missing, installed, stamp


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.engines", description=__doc__)
    parser.add_argument("--home", type=Path, default=daemon.HOME, help="where everything is kept")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="download what is missing, start what is not up")
    up.add_argument("--require", action="store_true", help="fail if an engine cannot be had")
    commands.add_parser("down", help="stop what `up` started")
    commands.add_parser("status", help="say what is up")
    options = parser.parse_args(arguments)
    home = options.home.resolve()
    if options.command == "up":
        return _up(home, require=options.require)
    return _down(home) if options.command == "down" else _status(home)


def _up(home: Path, *, require: bool) -> int:
    began = time.monotonic()
    missing, broken, started = 0, 0, []
    for engine in ENGINES:
        try:
            started.append((engine, _started(engine, home)))
        except Missing as error:
            missing += 1
            print(f"{_title(engine)}: not started, it needs {error}")
        except (DownloadFailed, daemon.DidNotStart) as error:
            broken += 1
            print(f"{_title(engine)}: {error}")
    for engine, record in started:
        try:
            daemon.wait_until_up(engine, record, home)
        except daemon.DidNotStart as error:
            broken += 1
            print(f"{_title(engine)}: {error}")
        else:
            seconds = time.monotonic() - began
            print(f"{_title(engine)}: up at {record.url} after {seconds:.1f} s")
    _print_environment(home)
    return 1 if broken or (missing and require) else 0


def _started(engine: Engine, home: Path) -> daemon.Record:
    record = daemon.record_of(engine, home)
    if record and record.stamp == stamp(engine) and engine.is_up(record.url):
        return record
    daemon.stop(engine, home)
    java, jars = installed(engine, home)
    return daemon.start(engine, java, jars, stamp(engine), home)


def _down(home: Path) -> int:
    for engine in ENGINES:
        was_up = daemon.stop(engine, home)
        print(f"{_title(engine)}: {'stopped' if was_up else 'was not up'}")
    return 0


def _status(home: Path) -> int:
    up = daemon.running(home)
    for engine in ENGINES:
        address = up.get(engine.variable)
        print(f"{_title(engine)}: {f'up at {address}' if address else 'not up'}")
    _print_environment(home)
    return 0


def _print_environment(home: Path) -> None:
    for variable, address in daemon.running(home).items():
        print(f"export {variable}={address}")


def _title(engine: Engine) -> str:
    return f"{engine.name} {engine.version}"


if __name__ == "__main__":
    sys.exit(main())
