"""Handing over what a player is owed, exactly once: a journal on the disk decides after a crash."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .client import PluginClient, Refused
from .disk_queue import write_durably

_BEGUN, _RUNNING, _DONE = "begun", "running", "done"


class Handover:
    """`run(command)` runs a console command; it raises if the command failed."""

    def __init__(self, client: PluginClient, directory: Path, run: Callable[[str], object]) -> None:
        self._client, self._directory, self._run = client, directory, run
        directory.mkdir(parents=True, exist_ok=True)

    def serve(self, uuid: str, name: str) -> str | None:
        """Hand over the oldest thing a player is owed; returns what became of it."""
        lease = self._client.check(uuid, name)
        if lease is None:
            return None
        file = self._directory / f"{lease['id']}.json"
        entry = json.loads(file.read_bytes()) if file.exists() else None
        if entry is None or entry["leaseId"] != lease["leaseId"]:
            # Nothing of ours: if an attempt was let start all the same, the journal was lost.
            attempt = lease["attempt"] or secrets.token_urlsafe(12)
            stage = _RUNNING if lease["attempt"] else _BEGUN
            entry = {"leaseId": lease["leaseId"], "attempt": attempt, "stage": stage}
            self._note(file, entry, stage)
        return self._go_on(file, entry, lease, uuid)

    def _go_on(self, file: Path, entry: dict[str, str], lease: Any, uuid: str) -> str:
        outcome = entry.get("outcome", "EXECUTED")
        if entry["stage"] == _RUNNING:
            outcome = "UNCERTAIN"  # it may have run, or not: nobody but a person can tell
        elif entry["stage"] == _BEGUN:
            try:
                started = self._client.execute(lease, uuid, entry["attempt"], "STARTED")
            except Refused:
                file.unlink()
                raise
            if not started["proceed"]:
                file.unlink()
                return str(started["status"])
            self._note(file, entry, _RUNNING)
            outcome = self._attempt(lease["command"])
            self._note(file, {**entry, "outcome": outcome}, _DONE)
        told = self._client.execute(lease, uuid, entry["attempt"], outcome)
        file.unlink()
        return str(told["status"])

    def _attempt(self, command: str) -> str:
        try:
            self._run(command)
        except Exception:
            return "FAILED"
        return "EXECUTED"

    @staticmethod
    def _note(file: Path, entry: dict[str, str], stage: str) -> None:
        write_durably(file, json.dumps({**entry, "stage": stage}).encode())
