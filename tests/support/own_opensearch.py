"""An OpenSearch of a test's own, to be killed, frozen and started again."""

import os
import signal
import subprocess
import time
from pathlib import Path

from infra.engines import daemon
from infra.engines.catalog import ENGINES
from infra.engines.install import installed, is_installed

_ENGINE = next(one for one in ENGINES if one.name == "opensearch")
_HEAP = ("-Xms256m", "-Xmx256m")
_START_SECONDS = 180
_APART = 20


def is_there() -> bool:
    """Tell whether `make engines` has downloaded one."""
    return is_installed(_ENGINE, daemon.HOME)


class OwnOpenSearch:
    """Keeps its data in `folder` and its address for good, whatever happens to its process."""

    def __init__(self, folder: Path) -> None:
        java, jars = installed(_ENGINE, daemon.HOME)
        port = daemon.free_port(_ENGINE.port + _APART)
        self.url = _ENGINE.url(port)
        self._folder = folder
        self._command = [java.executable, *_HEAP, "-cp", f"{jars}/*"]
        self._command += _ENGINE.arguments(port, folder)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _START_SECONDS
        while not _ENGINE.is_up(self.url):
            assert self._process.poll() is None, f"ended: see {self._folder}/log"
            assert time.monotonic() < deadline, f"silent: see {self._folder}/log"
            time.sleep(0.5)

    def kill(self) -> None:
        """End the process at once, whatever it is doing; its data stay."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it take connections and answer nothing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on with what it was doing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)
