"""Waiting on bare sockets: no stream, no buffer, nothing read that was not asked for.

A loop's own `sock_recv`, `add_reader` and friends cost more than the short exchange they serve.
Where there is epoll, one of ours holds all of a loop's sockets, each armed for one event at a time,
and the loop watches that one: half of the system calls, and no handle for each wait.
"""

import asyncio
import os
import select
import socket
import threading
from typing import Any

_Waited = asyncio.Future[None]


async def connect(sock: socket.socket, address: Any, within: float) -> None:
    """Connect a non-blocking socket to a numeric address in `within` seconds.

    Raises `OSError`, which `TimeoutError` is.
    """
    try:
        sock.connect(address)
    except BlockingIOError:
        connected = _ready(sock, writing=True)
        timer = asyncio.get_running_loop().call_later(within, _give_up, connected)
        try:
            await connected
        finally:
            timer.cancel()
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            # OSError picks its subclass (ConnectionRefusedError, ...) by the code.
            raise OSError(code, os.strerror(code)) from None


async def read(sock: socket.socket, most: int) -> bytes:
    """The next bytes, at most `most`; empty when the peer has closed. Raises `OSError`."""
    while True:
        await _ready(sock, writing=False)
        try:
            return sock.recv(most)
        except BlockingIOError:
            continue  # A datagram with a bad checksum wakes us for nothing.


def send_again(sock: socket.socket, datagram: bytes) -> None:
    """Repeat a datagram that may have been lost."""
    try:
        sock.send(datagram)
    except OSError:
        return  # The reader learns of the same error.


class _Epoll:
    """The sockets that are waited for in one loop. Closing one takes it out: nothing else must."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._epoll = select.epoll()
        self._waiting: dict[int, _Waited] = {}
        loop.add_reader(self._epoll.fileno(), self._wake)

    def ready(self, fd: int, *, writing: bool) -> _Waited:
        """Done when the socket can be written to (connected: its first wait) or read from."""
        events = (select.EPOLLOUT if writing else select.EPOLLIN) | select.EPOLLONESHOT
        if writing:
            self._epoll.register(fd, events)
        else:
            try:
                self._epoll.modify(fd, events)
            except FileNotFoundError:  # It had not to wait for its connection.
                self._epoll.register(fd, events)
        future = self._waiting[fd] = self.loop.create_future()
        return future

    def _wake(self) -> None:
        for fd, _ in self._epoll.poll(0):
            if future := self._waiting.pop(fd, None):
                _set(future)


_here = threading.local()


def _ready(sock: socket.socket, *, writing: bool) -> _Waited:
    loop = asyncio.get_running_loop()
    if not hasattr(select, "epoll"):  # macOS
        return _ready_by_loop(loop, sock.fileno(), writing=writing)
    epoll: _Epoll | None = getattr(_here, "epoll", None)
    if epoll is None or epoll.loop is not loop:
        epoll = _here.epoll = _Epoll(loop)
    return epoll.ready(sock.fileno(), writing=writing)


def _ready_by_loop(loop: asyncio.AbstractEventLoop, fd: int, *, writing: bool) -> _Waited:
    future: _Waited = loop.create_future()
    add, remove = (
        (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
    )
    add(fd, _set, future)
    # Runs before whoever waits goes on, also when they are cancelled: the socket is open yet.
    future.add_done_callback(lambda _: remove(fd))
    return future


def _set(future: _Waited) -> None:
    if not future.done():
        future.set_result(None)


def _give_up(future: _Waited) -> None:
    if not future.done():
        future.set_exception(TimeoutError())
