"""What every test shares: a clock that stands, repeatable ids, settings, and no way out.

A test reaches nothing but loopback, and holds credentials that open nothing.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from firstspawn.config import Secrets, Settings
from firstspawn.kit.ids import NewId, id_source
from tests.support.clock import FrozenClock, RepeatableBytes
from tests.support.engines import DYNAMODB_LOCAL, REGION

_TESTS = Path(__file__).parent
_ONE_PROCESS = {  # what runs in one process, by folder: it shares ports or a stack
    "e2e": _TESTS / "e2e",
    "gameservers": _TESTS / "contract" / "gameservers",
}
_CONNECT = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}

# A loaded machine is no failure: what an example may cost is bounded where that is the point.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share the run among the processes of `make test`: a file's cases stay together, with their
    table, and all of DynamoDB Local's, which takes writers one by one. The longest come first.
    """
    shares = [_share(item) for item in items]
    for item, share in zip(items, shares, strict=True):
        item.add_marker(pytest.mark.xdist_group(share))
    if "PYTEST_XDIST_WORKER" in os.environ:
        first = [DYNAMODB_LOCAL.name, *_ONE_PROCESS]
        order = {share: place for place, share in enumerate(dict.fromkeys([*first, *shares]))}
        items.sort(key=lambda item: order[_share(item)])


def _share(item: pytest.Item) -> str:
    case = getattr(item, "callspec", None)  # absent where nothing is parametrised
    engine = getattr(case.params.get("engine"), "name", "") if case else ""
    if engine == DYNAMODB_LOCAL.name:
        return engine
    ours = [name for name, folder in _ONE_PROCESS.items() if folder in item.path.parents]
    return ours[0] if ours else f"{item.path.stem} {engine}"


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
