"""One message, one mail."""

import logging
from datetime import datetime

import pytest

from firstspawn.clients.mail import MailRefused, MailUnavailable, OutgoingMail
from firstspawn.effects.errors import EffectBusy
from firstspawn.kit.clock import epoch
from firstspawn.mail.errors import UnknownTemplate
from firstspawn.mail.letters import Site
from firstspawn.mail.schemas import MailMessage
from firstspawn.mail.service import MailService
from tests.support.clock import START, FrozenClock

MESSAGE = MailMessage(id="e1", template="account_exists", to="max@example.com")


class FakeEffects:
    """One consumer's effects, in memory."""

    def __init__(self) -> None:
        self.holders: dict[str, str] = {}
        self.outcomes: dict[str, str] = {}

    def claim(self, event_id: str, holder: str, now: datetime) -> bool:
        if event_id in self.outcomes:
            return False
        if event_id in self.holders:
            raise EffectBusy
        self.holders[event_id] = holder
        return True

    def finish(self, event_id: str, outcome: str) -> None:
        self.outcomes[event_id] = outcome

    def release(self, event_id: str, holder: str) -> None:
        assert self.holders.pop(event_id) == holder


class FakeMailer:
    """Keeps what it is given, or raises."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.failure: Exception | None = None

    def send(self, mail: OutgoingMail) -> None:
        if self.failure:
            raise self.failure
        self.sent.append(mail)


@pytest.fixture
def effects() -> FakeEffects:
    return FakeEffects()


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def service(effects: FakeEffects, mailer: FakeMailer, clock: FrozenClock) -> MailService:
    site = Site("https://firstspawn.com", lambda purpose, seed: f"{purpose}-{seed}")
    return MailService(
        effects,  # type: ignore[arg-type]
        mailer,
        site,
        "FirstSpawn <noreply@firstspawn.com>",
        clock=clock,
        new_id=lambda: "holder",
    )


def test_a_message_becomes_a_mail(
    service: MailService, effects: FakeEffects, mailer: FakeMailer
) -> None:
    service.deliver(MESSAGE)

    [mail] = mailer.sent
    assert (mail.id, mail.to) == ("e1", "max@example.com")
    assert mail.sender == "FirstSpawn <noreply@firstspawn.com>"
    assert "https://firstspawn.com/login" in mail.text
    assert effects.outcomes == {"e1": "SENT"}


def test_the_same_message_again_sends_nothing(service: MailService, mailer: FakeMailer) -> None:
    service.deliver(MESSAGE)
    service.deliver(MESSAGE)

    assert len(mailer.sent) == 1


def test_a_message_another_worker_is_busy_with_comes_again(
    service: MailService, effects: FakeEffects, mailer: FakeMailer
) -> None:
    effects.holders["e1"] = "somebody else"

    with pytest.raises(EffectBusy):
        service.deliver(MESSAGE)

    assert mailer.sent == []


def test_a_mail_that_could_not_be_sent_is_tried_again(
    service: MailService, effects: FakeEffects, mailer: FakeMailer
) -> None:
    mailer.failure = MailUnavailable("HTTP 500")
    with pytest.raises(MailUnavailable):
        service.deliver(MESSAGE)
    assert effects.holders == {}

    mailer.failure = None
    service.deliver(MESSAGE)

    assert len(mailer.sent) == 1


def test_a_mail_that_is_refused_for_good_is_not_tried_again(
    service: MailService, effects: FakeEffects, mailer: FakeMailer
) -> None:
    mailer.failure = MailRefused("SMTP 550")
    service.deliver(MESSAGE)

    mailer.failure = None
    service.deliver(MESSAGE)

    assert mailer.sent == []
    assert effects.outcomes == {"e1": "REFUSED"}


@pytest.mark.parametrize(
    "to",
    ["", "nobody", "a@example.com,b@example.com", "a@example.com\r\nBcc: b@example.com",
     "Max <max@example.com>", '"a b"@example.com', "a@exa mple.com"],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(
    service: MailService, effects: FakeEffects, mailer: FakeMailer, to: str
) -> None:
    service.deliver(MESSAGE.model_copy(update={"to": to}))

    assert mailer.sent == []
    assert effects.outcomes == {"e1": "REFUSED"}


def test_an_international_domain_is_spelled_in_ascii(
    service: MailService, mailer: FakeMailer
) -> None:
    service.deliver(MESSAGE.model_copy(update={"to": "max@bücher.de"}))

    assert mailer.sent[0].to == "max@xn--bcher-kva.de"


def test_a_mail_nobody_needs_any_more_is_dropped(service: MailService, mailer: FakeMailer) -> None:
    service.deliver(MESSAGE.model_copy(update={"expiresAt": epoch(START)}))

    assert mailer.sent == []


def test_an_unknown_template_is_left_to_the_dead_letters(
    service: MailService, effects: FakeEffects
) -> None:
    with pytest.raises(UnknownTemplate):
        service.deliver(MESSAGE.model_copy(update={"template": "nonsense"}))

    assert effects.holders == {}


def test_no_log_line_names_an_address(
    service: MailService, mailer: FakeMailer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "firstspawn"):
        service.deliver(MESSAGE)
        mailer.failure = MailRefused("SMTP 550")
        service.deliver(MESSAGE.model_copy(update={"id": "e2"}))

    lines = [str(record.__dict__) for record in caplog.records]
    assert len(lines) == 2
    assert not [line for line in lines if "max" in line]
