"""What the pool is made of: functions, the processes that serve them, and their answers."""

import asyncio
import contextlib
import json
import os
import signal
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Function:
    """A deployed function: what `GetFunctionConfiguration` says of it, plus its environment."""

    name: str
    arn: str
    handler: str
    timeout: int
    memory: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """A result (`ok`) or Lambda's error shape, as JSON bytes."""

    ok: bool
    body: bytes

    @classmethod
    def failure(cls, kind: str, message: str) -> "Answer":
        """An error the function did not raise itself."""
        return cls(False, json.dumps({"errorType": kind, "errorMessage": message}).encode())


@dataclass(eq=False)
class Worker:
    """This side of one worker process."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    generation: int
    pid: int
    function: str = ""
    bound: bool = False
    request_id: str = ""
    used: float = field(default_factory=time.monotonic)

    async def ask(self, head: dict[str, Any], body: bytes = b"") -> Answer:
        """Send one message, wait for its answer. Raises IncompleteReadError if the worker died."""
        self.writer.write(json.dumps({**head, "size": len(body)}).encode() + b"\n" + body)
        await self.writer.drain()
        line = await self.reader.readuntil(b"\n")
        answer = json.loads(line)
        return Answer(answer["ok"], await self.reader.readexactly(answer["size"]))

    def kill(self) -> None:
        """End the process now."""
        self.writer.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
