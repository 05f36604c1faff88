"""Reports that wait on the disk until they can be sent, and survive a restart."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from .client import Refused, Unreachable


class DiskQueue:
    """A directory of reports, oldest first, `most` at the most: the oldest is dropped beyond it."""

    def __init__(self, directory: Path, most: int = 10_000) -> None:
        self._directory, self._most = directory, most
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "refused").mkdir(exist_ok=True)
        for partial in directory.glob("*.partial"):
            partial.unlink()

    def files(self) -> list[Path]:
        """What waits."""
        return sorted(self._directory.glob("*.json"))

    def put(self, path: str, body: bytes) -> None:
        """Keep a report; it is on the disk when this returns."""
        waiting = self.files()
        number = int(waiting[-1].stem) + 1 if waiting else 1
        target = self._directory / f"{number:020d}.json"
        write_durably(target, json.dumps({"path": path, "body": body.decode()}).encode())
        for old in waiting[: max(0, len(waiting) + 1 - self._most)]:
            old.unlink()

    def flush(self, deliver: Callable[[str, bytes], object]) -> int:
        """Send what waits, oldest first, until nothing answers. Returns how many were taken.

        What the server refuses for good is put aside, so that it does not hold up the others.
        """
        sent = 0
        for file in self.files():
            kept = json.loads(file.read_bytes())
            try:
                deliver(kept["path"], kept["body"].encode())
            except Unreachable:
                break
            except Refused as refused:
                if refused.status in {401, 403, 426}:
                    break  # of the credentials, not of this report
                file.rename(self._directory / "refused" / file.name)
                continue
            file.unlink()
            sent += 1
        return sent


def write_durably(target: Path, data: bytes) -> None:
    """Write a file wholly or not at all, through to the disk."""
    partial = target.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
