"""One execution environment: a process that serves one function, one invocation at a time.

Spoken over a socket: a line of JSON with a `size`, then that many bytes. `bind` names the function
and imports its handler, `invoke` carries an event and is answered with the result or Lambda's error
shape.
"""

import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from io import BufferedRWPair
from typing import Any

Handler = Callable[[Any, Any], Any]


class Context:
    """The part of Lambda's context object that handlers and Powertools read."""

    function_version = "$LATEST"
    identity = None
    client_context = None

    def __init__(self, head: dict[str, Any]) -> None:
        self.function_name = head["function"]
        self.invoked_function_arn = head["arn"]
        self.memory_limit_in_mb = head["memory"]
        self.aws_request_id = head["request_id"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = str(os.getpid())
        self._deadline = head["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is cut off."""
        return max(0, int((self._deadline - time.time()) * 1000))


def serve(control: socket.socket, log_fd: int | None) -> None:
    """Answer on `control` until it closes. Output goes to `log_fd`, or where it went before."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if log_fd is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.dup2(log_fd, 1)
        os.dup2(log_fd, 2)
        os.close(log_fd)
    with control, control.makefile("rwb") as stream:
        stream.write(json.dumps({"pid": os.getpid()}).encode() + b"\n")
        stream.flush()
        handler: Handler | None = None
        while line := stream.readline():
            head = json.loads(line)
            body = stream.read(head["size"])
            try:
                if head["kind"] == "bind":
                    handler, answer = _bind(head), b""
                else:
                    assert handler is not None, "bind comes first"
                    answer = _invoke(handler, head, body)
            except (Exception, SystemExit) as error:
                traceback.print_exc()
                _send(stream, _failure(error), ok=False)
            else:
                _send(stream, answer, ok=True)


def _bind(head: dict[str, Any]) -> Handler:
    os.environ.clear()
    os.environ.update(head["environment"])
    time.tzset()
    module, _, name = head["handler"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def _invoke(handler: Handler, head: dict[str, Any], body: bytes) -> bytes:
    event = json.loads(body)
    result = handler(event, Context(head))
    if _lost_stream_records(event, result):
        # MiniStack reads no partial failures of table streams: a failed batch comes again.
        raise RuntimeError(f"Records failed and the batch comes again: {result}")
    return json.dumps(result, ensure_ascii=False).encode()


def _lost_stream_records(event: Any, result: Any) -> bool:
    if not (isinstance(result, dict) and result.get("batchItemFailures")):
        return False
    records = event.get("Records") if isinstance(event, dict) else None
    return bool(records and records[0].get("eventSource") == "aws:dynamodb")


def _failure(error: BaseException) -> bytes:
    lines = traceback.format_exception(error)
    shape = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": lines}
    return json.dumps(shape).encode()


def _send(stream: BufferedRWPair, body: bytes, *, ok: bool) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    stream.write(json.dumps({"ok": ok, "size": len(body)}).encode() + b"\n" + body)
    stream.flush()
