"""The Java client, compiled and run: the published vectors, and a server that is no help."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from firstspawn.plugins import signatures
from firstspawn.plugins.schemas import SignedCall

CLIENTS = Path(__file__).parents[3] / "clients"
KEY, SECRET = "fs_pk_" + "A" * 24, "fs_sk_of-a-test"
HOUR_MS = 3_600_000
OK: dict[str, Any] = {}

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK: javac is not there")


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client and its vectors' runner, compiled without any dependency."""
    target = tmp_path_factory.mktemp("java")
    sources = sorted(map(str, (CLIENTS / "java/src").rglob("*.java")))
    subprocess.run(["javac", "--release", "17", "-d", str(target), *sources], check=True)
    return target


def java(classes: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a class of the client's."""
    command = ["java", "-cp", str(classes), f"com.firstspawn.plugin.{name}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@dataclass
class Door:
    """Answers each path as its script says, then 200; notes what came, and whether it was signed.

    Its clock is an hour ahead.
    """

    script: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    seen: list[tuple[str, SignedCall, bool]] = field(default_factory=list)
    url: str = ""

    def take(self, call: SignedCall) -> tuple[int, dict[str, Any]]:
        """Judge a call by the server's own code."""
        claim, path = signatures.read_claim(call), call.path.removeprefix("/api/v1/plugin")
        genuine = signatures.is_signed_with(SECRET.encode(), claim, call)
        self.seen.append((path, call, genuine))
        planned = self.script.get(path)
        return planned.pop(0) if planned else (200, OK)

    def calls(self, path: str) -> list[SignedCall]:
        """What came for a path."""
        return [call for one, call, _ in self.seen if one == path]


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            status, told = made.take(
                SignedCall(self.command, path, query, headers, body, "127.0.0.1")
            )
            text = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("X-FirstSpawn-Time", str(round(time.time() * 1000) + HOUR_MS))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_java_client_signs_every_vector(classes: Path) -> None:
    vectors = sorted(map(str, (CLIENTS / "vectors").glob("v*.json")))
    number = sum(len(json.loads(Path(one).read_text())["vectors"]) for one in vectors)

    said = java(classes, "Vectors", *vectors)

    assert said.stdout.splitlines()[-1] == f"{number} vectors, 0 differ"
    assert (said.returncode, len(vectors)) == (0, 2)


def test_tries_carry_the_same_body_signed_anew_by_the_servers_clock(
    classes: Path, door: Door, tmp_path: Path
) -> None:
    # Given a server that is down, then finds the clock an hour off, then seems to have seen it
    door.script["/verify"] = [
        (503, {}), (401, {"code": "clock_skew"}), (409, {"code": "replayed"}), (200, OK)
    ]  # fmt: skip
    # When
    said = java(classes, "Example", door.url, KEY, SECRET, str(tmp_path))
    # Then
    assert said.returncode == 0, said.stderr
    tries = door.calls("/verify")
    assert len(tries) == 4
    assert len({call.body for call in tries}) == 1
    assert len({call.headers["x-firstspawn-nonce"] for call in tries}) == 4
    assert len({call.headers["x-firstspawn-signature"] for call in tries}) == 4
    assert all(genuine for _, _, genuine in door.seen)
    stamps = [int(call.headers["x-firstspawn-timestamp"]) for call in tries]
    assert all(stamp - stamps[0] > HOUR_MS - 60_000 for stamp in stamps[1:])


def test_a_report_nobody_took_waits_on_the_disk_and_is_sent_as_it_was(
    classes: Path, door: Door, tmp_path: Path
) -> None:
    # Given an instance that is suspended for a while
    door.script["/playtime/sync"] = [(403, {"code": "suspended", "reason": "odd"})]
    first = java(classes, "Example", door.url, KEY, SECRET, str(tmp_path))
    # When the game server starts again
    second = java(classes, "Example", door.url, KEY, SECRET, str(tmp_path))
    # Then
    assert "sent 0" in first.stdout.splitlines()
    assert "sent 2" in second.stdout.splitlines()
    kept, again, new = (call.body for call in door.calls("/playtime/sync"))
    assert kept == again != new


def test_what_is_refused_for_good_is_not_tried_again(
    classes: Path, door: Door, tmp_path: Path
) -> None:
    door.script["/verify"] = [(426, {"code": "plugin_outdated", "minimumVersion": "2.0.0"})]

    said = java(classes, "Example", door.url, KEY, SECRET, str(tmp_path))

    assert said.returncode != 0
    assert "plugin_outdated" in said.stderr
    assert len(door.seen) == 1
