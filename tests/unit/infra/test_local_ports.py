"""Busy ports are named together with who holds them."""

import os
import socket
from collections.abc import Iterator

import pytest

from infra.local.ports import PortBusyError, Ports, message, owner


@pytest.fixture
def taken() -> Iterator[int]:
    """A port this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_busy_port_is_refused_with_its_use_and_its_holder(taken: int) -> None:
    with pytest.raises(PortBusyError) as refusal:
        Ports(door=taken).check()

    assert f"Port {taken} (front door)" in str(refusal.value)
    assert f"(pid {os.getpid()})" in str(refusal.value)


def test_nobody_holds_a_free_port(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]

    assert owner(free) == ""
    assert f"(pid {os.getpid()})" in owner(taken)


def test_free_ports_are_three_and_nobody_holds_them() -> None:
    ports = vars(Ports.free(20_000)).values()

    assert len(set(ports)) == 3
    assert not [port for port in ports if owner(port)]


def test_another_users_process_is_called_so() -> None:
    assert "a process of another user" in message("AWS", 4566, "")
