"""MiniStack as a child process of the tests, on a free port of loopback."""

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.leash import Child

_START_SECONDS = 60


class DidNotStart(Exception):
    """MiniStack ended or stayed silent; the text is its log."""


@contextmanager
def running_ministack(folder: Path) -> Iterator[str]:
    """Start MiniStack with its log in `folder`, give its address; it ends with this process."""
    port = _free_port()
    environment = os.environ | {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1"}
    environment.pop("PERSIST_STATE", None)
    log = folder / "ministack.log"
    child = Child("ministack", log=log)
    child.start(environment)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, child)
        yield url
    finally:
        child.stop()


def _wait_until_healthy(url: str, child: Child) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and child.alive:
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DidNotStart(child.log.read_text(errors="replace"))


def _free_port() -> int:
    # Below the ephemeral range, so that no outgoing connection takes it between here and the bind.
    for port in range(8850 + os.getpid() % 40, 8950):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise DidNotStart("no free port")
