"""New passwords that leaked somewhere are refused, and nobody learns which were asked about."""

import hashlib
import io
import json
from collections.abc import Iterator

import pytest

from firstspawn import wiring
from firstspawn.auth.tokens import Purpose
from firstspawn.clients.breaches import BreachedPasswords, BreachesUnavailable
from firstspawn.config import Settings, Stack
from firstspawn.wiring import Container
from tests.support.breaches import FakeRanges, running_ranges
from tests.support.client import Answer, Client
from tests.support.factories import PASSWORD, Accounts

LEAKED, NEW = "Leaked-Pickaxe-1", "Netherite-Axe-2"


@pytest.fixture
def ranges(stack: Container) -> Iterator[FakeRanges]:
    """Somebody to ask, who knows one password."""
    with running_ranges() as fake:
        fake.leaked.add(LEAKED)
        settings = stack.settings.model_copy(update={"breaches_url": fake.url})
        asking = Container(settings, stack.secrets, stack.clock, stack.random)
        asking._connected = True
        wiring.use(asking)
        yield fake


def register(client: Client, accounts: Accounts, password: str) -> Answer:
    form = accounts.form(password=password)
    return client.post("/auth/register", form.model_dump())


def change(client: Client, token: str, password: str) -> Answer:
    body = {"currentPassword": PASSWORD, "newPassword": password}
    return client.post("/auth/change-password", body, token=token)


def is_refused(answer: Answer, field: str = "password") -> bool:
    errors = [error["field"] for error in answer.json.get("errors", [])]
    return (answer.status, answer.code, errors) == (422, "password_breached", [field])


@pytest.mark.usefixtures("ranges")
def test_no_way_leads_to_a_leaked_password(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    client.post("/auth/forgot-password", {"email": account.email})
    (link,) = accounts.mailed_tokens(account.email, Purpose.RESET_PASSWORD)
    # When / Then
    assert is_refused(register(client, accounts, LEAKED))
    assert is_refused(change(client, account.access, LEAKED), "newPassword")
    assert is_refused(client.post("/auth/reset-password", {"token": link, "password": LEAKED}))
    # And another password goes through, with the same link
    assert register(client, accounts, NEW).status == 202
    assert change(client, account.access, NEW).status == 200
    client.post("/auth/forgot-password", {"email": account.email})
    link = accounts.mailed_tokens(account.email, Purpose.RESET_PASSWORD)[-1]
    body = {"token": link, "password": NEW}
    assert client.post("/auth/reset-password", {**body, "password": LEAKED}).status == 422
    assert client.post("/auth/reset-password", body).status == 204


def test_only_five_digits_of_a_hash_leave_the_house(
    client: Client, accounts: Accounts, ranges: FakeRanges
) -> None:
    # When
    register(client, accounts, NEW)
    # Then
    digest = hashlib.sha1(NEW.encode()).hexdigest().upper()
    assert ranges.asked == [f"/range/{digest[:5]}"]
    assert ranges.headers["Add-Padding"] == "true"


def test_known_and_unknown_addresses_are_asked_about_alike(
    client: Client, accounts: Accounts, ranges: FakeRanges
) -> None:
    # Given
    known = accounts.create().email
    # When
    answers = [
        client.post("/auth/register", accounts.form(email=email, password=LEAKED).model_dump())
        for email in (known, accounts.form().email)
    ]
    # Then
    assert all(map(is_refused, answers))
    assert len(ranges.asked) == 2


@pytest.mark.parametrize("status", [500, 429, 302])
def test_a_password_passes_with_a_metric_while_nobody_answers(
    client: Client, accounts: Accounts, ranges: FakeRanges, log: io.StringIO, status: int
) -> None:
    # Given
    ranges.status = status
    # When
    answer = register(client, accounts, LEAKED)
    # Then
    assert answer.status == 202
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (line,) = [line for line in lines if "BreachCheckFailedOpen" in line]
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] == "BreachCheckFailedOpen"
    assert LEAKED not in log.getvalue()


def test_nobody_is_asked_unless_the_stack_says_whom(client: Client, accounts: Accounts) -> None:
    assert register(client, accounts, LEAKED).status == 202


def test_who_cannot_be_reached_is_unavailable_and_padding_is_no_find() -> None:
    with pytest.raises(BreachesUnavailable, match="ConnectionError"):
        BreachedPasswords("http://127.0.0.1:9").count(NEW)
    with running_ranges() as fake:
        fake.leaked.add(LEAKED)
        known = BreachedPasswords(fake.url)
        fake.padding.add(NEW)
        assert (known.count(LEAKED), known.count(NEW), known.count(PASSWORD)) == (7, 0, 0)


def test_aws_asks_over_tls_alone() -> None:
    on_aws = {"stack": Stack.AWS, "api_url": "https://api.example", "vault_key_id": "k"}
    assert Settings(**on_aws, breaches_url="https://api.pwnedpasswords.com")
    with pytest.raises(ValueError, match="breaches_url must be https"):
        Settings(**on_aws, breaches_url="http://api.pwnedpasswords.com")
