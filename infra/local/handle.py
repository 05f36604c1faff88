"""The embedded stack for programs: a context manager that runs it beside the caller."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from infra.deploy import Target
from infra.deploy.package import ROOT
from infra.local.ports import Ports

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_RATE_SCALE = 10_000  # programs are faster than people


@dataclass(frozen=True)
class StackHandle:
    """A deployed stack that can be talked to. `environment` is that of the API's function,
    `log` what the embedded stack's runner prints."""

    target: Target
    api_url: str
    outputs: dict[str, str]
    environment: dict[str, str]
    websocket_url: str = ""
    plugin_url: str = ""
    mailbox_url: str = ""
    log: Path | None = None

    @property
    def endpoint(self) -> str | None:
        """Where the stack's AWS answers."""
        return self.target.endpoint

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails sent to an address, newest first: `to`, `subject`, `text`, `html` at least."""
        if self.target.stack == "embedded":
            answer = httpx.get(f"{self.mailbox_url}/messages", params={"to": to}).raise_for_status()
            return list(answer.json()["items"])
        answer = httpx.get(f"{self.endpoint}/_aws/ses").raise_for_status()
        sent = [_localstack_mail(raw) for raw in answer.json()["messages"]]
        return [mail for mail in reversed(sent) if to in mail["to"]]

    def invoke(self, function: str, event: Any) -> Any:
        """The result of `function` (its short name). Raises RuntimeError if it failed."""
        answer = self.target.client("lambda").invoke(
            FunctionName=f"{self.target.name}-{function}", Payload=json.dumps(event).encode()
        )
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise RuntimeError(f"{function} failed: {payload}")
        return payload


def _localstack_mail(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "to": raw["Destination"]["ToAddresses"],
        "subject": raw["Subject"],
        "text": raw["Body"].get("text_part") or "",
        "html": raw["Body"].get("html_part") or "",
    }


@contextlib.contextmanager
def embedded_stack(
    ports: Ports | None = None,
    state: Path | None = None,
    *,
    demo: bool = False,
    project: Path = ROOT,
    reload: bool = False,
    log: Path | None = None,
    parameters: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[StackHandle]:
    """Run the embedded stack in a process of its own and hand out its addresses.

    `state` is kept, None is forgotten; `reload` follows changes of the code; `log` takes what the
    runner prints; `parameters` and `variables` are as in `Options`. Raises RuntimeError with the
    end of the log if the stack does not come up.
    """
    ports = ports or Ports()
    given = _pairs("--parameter", parameters) + _pairs("--variable", variables)
    with tempfile.TemporaryDirectory(prefix="firstspawn-run-") as directory:
        ready, written = Path(directory) / "ready.json", log or Path(directory) / "log"
        with written.open("wb") as output:
            process = subprocess.Popen(
                [*_command(ports, state, ready, project, demo=demo, reload=reload), *given],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/core/python'}",
                },
            )
        try:
            yield replace(_await_ready(process, ready, written), log=written)
        finally:
            _stop(process)


def _command(
    ports: Ports, state: Path | None, ready: Path, project: Path, *, demo: bool, reload: bool
) -> list[str]:
    command = [sys.executable, "-P", "-m", "infra.local", "--ready", str(ready)]
    command += ["--port", str(ports.door), "--host-port", str(ports.host)]
    command += ["--aws-port", str(ports.emulator), "--project", str(project)]
    command += ["--rate-scale", str(_RATE_SCALE)]
    command += ["--fresh"] if state is None else ["--state", str(state)]
    command += [] if reload else ["--no-reload"]
    return command if demo else [*command, "--no-demo"]


def _pairs(option: str, values: Mapping[str, str] | None) -> list[str]:
    return [f"{option}={name}={value}" for name, value in (values or {}).items()]


def _await_ready(process: "subprocess.Popen[bytes]", ready: Path, log: Path) -> StackHandle:
    deadline = time.monotonic() + _START_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The embedded stack did not come up:\n{log.read_text()[-4000:]}")
        time.sleep(0.05)
    addresses = json.loads(ready.read_text())
    target = Target("embedded", endpoint=addresses.pop("endpoint"))
    return StackHandle(target=target, **addresses)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
