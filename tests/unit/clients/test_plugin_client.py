"""The Python client: what it sends again, when it stops, and what survives a crash."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from clients.python.firstspawn_plugin import (
    Answer,
    Credentials,
    DiskQueue,
    Handover,
    PluginClient,
    Refused,
    Unreachable,
)

ME = Credentials("fs_pk_me", "fs_sk_mine")
LEASE = {"id": "r1", "leaseId": "lease-001", "command": "give Alex diamond", "attempt": None}
NOW = 1_704_900_000.0


class Server:
    """Answers what it is told to, in order, the last one for ever; notes what it was sent."""

    def __init__(self, *answers: tuple[int, Any] | OSError, time: float = NOW) -> None:
        self.answers, self.time = list(answers), time
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []
        self.pauses: list[float] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.sent.append((f"{method} {url}", headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        told = {"x-firstspawn-time": str(round(self.time * 1000)), "retry-after": "3"}
        return Answer(answer[0], told, json.dumps(answer[1]).encode())

    def client(self) -> PluginClient:
        """A client of it, whose time stands still."""
        return PluginClient(
            "http://door/", ME, transport=self, now=lambda: NOW, pause=self.pauses.append
        )


def test_a_heartbeat_is_tried_twice_for_the_next_one_is_better_than_a_late_one() -> None:
    server = Server(OSError("down"), (200, {"counted": True}))
    assert server.client().heartbeat([], most=10) == {"counted": True}
    with pytest.raises(Unreachable):
        Server((503, {})).client().heartbeat([], most=10)


def test_tries_differ_in_signature_and_nonce_alone() -> None:
    # Given
    server = Server(OSError("down"), (500, {}), (429, {}), (200, {}))
    # When
    server.client().sync([])
    # Then
    assert len({body for _, _, body in server.sent}) == 1
    assert len({headers["X-FirstSpawn-Nonce"] for _, headers, _ in server.sent}) == 4
    assert len({headers["X-FirstSpawn-Signature"] for _, headers, _ in server.sent}) == 4
    assert server.pauses[-1] >= 3  # as the server asked
    assert len(server.pauses) == 3


def test_a_clock_that_is_off_is_set_by_the_server_and_not_waited_for() -> None:
    # Given
    server = Server((401, {"code": "clock_skew"}), (200, {}), time=NOW + 3600)
    client = server.client()
    # When
    client.verify("1.0.0", "1.20.4")
    # Then
    stamps = [int(headers["X-FirstSpawn-Timestamp"]) for _, headers, _ in server.sent]
    assert stamps[1] - stamps[0] == 3_600_000
    assert server.pauses == []


def test_a_refusal_is_not_tried_again() -> None:
    server = Server((403, {"code": "suspended", "reason": "odd"}))
    with pytest.raises(Refused, match="suspended") as refused:
        server.client().sync([])
    assert refused.value.problem["reason"] == "odd"
    assert len(server.sent) == 1


def test_reports_wait_on_the_disk_and_go_in_order(tmp_path: Path) -> None:
    # Given
    for number in range(4):
        DiskQueue(tmp_path, most=3).put("/playtime/sync", f"report {number}".encode())
    taken: list[bytes] = []

    def deliver(path: str, body: bytes) -> None:
        if len(taken) == 1:
            raise Unreachable("down")
        taken.append(body)

    # When
    assert DiskQueue(tmp_path).flush(deliver) == 1
    assert DiskQueue(tmp_path).flush(lambda _, body: taken.append(body)) == 2
    # Then the oldest was dropped, and nothing is left
    assert taken == [b"report 1", b"report 2", b"report 3"]
    assert DiskQueue(tmp_path).files() == []


def test_a_report_that_is_refused_for_good_holds_up_no_other(tmp_path: Path) -> None:
    # Given
    queue = DiskQueue(tmp_path)
    queue.put("/playtime/sync", b"bad")
    queue.put("/playtime/sync", b"good")
    taken: list[bytes] = []

    def deliver(path: str, body: bytes) -> None:
        if body == b"bad":
            raise Refused(Answer(422, {}, b'{"code": "validation_failed"}'))
        taken.append(body)

    # When / Then
    assert queue.flush(deliver) == 1
    assert taken == [b"good"]
    assert len(list((tmp_path / "refused").iterdir())) == 1


class Crash(BaseException):
    """The game server's process ends here."""


class Prizes:
    """A client that owes one thing, and ends the process at a step of choice."""

    def __init__(self, crash_at: str = "") -> None:
        self.told: list[tuple[str, str]] = []
        self.crash_at, self.attempt = crash_at, ""

    def check(self, uuid: str, name: str) -> Any:
        return {**LEASE, "attempt": self.attempt or None}

    def execute(self, lease: Any, uuid: str, attempt: str, outcome: str) -> Any:
        self.told.append((attempt, outcome))
        self.attempt = self.attempt or attempt
        proceed = outcome == "STARTED" and attempt == self.attempt
        self.crash(f"answer to {outcome}")
        return {"proceed": proceed, "status": outcome}

    def crash(self, step: str) -> None:
        """End the process, once."""
        if step == self.crash_at:
            self.crash_at = ""
            raise Crash


@pytest.mark.parametrize(
    ("crash_at", "runs", "outcomes"),
    [
        ("", 1, ["STARTED", "EXECUTED"]),
        ("answer to STARTED", 1, ["STARTED", "STARTED", "EXECUTED"]),
        ("command", 1, ["STARTED", "UNCERTAIN"]),
        ("answer to EXECUTED", 1, ["STARTED", "EXECUTED", "EXECUTED"]),
    ],
)
def test_a_command_runs_once_wherever_the_plugin_crashes(
    tmp_path: Path, crash_at: str, runs: int, outcomes: list[str]
) -> None:
    # Given
    prizes, ran = Prizes(crash_at), []

    def run(command: str) -> None:
        ran.append(command)
        prizes.crash("command")

    def serve() -> str | None:
        client: Any = prizes
        return Handover(client, tmp_path, run).serve("uuid", "Alex")

    # When it crashes and starts again
    if crash_at:
        with pytest.raises(Crash):
            serve()
    serve()
    # Then
    assert len(ran) == runs
    assert [outcome for _, outcome in prizes.told] == outcomes
    assert len({attempt for attempt, _ in prizes.told}) == 1


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    def run(command: str) -> None:
        raise ValueError("inventory full")

    prizes: Any = Prizes()
    fails: Callable[[str], None] = run
    assert Handover(prizes, tmp_path, fails).serve("uuid", "Alex") == "FAILED"
