"""Sending a batch's messages."""

import logging
from collections.abc import Sequence

import pytest

from firstspawn.events.publisher import EventLog, Publisher
from firstspawn.events.rules import Message, Target


class FakeQueue:
    """Takes what it is given but for the bodies it refuses."""

    def __init__(self, *refused: str) -> None:
        self.refused, self.calls = refused, list[list[str]]()

    def send(self, bodies: Sequence[str]) -> list[int]:
        self.calls.append(list(bodies))
        return [at for at, body in enumerate(bodies) if body in self.refused]


def mail(body: str) -> Message:
    return Message(Target.MAIL, body)


def check(body: str) -> Message:
    return Message(Target.UPTIME, body)


def test_messages_go_to_their_queues_in_one_send_each() -> None:
    mails, checks = FakeQueue(), FakeQueue()
    publisher = Publisher({Target.MAIL: mails, Target.UPTIME: checks})

    left = publisher.send({"1": [mail("a")], "2": [check("c")], "3": [mail("b")], "4": []})

    assert left == []
    assert mails.calls == [["a", "b"]]
    assert checks.calls == [["c"]]


def test_equal_messages_are_sent_once() -> None:
    checks = FakeQueue()

    Publisher({Target.UPTIME: checks}).send({"1": [check("c")], "2": [check("c")]})

    assert checks.calls == [["c"]]


def test_every_record_of_a_message_not_taken_must_come_again() -> None:
    publisher = Publisher({Target.MAIL: FakeQueue("b"), Target.UPTIME: FakeQueue("c")})

    left = publisher.send(
        {"1": [mail("a")], "2": [mail("b")], "3": [check("c")], "4": [check("c")], "5": [mail("c")]}
    )

    assert left == ["2", "3", "4"]


def test_a_batch_of_events_for_the_log_is_one_structured_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "firstspawn.events"):
        rejected = EventLog().send(['{"event": "server:statusChange", "serverId": "s1"}'])

    assert rejected == []
    [line] = caplog.records
    assert line.__dict__["domainEvents"] == [{"event": "server:statusChange", "serverId": "s1"}]
