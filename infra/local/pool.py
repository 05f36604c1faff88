"""The pool of execution environments: several per function, each with one invocation at a time."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from infra.local.instances import Answer, Function, Worker
from infra.local.zygote import LIBRARIES

LogLine = Callable[[str, str, str], None]
_LIMIT = 16 * 2**20
# A warm worker that is free in a moment answers sooner than a cold start: once a function has a
# worker per core, that moment is waited for, and no more start at a time than there are cores.
_PATIENCE = 0.1
_EAGER = os.cpu_count() or 2


class Pool:
    """Workers forked from one zygote. `limit` is the number of processes, `spares` wait unbound."""

    def __init__(
        self,
        paths: list[Path],
        log: LogLine,
        *,
        limit: int = 24,
        spares: int = 2,
        debug: bool = False,
        libraries: Sequence[str] = LIBRARIES,
    ) -> None:
        self._paths = paths
        self._log = log
        self._limit, self._spare_count = (1, 0) if debug else (limit, spares)
        self._debug = debug
        self._libraries = libraries
        self._zygote: subprocess.Popen[bytes] | None = None
        self._generation = 0
        self._live: set[Worker] = set()
        self._idle: dict[str, list[Worker]] = {}
        self._spares: list[Worker] = []
        self._freed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the zygote and the spare workers."""
        parent, child = socket.socketpair()
        command = [sys.executable, "-P", "-m", "infra.local.zygote", str(child.fileno())]
        command += ["--foreground"] if self._debug else []
        self._zygote = subprocess.Popen(  # noqa: ASYNC220 -- returns at once
            [*command, *self._libraries],
            pass_fds=[child.fileno()],
            start_new_session=not self._debug,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, self._paths))},
        )
        child.close()
        parent.setblocking(False)
        self._control = parent
        if not await asyncio.get_running_loop().sock_recv(parent, 1):
            raise RuntimeError("The function host's worker process did not start")
        await self._fill_spares()

    async def stop(self) -> None:
        """End every worker and the zygote."""
        for task in self._tasks:
            task.cancel()
        for worker in list(self._live):
            self._retire(worker)
        if self._zygote:
            self._control.close()
            await asyncio.to_thread(self._zygote.wait)

    async def reload(self) -> None:
        """Let no worker serve the old code again; busy ones finish what they do."""
        async with self._freed:
            self._generation += 1
            for worker in [*self._spares, *(w for group in self._idle.values() for w in group)]:
                self._retire(worker)
            self._spares.clear()
            self._idle.clear()
        await self._fill_spares()

    async def warm(self, function: Function) -> Answer | None:
        """Have a worker with the function's code imported; return the failure if there is one."""
        worker = await self._acquire(function)
        failed = await self._bind(worker, function)
        if failed:
            self._retire(worker)
        await self._release(worker)
        return failed

    async def invoke(self, function: Function, request_id: str, event: bytes) -> Answer:
        """Run one invocation in a free worker; a worker that is too slow is replaced."""
        worker = await self._acquire(function)
        worker.request_id = request_id
        try:
            return await self._within(worker, function, event)
        except TimeoutError:
            self._retire(worker)
            message = f"Task timed out after {function.timeout}.00 seconds"
            self._log(function.name, request_id, message)
            return Answer.failure("Sandbox.Timedout", message)
        except (asyncio.IncompleteReadError, ConnectionError):
            self._retire(worker)
            return Answer.failure("Runtime.ExitError", "The worker process ended unexpectedly")
        finally:
            await self._release(worker)

    async def _within(self, worker: Worker, function: Function, event: bytes) -> Answer:
        limit = None if self._debug else function.timeout
        async with asyncio.timeout(limit):
            if failed := await self._bind(worker, function):
                self._retire(worker)
                return failed
            head = {
                "kind": "invoke",
                "function": function.name,
                "arn": function.arn,
                "memory": function.memory,
                "request_id": worker.request_id,
                "deadline": time.time() + function.timeout,
            }
            return await worker.ask(head, event)

    async def _bind(self, worker: Worker, function: Function) -> Answer | None:
        if worker.bound:
            return None
        head = {"kind": "bind", "handler": function.handler, "environment": function.environment}
        answer = await worker.ask(head)
        worker.bound = answer.ok
        return None if answer.ok else answer

    async def _acquire(self, function: Function) -> Worker:
        patience = time.monotonic() + _PATIENCE
        async with self._freed:
            while True:
                if idle := self._idle.get(function.name):
                    return idle.pop()
                hopeful = (
                    time.monotonic() < patience and self._count(function, bound=True) >= _EAGER
                )
                starting = self._count(function, bound=False) >= _EAGER
                if not hopeful and not starting and (worker := await self._another()):
                    worker.function = function.name
                    return worker
                await self._wait(_PATIENCE)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._freed.wait()

    def _count(self, function: Function, *, bound: bool) -> int:
        """How many workers the function has that are ready (or still starting)."""
        mine = [worker for worker in self._live if worker.function == function.name]
        return sum(worker.bound is bound for worker in mine)

    async def _another(self) -> Worker | None:
        """One more worker: a spare, or a new one, if need be in an idle one's place."""
        if self._spares:
            self._later(self._fill_spares())
            return self._spares.pop(0)
        if len(self._live) >= self._limit:
            self._retire_longest_idle()
        return await self._fork() if len(self._live) < self._limit else None

    async def _release(self, worker: Worker) -> None:
        async with self._freed:
            if worker in self._live:
                if worker.generation == self._generation:
                    worker.used = time.monotonic()
                    self._idle.setdefault(worker.function, []).append(worker)
                else:
                    self._retire(worker)
            self._freed.notify()

    def _retire_longest_idle(self) -> None:
        idle = [worker for group in self._idle.values() for worker in group]
        if idle:
            oldest = min(idle, key=lambda worker: worker.used)
            self._idle[oldest.function].remove(oldest)
            self._retire(oldest)

    def _retire(self, worker: Worker) -> None:
        self._live.discard(worker)
        worker.kill()

    async def _fill_spares(self) -> None:
        async with self._freed:
            while len(self._spares) < self._spare_count and len(self._live) < self._limit:
                self._spares.append(await self._fork())

    async def _fork(self) -> Worker:
        mine, theirs = socket.socketpair()
        read_fd, write_fd = os.pipe()
        socket.send_fds(self._control, [b"f"], [theirs.fileno(), write_fd])
        theirs.close()
        os.close(write_fd)
        reader, writer = await asyncio.open_connection(sock=mine, limit=_LIMIT)
        hello = json.loads(await reader.readuntil(b"\n"))
        worker = Worker(reader, writer, self._generation, hello["pid"])
        self._live.add(worker)
        self._later(self._read_log(worker, read_fd))
        return worker

    async def _read_log(self, worker: Worker, read_fd: int) -> None:
        reader = asyncio.StreamReader(limit=_LIMIT)
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(read_fd, "rb", 0))
        try:
            while line := await reader.readline():
                text = line.decode(errors="replace").rstrip("\n")
                self._log(worker.function, worker.request_id, text)
        finally:
            transport.close()

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
