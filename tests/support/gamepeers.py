"""Starts and stops real game-protocol servers (npm packages, on loopback) for tests.

    npm ci --ignore-scripts --prefix tests/peers     # what `install` runs when it is needed

Node.js and npm are asked for by `missing()`; a test that needs them is marked `node`.
"""

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PEERS: Final = Path(__file__).resolve().parent.parent / "peers"
INSTALL_SECONDS, START_SECONDS = 300, 60
_INSTALLED = PEERS / "node_modules" / ".package-lock.json"


class PeerFailed(RuntimeError):
    """A peer could not be installed or started; the message holds what it printed."""


def missing() -> str | None:
    """Why real servers cannot run here, or None when they can."""
    absent = [tool for tool in ("node", "npm") if shutil.which(tool) is None]
    return f"{' and '.join(absent)} not on PATH" if absent else None


def install() -> None:
    """Install the pinned packages unless they are already there; one process at a time.

    Raises `PeerFailed` when npm fails or takes longer than five minutes.
    """
    PEERS.joinpath(".install.lock").touch()
    with PEERS.joinpath(".install.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_installed():
            return
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run(
                command, cwd=PEERS, check=True, capture_output=True, timeout=INSTALL_SECONDS
            )
        except subprocess.CalledProcessError as error:
            raise PeerFailed(error.stderr.decode(errors="replace")[-2000:]) from error
        except subprocess.TimeoutExpired as error:
            raise PeerFailed(f"npm ci took longer than {INSTALL_SECONDS} s") from error


@contextmanager
def java_server(
    port: int,
    *,
    motd: str = "§aHello",
    online: int = 7,
    maximum: int = 50,
    version: str = "1.20.4",
    icon: str | None = None,
) -> Iterator[int]:
    """A `minecraft-protocol` server on 127.0.0.1; yields its port, gone afterwards."""
    options = {"motd": motd, "online": online, "max": maximum, "version": version, "icon": icon}
    with _peer("java_server.js", port, options):
        yield port


@contextmanager
def bedrock_server(
    port: int, *, motd: str = "Bedrock", maximum: int = 30, version: str = "1.21.50"
) -> Iterator[int]:
    """A `bedrock-protocol` server on 127.0.0.1 (UDP); yields its port, gone afterwards."""
    with _peer("bedrock_server.js", port, {"motd": motd, "max": maximum, "version": version}):
        yield port


@contextmanager
def _peer(script: str, port: int, options: dict[str, object]) -> Iterator[None]:
    install()
    command = ["node", str(PEERS / script), "--port", str(port)]
    for name, value in options.items():
        command += [] if value is None else [f"--{name}={value}"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        _await_ready(process)
        yield
    finally:
        _stop(process)


def _await_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    end, printed = time.monotonic() + START_SECONDS, b""
    while time.monotonic() < end:
        if select.select([process.stdout], [], [], 0.5)[0]:
            chunk = os.read(process.stdout.fileno(), 4096)
            printed += chunk
            if any(_is_ready(line) for line in printed.splitlines()):
                return
            if not chunk:
                break
    raise PeerFailed(printed.decode(errors="replace")[-2000:])


def _is_ready(line: bytes) -> bool:
    try:
        return bool(json.loads(line)["ready"])
    except (ValueError, TypeError, KeyError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def _is_installed() -> bool:
    lock = PEERS / "package-lock.json"
    return _INSTALLED.exists() and _INSTALLED.stat().st_mtime >= lock.stat().st_mtime
