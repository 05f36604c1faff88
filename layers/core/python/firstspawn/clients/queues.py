"""Sending to SQS in as few calls as it takes."""

from collections.abc import Sequence

from firstspawn.clients.aws import aws_client

_PER_CALL = 10


class Queue:
    """One queue."""

    def __init__(self, url: str, region: str) -> None:
        self._url, self._region = url, region

    def send(self, bodies: Sequence[str], delay_seconds: int = 0) -> list[int]:
        """Send messages, ten a call; return the positions of those the queue did not take.

        They can be received after `delay_seconds` (900 at most).
        """
        client = aws_client("sqs", self._region)
        rejected: list[int] = []
        for start in range(0, len(bodies), _PER_CALL):
            entries = [
                {
                    "Id": str(start + offset),
                    "MessageBody": body,
                    "DelaySeconds": delay_seconds,
                }
                for offset, body in enumerate(bodies[start : start + _PER_CALL])
            ]
            answer = client.send_message_batch(QueueUrl=self._url, Entries=entries)
            rejected += [int(failure["Id"]) for failure in answer.get("Failed", [])]
        return rejected
