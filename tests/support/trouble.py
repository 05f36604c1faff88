"""What a network and a busy table do to transactions, on purpose and the same every time.

Some are cancelled by a conflict before they are carried out, and of some that are, the answer is
lost on its way back, so that the SDK sends them again.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from botocore.exceptions import ReadTimeoutError

_WRITE = "DynamoDB_20120810.TransactWriteItems"
_MOST_LOST = 2
_HURRY = 0.05  # of the pauses before the SDK sends again, which are for servers that others use
_CANCELLED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"


class Trouble:
    """Draws what happens to each transaction, and counts it."""

    def __init__(self, conflicts: float, losses: float, seed: int = 1) -> None:
        self.conflicts = self.losses = 0
        self._rates, self._dice, self._lock = (conflicts, losses), random.Random(seed), Lock()
        self._lost: Counter[str] = Counter()

    def draw(self, token: str) -> str:
        """`conflict`, `loss`, or nothing; the SDK sends a transaction (`token`) four times, and
        one of its answers arrives.
        """
        with self._lock:
            lot = self._dice.random()
            if lot < self._rates[0]:
                self.conflicts += 1
                return "conflict"
            if lot < sum(self._rates) and self._lost[token] < _MOST_LOST:
                self._lost[token] += 1
                self.losses += 1
                return "loss"
            return ""


@contextmanager
def trouble(conflicts: float = 0.15, losses: float = 0.1) -> Iterator[Trouble]:
    """Make trouble for a share of the transactions sent while the block runs."""
    send, drawn = Endpoint._send, Trouble(conflicts, losses)

    def troubled(endpoint: Endpoint, request: Any) -> Any:
        target = request.headers.get("X-Amz-Target", "")
        name = target.decode() if isinstance(target, bytes) else target
        lot = drawn.draw(json.loads(request.body)["ClientRequestToken"]) if name == _WRITE else ""
        if lot == "conflict":
            return _conflict(request)
        answer = send(endpoint, request)
        if lot == "loss":
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    hurried = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * _HURRY))
    with (
        patch.object(Endpoint, "_send", troubled),
        patch.object(botocore.endpoint, "time", hurried),
    ):
        yield drawn


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _conflict(request: Any) -> AWSResponse:
    steps = json.loads(request.body)["TransactItems"]
    reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (len(steps) - 1)]
    body = {"__type": _CANCELLED, "Message": "busy", "CancellationReasons": reasons}
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, 400, headers, _Raw(json.dumps(body).encode()))
