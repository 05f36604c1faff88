"""Every mail backend keeps the interface's promises, against a server of its kind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.stub import Stubber

from firstspawn.clients import mail_ses
from firstspawn.clients.aws import aws_client
from firstspawn.clients.mail import MailRefused, MailUnavailable, OutgoingMail
from firstspawn.clients.mail_resend import ResendMailer
from firstspawn.clients.mail_ses import SesMailer
from firstspawn.clients.mail_smtp import SmtpMailer
from tests.support.engines import REGION
from tests.support.mail_backends import API_KEY, Backend, resend, smtp

MAIL = OutgoingMail(
    id="e1",
    sender="FirstSpawn <noreply@firstspawn.com>",
    to="max@example.com",
    subject="Confirm, Größe & 🎮",
    text="Hello Max,\n\n.a line that starts with a dot\nGröße 🎮\n",
    html="<p>Hello &amp; Größe 🎮</p>\n",
)
CLOSED_PORT = 9


@pytest.fixture(params=["smtp", "resend"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    with smtp(tmp_path) if request.param == "smtp" else resend() as made:
        yield made


def test_a_mail_arrives_whole(backend: Backend) -> None:
    backend.mailer.send(MAIL)

    [mail] = backend.inbox
    assert mail.to == [MAIL.to]
    assert (mail.sender, mail.subject) == (MAIL.sender, MAIL.subject)
    assert mail.text.splitlines() == MAIL.text.splitlines()
    assert mail.html.splitlines() == MAIL.html.splitlines()


def test_a_mail_sent_again_can_be_told_from_another_one(backend: Backend) -> None:
    backend.mailer.send(MAIL)
    backend.mailer.send(MAIL)
    backend.mailer.send(replace(MAIL, id="e2"))

    first, again, other = (mail.key for mail in backend.inbox)
    assert first == again != other


def test_a_refusal_is_final(backend: Backend) -> None:
    backend.status = backend.refusal

    with pytest.raises(MailRefused) as caught:
        backend.mailer.send(MAIL)

    assert MAIL.to not in str(caught.value)


def test_a_failure_is_not(backend: Backend) -> None:
    backend.status = backend.failure

    with pytest.raises(MailUnavailable) as caught:
        backend.mailer.send(MAIL)

    assert MAIL.to not in str(caught.value)


@pytest.mark.parametrize("status", [401, 409, 429])
def test_what_an_operator_can_mend_is_no_refusal(status: int) -> None:
    with resend() as backend:
        backend.status = status

        with pytest.raises(MailUnavailable):
            backend.mailer.send(MAIL)


@pytest.mark.parametrize(
    "mailer",
    [
        SmtpMailer("127.0.0.1", CLOSED_PORT),
        ResendMailer(API_KEY, f"http://127.0.0.1:{CLOSED_PORT}"),
    ],
)
def test_a_server_that_is_not_there_is_a_failure(mailer: Any) -> None:
    with pytest.raises(MailUnavailable):
        mailer.send(MAIL)


def test_nothing_is_said_to_an_smtp_server_whose_certificate_is_unknown(tmp_path: Path) -> None:
    with smtp(tmp_path) as backend:
        with pytest.raises(MailUnavailable):
            SmtpMailer("127.0.0.1", backend.port).send(MAIL)

        assert backend.inbox == []


def test_an_smtp_server_that_demands_tls_gets_nothing_without(tmp_path: Path) -> None:
    with smtp(tmp_path) as backend:
        with pytest.raises(MailUnavailable):
            SmtpMailer("127.0.0.1", backend.port, starttls=False).send(MAIL)

        assert backend.inbox == []


@pytest.mark.parametrize("field", ["to", "subject", "sender", "id"])
@pytest.mark.parametrize("breaks", ["\r\nBcc: evil@example.com", "\nX: y", "\x00", "\u2028"])
def test_no_value_can_start_another_header(field: str, breaks: str) -> None:
    with pytest.raises(MailRefused):
        replace(MAIL, **{field: f"{getattr(MAIL, field)}{breaks}"})


@pytest.mark.parametrize(
    ("code", "reason", "error"),
    [("InvalidParameterValue", "Illegal address", MailRefused),
     ("MessageRejected", "Address blacklisted.", MailRefused),
     ("MessageRejected", "Email address is not verified.", MailUnavailable),
     ("Throttling", "Maximum sending rate exceeded.", MailUnavailable),
     ("AccountSendingPausedException", "Paused", MailUnavailable)],
)  # fmt: skip
def test_errors_of_ses_are_told_apart(
    code: str, reason: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("ses", region_name=REGION)
    monkeypatch.setattr(mail_ses, "aws_client", lambda *_, **__: client)
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, reason)

        with pytest.raises(error):
            SesMailer(REGION).send(MAIL)


def test_a_mail_arrives_whole_through_emulated_ses(
    ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SES", ministack)
    aws_client.cache_clear()
    boto3.client("ses", region_name=REGION, endpoint_url=ministack).verify_domain_identity(
        Domain="firstspawn.com"
    )

    SesMailer(REGION).send(MAIL)

    aws_client.cache_clear()
    accounts = httpx.get(f"{ministack}/_ministack/ses/messages").json()["messages"].values()
    [mail] = [mail for account in accounts for mail in account]
    assert (mail["Source"], mail["To"], mail["Subject"]) == (MAIL.sender, [MAIL.to], MAIL.subject)
    assert (mail["BodyText"], mail["BodyHtml"]) == (MAIL.text, MAIL.html)
