"""A copy of one's own data, from the wish to the file, through the functions."""

import io
import json
import zipfile
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from firstspawn.auth.models import EmailToken
from firstspawn.auth.tokens import EmailTokens, Purpose
from firstspawn.db import keys
from firstspawn.exports.schemas import ExportMessage
from firstspawn.moderation.models import ModerationReport
from firstspawn.moderation.rules import Action, Kind
from firstspawn.users.models import User
from firstspawn.wiring import Container
from functions.queues import exports as worker
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.events import sqs_event
from tests.support.factories import Account, Accounts
from tests.support.identities import an_identity, link
from tests.support.moderation import Staff
from tests.support.permissions import under_role
from tests.support.personal import with_what_features_keep
from tests.support.tokens import a_token

BUCKET = "exports-test"


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.create()


def request(client: Client, account: Account) -> Answer:
    return client.post("/users/me/export", token=account.access)


def work(account: Account, export_id: str) -> list[Any]:
    """Let the worker have a message; return what must come again."""
    body = ExportMessage(userId=account.id, exportId=export_id).model_dump_json()
    handler = under_role(worker.handler, "ExportWorker")
    failures: list[Any] = handler(sqs_event([body]), None)["batchItemFailures"]
    return failures


def mailed(stack: Container, account: Account) -> list[str]:
    """The tokens of the links mailed to an account."""
    tokens = EmailTokens(stack.secrets.macKey, stack.random)
    found = EmailToken.scan(EmailToken.userId == account.id)
    return [tokens.token(i.purpose, i.seed) for i in found if i.purpose == Purpose.EXPORT_READY]


def follow(client: Client, token: str) -> Answer:
    return client.get("/users/me/export/download", query=[("token", token)])


def fetched(s3: Any, location: str) -> dict[str, Any]:
    """The archive behind a presigned address, by file."""
    key = urlsplit(location).path.lstrip("/").removeprefix(f"{BUCKET}/")
    data = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def installed(client: Client, account: Account, server: str) -> str:
    """Issue credentials for a plugin; its key."""
    path = f"/servers/{server}/plugin/credentials"
    return str(client.post(path, {"name": "Lobby"}, token=account.access).json["apiKey"])


def test_everything_a_person_has_here_is_in_the_mailed_archive(
    client: Client, stack: Container, s3: Any, account: Account
) -> None:
    # Given
    link(stack, account, an_identity())
    secret = a_token(stack, account).token
    with_what_features_keep(stack, account)
    stack.email_changes.ask(account.caller, "elsewhere@mail.example.com")
    decided = Staff(stack).decide(Kind.USER, account.id, Action.WARN)
    form = {"gameType": "MINECRAFT", "name": "Exported Realm", "ip": "play.example.com"}
    server = client.post("/servers", form, token=account.access).json["id"]
    key = installed(client, account, server)
    # When
    answer = request(client, account)
    assert answer.status == 202, answer.body
    assert work(account, answer.json["id"]) == []
    # Then the link leads to the file
    (token,) = mailed(stack, account)
    location = follow(client, token).headers["location"]
    assert parse_qs(urlsplit(location).query)["X-Amz-Expires"] == ["300"]
    files = fetched(s3, location)
    assert files["profile.json"][0]["email"] == account.email
    assert files["credential.json"][0]["hasPassword"] is True
    assert files["sessions.json"][0]["ipAddress"] == "203.0.113.7"
    assert files["identities.json"][0]["platform"] == "DISCORD"
    assert files["api-tokens.json"][0]["name"] == "a token"
    assert files["email-change.json"][0]["newEmail"] == "elsewhere@mail.example.com"
    assert [one["reason"] for one in files["decisions.json"]] == ["against the rules"]
    assert files["passkeys.json"][0]["name"] == "Phone"
    assert files["second-factor.json"][0]["confirmedAt"] == "2026-11-22T12:00:00.000Z"
    assert files["playtime.json"][0]["activeMinutes"] == 60
    assert files["reputation.json"][0]["delta"] == 1
    assert files["servers.json"][0]["id"] == server
    assert files["plugins.json"][0]["name"] == "Lobby"
    about = files["about.json"][0]
    assert about["records"] == {n.removesuffix(".json"): len(r) for n, r in files.items()
                                if n != "about.json"}  # fmt: skip
    # And neither a secret nor anybody else of the staff, or who reported, is among it
    text = json.dumps(files)
    (report,) = ModerationReport.scan(ModerationReport.subject == f"user:{account.id}")
    assert decided.moderatorId not in text
    assert report.reporterId not in text
    assert key not in text
    assert not [
        part for part in ("argon2", "Hash", "authEpoch", secret, "PK", "sealed") if part in text
    ]
    ready = client.get("/users/me/export", token=account.access).json
    assert (ready["state"], ready["expiresAt"]) == ("READY", "2026-11-23T12:00:00Z")
    assert ready["sizeBytes"] > 500


