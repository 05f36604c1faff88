"""MiniStack as a child process that saves its state when it ends."""

import contextlib
import os
import time
from pathlib import Path

import httpx

from infra.local.leash import Child

_START_SECONDS = 60


class Emulator:
    """One MiniStack on 127.0.0.1. `state` is a directory that outlives it, or None to forget."""

    def __init__(self, port: int, state: Path | None, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._child = Child("ministack", log=log)
        self._environment = {
            **os.environ,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_ACCOUNT_CONCURRENCY": "64",
        }
        if state:
            keep = {"PERSIST_STATE": "1", "STATE_DIR": str(state / "aws")}
            keep |= {"S3_PERSIST": "1", "S3_DATA_DIR": str(state / "s3")}
            self._environment |= keep

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with the end of its log."""
        self._child.start(self._environment)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._child.alive:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/_ministack/health", timeout=2).is_success:
                    return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"MiniStack did not start:\n{self._child.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Let it save its state and end."""
        self._child.stop()
