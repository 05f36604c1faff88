"""Table stream -> queues, through the function, on a mocked AWS."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from firstspawn.mail.schemas import MailMessage
from firstspawn.uptime.schemas import RosterMessage
from firstspawn.wiring import Container
from functions.streams.events import handler
from tests.support.engines import REGION
from tests.support.events import sequence_number, stream_record

Received = Callable[[], list[str]]


@pytest.fixture
def queues(stack: Container) -> dict[str, Received]:
    """Real queues behind the container's settings; each is read and emptied by calling it."""
    sqs = boto3.client("sqs", region_name=REGION)
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mail", "uptime")}
    update = {f"{name}_queue_url": url for name, url in urls.items()}
    stack.settings = stack.settings.model_copy(update=update)

    def reader(url: str) -> Received:
        def read() -> list[str]:
            bodies: list[str] = []
            while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages"
            ):
                for message in found:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    bodies.append(message["Body"])
            return bodies

        return read

    return {name: reader(url) for name, url in urls.items()}


def mail_record(number: int) -> dict[str, Any]:
    item = {"type": "Mail", "template": "account_exists", "to": f"p{number}@example.com",
        "params": "{}", "expiresAt": 1795435200}  # fmt: skip
    return stream_record("INSERT", new=item, number=number)


def member_record(number: int, shard: int) -> dict[str, Any]:
    item = {"type": "RosterMember", "serverId": f"s{number}", "shard": shard, "slot": number,
        "edition": "JAVA", "ipAddress": "play.example.com"}  # fmt: skip
    return stream_record("INSERT", new=item, number=number)


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_batch_longer_than_a_call_reaches_the_queue_whole(queues: dict[str, Received]) -> None:
    answer = handler({"Records": [mail_record(number) for number in range(23)]}, None)

    assert failed(answer) == []
    mails = [MailMessage.model_validate_json(body) for body in queues["mail"]()]
    assert {mail.to for mail in mails} == {f"p{number}@example.com" for number in range(23)}
    assert len({mail.id for mail in mails}) == 23


def test_new_servers_of_one_roster_are_one_message_the_uptime_worker_reads(
    queues: dict[str, Received],
) -> None:
    records = [member_record(1, 4), member_record(2, 4), member_record(3, 5)]

    answer = handler({"Records": records}, None)

    assert failed(answer) == []
    messages = [RosterMessage.model_validate_json(body) for body in queues["uptime"]()]
    assert sorted(list(message.shards) for message in messages) == [[4], [5]]
    assert all(message.direct for message in messages)


def test_a_record_that_cannot_be_read_comes_again_alone(queues: dict[str, Received]) -> None:
    poison = stream_record("INSERT", new={"type": "Mail"}, number=2)

    answer = handler({"Records": [mail_record(1), poison, mail_record(3)]}, None)

    assert failed(answer) == [sequence_number(2)]
    assert len(queues["mail"]()) == 2


def test_what_the_queue_does_not_take_comes_again(
    queues: dict[str, Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a queue that refuses the second message of a call
    send = BaseClient._make_api_call

    def refuse_second(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "SendMessageBatch":
            refused = arguments["Entries"].pop(1)["Id"]
            answer = send(client, operation, arguments)
            return {**answer, "Failed": [{"Id": refused, "SenderFault": False, "Code": "Internal"}]}
        return send(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse_second)

    # When
    answer = handler({"Records": [mail_record(1), mail_record(2), mail_record(3)]}, None)

    # Then
    assert failed(answer) == [sequence_number(2)]
    assert len(queues["mail"]()) == 2


def test_a_queue_that_is_not_there_fails_the_whole_batch(
    queues: dict[str, Received], stack: Container
) -> None:
    gone = {"mail_queue_url": f"{stack.settings.mail_queue_url}-gone"}
    stack.settings = stack.settings.model_copy(update=gone)

    with pytest.raises(ClientError, match="NonExistentQueue"):
        handler({"Records": [mail_record(1)]}, None)


def test_what_expires_wakes_nobody(queues: dict[str, Received]) -> None:
    item = {"type": "EmailToken", "purpose": "VERIFY_EMAIL", "email": "a@example.com", "seed": "s"}

    answer = handler({"Records": [stream_record("REMOVE", old=item, expired=True)]}, None)

    assert failed(answer) == []
    assert [read() for read in queues.values()] == [[], []]


def test_a_status_flip_is_sent_nowhere(queues: dict[str, Received]) -> None:
    old = {"type": "ServerStatus", "serverId": "s1", "isOnline": False}

    answer = handler(
        {"Records": [stream_record("MODIFY", old=old, new=old | {"isOnline": True})]}, None
    )

    assert failed(answer) == []
    assert [read() for read in queues.values()] == [[], []]
