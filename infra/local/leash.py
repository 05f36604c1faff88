"""Child processes that end when their parent does, however it ended.

Standard input of the child is a pipe whose other end the parent holds and never writes to: when it
closes, the child gets SIGTERM from itself. That works wherever Python does, unlike prctl.
"""

import contextlib
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

_STOP_SECONDS = 20


class Child:
    """A Python module run in a process of its own, on a leash. `log` takes its output."""

    def __init__(self, module: str, arguments: Sequence[str] = (), *, log: Path) -> None:
        self._command = [sys.executable, "-m", "infra.local.leash", module, *arguments]
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it; whether it works is for the caller to find out."""
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=dict(environment),
            )

    @property
    def alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Let it end in its own way; end it anyway if that takes too long."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
