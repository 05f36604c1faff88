"""What every test shares: a clock that stands, repeatable ids, settings, and no way out.

A test reaches nothing but loopback, and holds credentials that open nothing.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from firstspawn.config import Secrets, Settings
from firstspawn.kit.ids import NewId, id_source
from tests.support.clock import FrozenClock, RepeatableBytes
from tests.support.engines import REGION

_CONNECT = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}

# A loaded machine is no failure: what an example may cost is bounded where that is the point.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


_TOGETHER = ("tests/e2e/", "tests/contract/gameservers/")


class Shares(LoadScopeScheduling):  # type: ignore[misc]
    """Shares the run among the processes of `make test`: a file's cases stay together, with their
    table; so do those that talk to the one deployed stack, and to the same game servers.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in _TOGETHER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    """Asked by pytest-xdist."""
    return Shares(config, log)


class NetworkForbidden(RuntimeError):
    """A test tried to leave the machine."""


def _guarded(name: str) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise NetworkForbidden(f"{name} to {address}")
        return _CONNECT[name](self, *arguments)

    return guarded


def _is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def isolated() -> Iterator[None]:
    """Keep the run on this machine: loopback alone, and no account of the developer's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _CONNECT:
            patch.setattr(socket.socket, name, _guarded(name))
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            if not (name.startswith("AWS_ENDPOINT_URL") and "FIRSTSPAWN_E2E" in os.environ):
                patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield


@pytest.fixture
def clock() -> FrozenClock:
    """Noon of a day in November; `clock.advance(minutes=15)` moves it."""
    return FrozenClock()


@pytest.fixture
def random_bytes() -> RepeatableBytes:
    """Randomness that is the same in every run."""
    return RepeatableBytes()


@pytest.fixture
def new_id(clock: FrozenClock, random_bytes: RepeatableBytes) -> NewId:
    """Ids made from the test's clock and randomness."""
    return id_source(clock, random_bytes)


@pytest.fixture
def secrets(random_bytes: RepeatableBytes) -> Secrets:
    """Keys of a stack, the same in every run."""
    return Secrets.from_json(Secrets.generate_json(random_bytes))


@pytest.fixture
def settings() -> Settings:
    """Settings of a test stack: none of the developer's environment."""
    return Settings.from_environment({"AWS_REGION": REGION})
