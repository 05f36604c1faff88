"""MiniStack as a child process that ends, with its state saved, when its parent does."""

import contextlib
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

_START_SECONDS = 30
_STOP_SECONDS = 20


class Emulator:
    """One MiniStack on 127.0.0.1. `state` is a directory that outlives it, or None to forget."""

    def __init__(self, port: int, state: Path | None, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
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
        with self._log.open("wb") as log:
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.emulator"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self._environment,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/_ministack/health", timeout=2).is_success:
                    return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"MiniStack did not start:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Let it save its state and end; end it anyway if that takes too long."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _end_with_parent() -> None:
    """Standard input is a pipe from the parent: it reaches its end when the parent is gone."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
