"""Real game-protocol servers for the whole run, or a reason why not that nobody overlooks."""

import os
from collections.abc import Iterator

import pytest

from infra.local.ports import Ports
from tests.support import gamepeers
from tests.support.engines import REQUIRED

_PORTS = Ports.free(25571)
JAVA_PORT, BEDROCK_PORT, STYLED_PORT = _PORTS.door, _PORTS.host, _PORTS.emulator


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether the real game servers could be there."""
    absent = gamepeers.missing()
    shown = f"ABSENT ({absent})" if absent else "up"
    terminalreporter.write_line(f"game servers: {shown}", bold=True)


@pytest.fixture(scope="session")
def node() -> None:
    """Node.js with the pinned packages installed."""
    absent = gamepeers.missing()
    if absent and os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but {absent}")
    if absent:
        pytest.skip(absent)
    gamepeers.install()


@pytest.fixture(scope="session")
def java_port(node: None) -> Iterator[int]:
    """A plain `minecraft-protocol` server with 7 of 50 players."""
    with gamepeers.java_server(JAVA_PORT, motd="§aHello §lWorld", online=7, maximum=50) as port:
        yield port


@pytest.fixture(scope="session")
def bedrock_port(node: None) -> Iterator[int]:
    """A `bedrock-protocol` server with nobody on it."""
    with gamepeers.bedrock_server(BEDROCK_PORT, motd="§bBay", maximum=30) as port:
        yield port
