"""The embedded stack itself: it keeps its state, reloads, and leaves nothing behind."""

import subprocess
from pathlib import Path

import httpx
import pytest

from infra.deploy.package import ROOT
from infra.local.handle import StackHandle, embedded_stack
from infra.local.ports import Ports
from tests.e2e.players import Player, eventually, newcomer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

_FIRST_PORT = 8300
_CODE = ("app.py", "functions", "layers", "template.yaml", ".chalice", "requirements.txt")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the code that may be edited."""
    copy = tmp_path / "project"
    copy.mkdir()
    subprocess.run(["cp", "-r", *(str(ROOT / name) for name in _CODE), str(copy)], check=True)
    return copy


def _processes(marker: str) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if marker in line]


def _log(stack: StackHandle) -> str:
    assert stack.log is not None
    return stack.log.read_text()


def test_a_kept_stack_reloads_ends_cleanly_and_comes_back(tmp_path: Path, project: Path) -> None:
    state, ports = tmp_path / "state", Ports.free(_FIRST_PORT)
    # Given a stack somebody registered on
    with embedded_stack(ports, state, project=project, reload=True) as stack:
        player = newcomer(stack)
        # When a view changes, then it is served within moments
        view = project / "functions/api/meta.py"
        view.write_text(view.read_text().replace('status="ok"', 'status="changed"'))
        url = f"{stack.api_url}/health"
        eventually(lambda: "changed" in httpx.get(url, timeout=30).text, "the new code's answer")
    # And when it is stopped, then no process of it is left
    assert eventually(lambda: not _processes(str(project)) or None, "the end of its processes")
    # And when it starts again, then it deploys nothing and knows what it knew
    with embedded_stack(ports, state, project=project) as again:
        assert "The kept stack is up to date" in _log(again)
        assert Player(again, player.name).login()["user"]["emailVerified"]
