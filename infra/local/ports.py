"""Ports: which the embedded stack takes, and who is in the way."""

import shutil
import socket
import subprocess
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

_LISTEN = "0A"
_LAST = 32768  # above, the system hands ports out itself


class PortBusyError(RuntimeError):
    """A port is taken; the message says by whom, as far as this user may know."""


@dataclass(frozen=True)
class Ports:
    """`door` is the friendly one; the emulator and the function host stay behind it."""

    door: int = 8000
    host: int = 8001
    emulator: int = 4566

    @classmethod
    def free(cls, first: int) -> "Ports":
        """The first three free ports from `first` on: two checkouts can run side by side."""
        candidates = (port for port in range(first, _LAST) if not _taken(port))
        return cls(*islice(candidates, 3))

    def check(self) -> None:
        """Raise PortBusyError if one of them is taken on the loopback address."""
        for use, port in (
            ("front door", self.door),
            ("functions", self.host),
            ("AWS", self.emulator),
        ):
            if _taken(port):
                raise PortBusyError(message(use, port, owner(port)))


def message(use: str, port: int, holder: str) -> str:
    """What to tell a person about a busy port."""
    who = holder or "a process of another user"
    return f"Port {port} ({use}) is taken by {who}. End it, or choose other ports: see --help."


def owner(port: int) -> str:
    """`name (pid N)` of the process that listens on the TCP port, or an empty string."""
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    if tables[0].exists():
        inodes = {
            f"socket:[{i}]" for table in tables if table.exists() for i in _inodes(table, port)
        }
        return next((_name(pid) for pid in Path("/proc").glob("[0-9]*") if _holds(pid, inodes)), "")
    if lsof := shutil.which("lsof"):
        command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
        fields = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()
        if len(fields) > 1:
            return f"{fields[1][1:]} (pid {fields[0][1:]})"
    return ""


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _inodes(table: Path, port: int) -> list[str]:
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    return [
        row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port
    ]


def _holds(process: Path, sockets: set[str]) -> bool:
    try:
        return any(str(fd.readlink()) in sockets for fd in (process / "fd").iterdir())
    except OSError:  # gone, or another user's
        return False


def _name(process: Path) -> str:
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    return f"{' '.join(words).strip()[:80]} (pid {process.name})"