def test_a_message_told_again_makes_and_mails_nothing(
    client: Client, stack: Container, s3: Any, account: Account
) -> None:
    # Given
    export_id = request(client, account).json["id"]
    # When
    assert [work(account, export_id) for _ in range(3)] == [[], [], []]
    # Then
    assert len(mailed(stack, account)) == 1


def test_there_is_one_export_at_a_time_and_one_a_day(
    client: Client, stack: Container, accounts: Accounts, s3: Any, account: Account,
    clock: FrozenClock,
) -> None:  # fmt: skip
    # Given
    first = request(client, account).json["id"]
    # When / Then
    under_way = request(client, account)
    assert (under_way.status, under_way.code) == (409, "export_under_way")
    work(account, first)
    clock.advance(hours=23, minutes=59)
    soon = request(client, accounts.again(account))
    assert (soon.status, soon.code, soon.headers["retry-after"]) == (429, "export_too_soon", "60")
    clock.advance(minutes=1)
    assert request(client, accounts.again(account)).status == 202


def test_one_that_got_stuck_is_given_up_after_a_day(
    client: Client, stack: Container, accounts: Accounts, s3: Any, account: Account,
    clock: FrozenClock,
) -> None:  # fmt: skip
    # Given
    stuck = request(client, account).json["id"]
    clock.advance(days=1)
    second = request(client, accounts.again(account))
    # When the dead letter is replayed
    assert work(account, stuck) == []
    # Then
    assert mailed(stack, account) == []
    assert work(account, second.json["id"]) == []
    assert len(mailed(stack, account)) == 1


def test_a_link_ends_with_its_day_and_with_the_logins(
    client: Client, stack: Container, accounts: Accounts, s3: Any, clock: FrozenClock
) -> None:
    # Given two exports
    people = [accounts.create(), accounts.create()]
    for person in people:
        work(person, request(client, person).json["id"])
    links = [mailed(stack, person)[0] for person in people]
    assert [follow(client, one).status for one in links] == [302, 302]
    # When one of them signs out everywhere
    stack.auth.logout_all(people[0].caller)
    # Then
    assert [follow(client, one).status for one in links] == [404, 302]
    # When the day is over
    clock.advance(days=1)
    # Then
    assert follow(client, links[1]).code == "export_not_found"


@pytest.mark.parametrize("token", ["", "x", "%00", "é", "x" * 128])
def test_a_link_made_up_leads_nowhere(client: Client, token: str) -> None:
    assert follow(client, token).code == "export_not_found"
    assert client.get("/users/me/export/download").code == "validation_failed"


def test_an_account_that_is_gone_meanwhile_gets_no_mail(
    client: Client, stack: Container, s3: Any, account: Account
) -> None:
    # Given
    export_id = request(client, account).json["id"]
    User.at(keys.profile(account.id)).delete()
    # When / Then
    assert work(account, export_id) == []
    assert mailed(stack, account) == []


def test_an_outage_of_the_bucket_leaves_the_message_for_later(
    client: Client, stack: Container, account: Account
) -> None:
    # Given no bucket
    stack.settings = stack.settings.model_copy(update={"media_bucket": "absent"})
    export_id = request(client, account).json["id"]
    # When / Then
    assert len(work(account, export_id)) == 1
    assert client.get("/users/me/export", token=account.access).json["state"] == "REQUESTED"


def test_who_asked_for_none_has_none(client: Client, account: Account) -> None:
    assert client.get("/users/me/export", token=account.access).code == "export_not_found"
