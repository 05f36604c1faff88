"""The process workers are forked from: libraries are imported once, the project's code never.

So a worker starts in milliseconds and a reload imports only what can have changed. It ends, with
all its workers, when its parent does.
"""

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Sequence

from infra.local import worker

_FOREGROUND = "--foreground"
LIBRARIES = ["argon2", "aws_lambda_powertools", "boto3", "boto3.dynamodb.conditions", "chalice",
              "dns.asyncresolver", "email_validator", "jwt", "mcstatus", "opensearchpy", "pydantic",
              "pynamodb.models", "pynamodb.transactions"]  # fmt: skip


def main() -> None:
    """Fork a worker for every pair of descriptors that arrives on the socket named by argv[1].

    The other arguments are the libraries to import first, and how workers write their output.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    foreground = _FOREGROUND in sys.argv
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    _preload([name for name in sys.argv[2:] if name != _FOREGROUND])
    control.send(b"r")
    while True:
        data, descriptors, _flags, _address = socket.recv_fds(control, 1, 2)
        if not data:
            break
        if os.fork() == 0:
            control.close()
            _become_worker(descriptors, foreground=foreground)
        for descriptor in descriptors:
            os.close(descriptor)
    if not foreground:
        os.killpg(0, signal.SIGKILL)


def _preload(libraries: Sequence[str]) -> None:
    for library in libraries:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    gc.collect()
    gc.freeze()


def _become_worker(descriptors: list[int], *, foreground: bool) -> None:
    status = 1
    try:
        worker.serve(socket.socket(fileno=descriptors[0]), None if foreground else descriptors[1])
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
