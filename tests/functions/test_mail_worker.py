"""SQS -> delivered mails, through the function, on a mocked AWS."""

from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from firstspawn.mail.schemas import MailMessage
from firstspawn.wiring import Container
from functions.queues.mail import handler
from tests.support.engines import REGION
from tests.support.events import sqs_event


@pytest.fixture
def mailbox(stack: Container) -> list[Any]:
    """What SES was given; the platform's domain is verified."""
    boto3.client("ses", region_name=REGION).verify_domain_identity(Domain="firstspawn.com")
    backend = ses_backends[DEFAULT_ACCOUNT_ID][REGION]
    backend.sent_messages.clear()
    sent: list[Any] = backend.sent_messages
    return sent


def message(mail_id: str, **fields: Any) -> str:
    values = {"id": mail_id, "template": "account_exists", "to": f"{mail_id}@example.com"}
    return MailMessage(**{**values, **fields}).model_dump_json()


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def recipients(mailbox: list[Any]) -> list[str]:
    return [address for mail in mailbox for address in mail.destinations["ToAddresses"]]


def test_a_verification_link_verifies_the_account(
    mailbox: list[Any], stack: Container, clock: Any
) -> None:
    # Given a registration, of which the queue holds the seed alone
    tokens = stack.registration._tokens
    seed = tokens.new_seed()
    body = message(
        "verify", template="verify_email", params={"purpose": "VERIFY_EMAIL", "seed": seed}
    )

    # When the worker writes the mail
    answer = handler(sqs_event([body]), None)

    # Then its link carries the token that belongs to the seed
    assert failed(answer) == []
    [mail] = mailbox
    link = f"{stack.settings.frontend_url}/verify-email?token={tokens.token('VERIFY_EMAIL', seed)}"
    assert link in mail.body
    assert seed not in mail.body


def test_a_message_delivered_twice_in_a_batch_and_once_more_is_one_mail(
    mailbox: list[Any],
) -> None:
    handler(sqs_event([message("twice"), message("twice"), message("other")]), None)
    answer = handler(sqs_event([message("twice")]), None)

    assert failed(answer) == []
    assert recipients(mailbox) == ["twice@example.com", "other@example.com"]


def test_one_poison_message_comes_again_alone(mailbox: list[Any]) -> None:
    bodies = [message("before"), "{not json", message("odd", template="?"), message("after")]

    answer = handler(sqs_event(bodies), None)

    assert failed(answer) == ["m1", "m2"]
    assert recipients(mailbox) == ["before@example.com", "after@example.com"]


def test_a_refused_address_is_dropped_and_not_tried_again(mailbox: list[Any]) -> None:
    answer = handler(sqs_event([message("refused", to="nobody at all")]), None)

    assert failed(answer) == []
    assert mailbox == []


def test_while_the_sender_is_not_verified_mails_wait_in_the_queue(mailbox: list[Any]) -> None:
    # Given an account whose operator forgot to verify the platform's domain
    ses = boto3.client("ses", region_name=REGION)
    ses.delete_identity(Identity="firstspawn.com")
    assert failed(handler(sqs_event([message("waiting")]), None)) == ["m0"]

    # When it is verified and the message comes again
    ses.verify_domain_identity(Domain="firstspawn.com")
    answer = handler(sqs_event([message("waiting")]), None)

    # Then the mail is sent, once
    assert failed(answer) == []
    assert recipients(mailbox) == ["waiting@example.com"]
