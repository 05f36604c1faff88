"""The end of an account, from the wish to the last mail, through the functions."""

from typing import Any

import boto3
import pytest

from firstspawn.apitokens.models import ApiToken, ApiTokenPlace
from firstspawn.auth.models import Credential, Session
from firstspawn.db import keys
from firstspawn.db.item import Item
from firstspawn.deletions.errors import NoDeletion
from firstspawn.deletions.models import DeletedUser, Deletion
from firstspawn.deletions.schemas import DeletionMessage
from firstspawn.identities.models import IdentityGuard
from firstspawn.mail.models import Mail
from firstspawn.passkeys.models import PasskeyGuard
from firstspawn.reactions.schemas import Happening
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.names import fold_username
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from functions.queues import deletions as worker
from functions.scheduled import deletions as schedule
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.engines import REGION
from tests.support.events import sqs_event
from tests.support.factories import Account, Accounts
from tests.support.identities import an_identity, link
from tests.support.permissions import under_role
from tests.support.personal import with_what_features_keep
from tests.support.tokens import a_token

BUCKET, QUEUE = "deletions-test", "deletions-test"
FORM = {"gameType": "MINECRAFT", "name": "Left Behind", "ip": "play.example.com"}


@pytest.fixture(autouse=True)
def queue(stack: Container, s3: Any) -> None:
    """The queue behind the container's settings, beside the bucket."""
    url = boto3.client("sqs", region_name=REGION).create_queue(QueueName=QUEUE)["QueueUrl"]
    stack.settings = stack.settings.model_copy(update={"deletions_queue_url": url})


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.create()


def ask(client: Client, account: Account) -> Answer:
    return client.delete("/users/me", token=account.access)


def start() -> int:
    """Let the schedule send what is due."""
    sent: int = under_role(schedule.handler, "DeletionSchedule")({}, None)["deletions"]
    return sent


def received(stack: Container) -> list[str]:
    """Whom the messages on the queue are about; they are gone then."""
    sqs, url = boto3.client("sqs", region_name=REGION), stack.settings.deletions_queue_url
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in messages:
            found.append(DeletionMessage.model_validate_json(one["Body"]).userId)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def work(account: Account) -> bool:
    """Let the worker have a message; tell whether it needs no other."""
    body = DeletionMessage(userId=account.id).model_dump_json()
    answer = under_role(worker.handler, "DeletionWorker")(sqs_event([body]), None)
    return answer == {"batchItemFailures": []}


def mails(account: Account) -> list[str]:
    """The templates of the mails sent to an account's address."""
    return sorted(mail.template for mail in Mail.scan(Mail.to == account.email))


def left_of(account: Account) -> set[str]:
    """The types of all items in the table that name a user or are under their key."""
    found = Item.scan(Item.PK.contains(account.id) | Item.SK.contains(account.id))
    named = [type(item).__name__ for item in found]
    kinds = (Session, ApiToken, ApiTokenPlace, IdentityGuard, Credential, PasskeyGuard)
    for kind in kinds:
        mine = [item for item in kind.scan() if account.id in str(item.attribute_values)]
        named += [kind.__name__] * len(mine)
    return set(named)


def test_an_account_waits_seven_days_and_says_so(
    client: Client, accounts: Accounts, account: Account, clock: FrozenClock
) -> None:
    # When
    answer = ask(client, account)
    clock.advance(days=1)
    again = accounts.again(account)
    second = ask(client, again)
    # Then: asked again, the first wish counts; and signing in still works
    assert (answer.status, second.status) == (202, 202)
    assert answer.json == second.json == {"deletionAt": "2026-11-29T12:00:00Z"}
    me = client.get("/users/me", token=again.access).json
    assert me["deletionAt"] == "2026-11-29T12:00:00Z"
    assert mails(account) == ["deletion_scheduled"]


def test_a_deletion_needs_a_recent_proof(
    client: Client, account: Account, clock: FrozenClock
) -> None:
    clock.advance(minutes=11)
    assert ask(client, account).code == "reauthentication_required"


def test_a_cancelled_deletion_leaves_everything_as_it_was(
    client: Client, stack: Container, accounts: Accounts, account: Account, clock: FrozenClock
) -> None:
    # Given
    ask(client, account)
    # When
    answers = [client.post("/users/me/deletion/cancel", token=account.access) for _ in range(2)]
    # Then
    assert [answer.status for answer in answers] == [204, 409]
    assert answers[1].code == "no_deletion_scheduled"
    assert mails(account) == ["deletion_cancelled", "deletion_scheduled"]
    clock.advance(days=7)
    assert work(account)
    again = accounts.again(account)
    assert client.get("/users/me", token=again.access).json["deletionAt"] is None
    # And another wish has its own seven days
    assert ask(client, again).json == {"deletionAt": "2026-12-06T12:00:00Z"}
    assert work(account)
    assert client.get("/users/me", token=again.access).status == 200


def test_only_what_is_due_is_sent_and_again_until_it_is_done(
    client: Client, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    def told(whom: list[Account]) -> list[str]:
        start()
        return [one for one in received(stack) if one in {person.id for person in whom}]

    # Given three wishes, one of them taken back, and one of the day after
    people = [accounts.create() for _ in range(3)]
    for person in people:
        ask(client, person)
    client.post("/users/me/deletion/cancel", token=people[2].access)
    clock.advance(days=1)
    later = accounts.create()
    ask(client, later)
    # When / Then
    clock.advance(days=5, hours=23)
    assert told(people) == []
    clock.advance(hours=1)
    wanted = sorted([people[0].id, people[1].id])
    assert sorted(told(people)) == wanted
    assert work(people[0])
    assert told(people) == [people[1].id]
    # And a schedule that stood still for days has forgotten nobody
    clock.advance(days=3)
    assert sorted(told([*people, later])) == sorted([people[1].id, later.id])
    for person in (people[1], later):
        assert work(person)
    assert told([*people, later]) == []


def test_nothing_of_the_person_is_left_and_their_address_is_free(
    client: Client, stack: Container, s3: Any, account: Account, clock: FrozenClock
) -> None:
    # Given everything an account can have
    identity = an_identity()
    link(stack, account, identity)
    a_token(stack, account)
    stack.email_changes.ask(account.caller, "elsewhere@mail.example.com")
    with_what_features_keep(stack, account)
    server = client.post("/servers", FORM, token=account.access).json["id"]
    banner, export = f"public/banners/{server}/x.webp", client.post(
        "/users/me/export", token=account.access
    ).json["id"]  # fmt: skip
    for key in (banner, f"exports/{export}.zip", "public/banners/other/x.webp"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    client.patch("/users/me", {"bio": "About me", "displayName": "Me"}, token=account.access)
    ask(client, account)
    clock.advance(days=7)
    # When
    assert work(account)
    told = Happening(id="e1", event="user.deleted", data={"userId": account.id})
    for react in stack.reactions.handlers(told):
        react(told)
        react(told)
    # Then
    assert left_of(account) == {"User", "DeletedUser"}
    profile = client.get(f"/users/{account.id}").json
    assert profile["username"] == "deleted user"
    assert (profile["bio"], profile["displayName"], profile["avatarUrl"]) == (None, None, None)
    assert client.get(f"/users/{account.username}").status == 404
    assert client.get(f"/servers/{server}").status == 404
    listed = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [one["Key"] for one in listed] == ["public/banners/other/x.webp"]
    assert mails(account) == ["account_deleted", "deletion_scheduled"]
    held = UsernameGuard.find(keys.username(fold_username(account.username)), clock())
    assert held is not None
    clock.advance(days=30)
    assert not held.is_alive(clock())
    assert stack.identities.owner(identity) is None


def test_who_was_signed_in_is_signed_out(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    ask(client, account)
    clock.advance(days=6, hours=23, minutes=55)
    secret = a_token(stack, account).token
    _, refresh = stack.auth.refresh(account.refresh)
    clock.advance(minutes=5)
    # When
    assert work(account)
    # Then
    assert client.get("/users/me", token=secret).code == "invalid_token"
    assert client.post("/auth/refresh", {"refreshToken": refresh}).status == 401
    form = {"email": account.email, "password": "Diamond-Pickaxe-1"}
    assert client.post("/auth/login", form).code == "invalid_credentials"


def test_somebody_new_with_the_address_has_nothing_of_the_old_one(
    client: Client, stack: Container, accounts: Accounts, clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given a deletion that breaks off behind its beginning
    account = accounts.create(role=Role.MODERATOR.value)
    ask(client, account)
    clock.advance(days=7)
    erasures = stack.deletions._erasures
    monkeypatch.setattr(stack.deletions, "_erasures", {"broken": _fail, **erasures})
    assert not work(account)
    # When the address is registered anew, and the deletion is then carried on
    form = accounts.register(email=account.email)
    (token,) = accounts.mailed_tokens(form.email)
    stack.registration.verify_email(token)
    new = accounts.login(form)
    monkeypatch.setattr(stack.deletions, "_erasures", erasures)
    assert work(account)
    # Then
    assert new.id != account.id
    me = client.get("/users/me", token=new.access).json
    assert (me["email"], me["role"], me["deletionAt"]) == (account.email, "USER", None)
    assert accounts.again(new).id == new.id
    assert "account_deleted" in mails(account)


def _fail(user_id: str) -> None:
    raise RuntimeError(f"the power went out at {user_id}")


@pytest.mark.parametrize(
    "broken", ["sessions", "email-change", "api-tokens", "identities", "export", "servers"]
)
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_deletion_that_breaks_off_anywhere_is_carried_on(
    client: Client, stack: Container, account: Account, clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch, broken: str, before: bool,
) -> None:  # fmt: skip
    # Given
    link(stack, account, an_identity())
    a_token(stack, account)
    stack.email_changes.ask(account.caller, "elsewhere@mail.example.com")
    client.post("/servers", FORM, token=account.access)
    ask(client, account)
    clock.advance(days=7)
    erasures = dict(stack.deletions._erasures)
    part = erasures[broken]

    def breaking(user_id: str) -> None:
        if not before:
            part(user_id)
        _fail(user_id)

    monkeypatch.setattr(stack.deletions, "_erasures", {**erasures, broken: breaking})
    # When
    first = work(account)
    monkeypatch.setattr(stack.deletions, "_erasures", erasures)
    # Then
    assert (first, mails(account)) == (False, ["deletion_scheduled"])
    with pytest.raises(NoDeletion):
        stack.deletions.cancel(account.caller)
    assert [work(account), work(account)] == [True, True]
    assert left_of(account) == {"User", "DeletedUser"}
    assert mails(account) == ["account_deleted", "deletion_scheduled"]


def test_a_server_the_index_does_not_show_keeps_the_deletion_from_its_end(
    client: Client, account: Account, clock: FrozenClock
) -> None:
    # Given
    ask(client, account)
    clock.advance(days=7)
    User.at(keys.profile(account.id)).update([User.serverCount.set(1)])
    # When / Then
    assert not work(account)
    User.at(keys.profile(account.id)).update([User.serverCount.set(0)])
    assert work(account)


def test_an_account_that_expired_by_itself_needs_no_more(
    client: Client, account: Account, clock: FrozenClock
) -> None:
    # Given
    ask(client, account)
    clock.advance(days=7)
    User.at(keys.profile(account.id)).delete()
    # When / Then
    assert work(account)
    assert Deletion.find(keys.deletion(account.id), clock()) is None


def test_the_mark_of_a_deleted_user_tells_every_feature() -> None:
    # Given
    from firstspawn.events.changes import read_change
    from firstspawn.events.rules import messages
    from tests.support.events import stream_record

    mark = {"type": DeletedUser.__name__, "userId": "u1"}
    # When
    (message,) = messages(read_change(stream_record("INSERT", new=mark)))
    # Then
    told = Happening.model_validate_json(message.body)
    assert (told.event, told.data) == ("user.deleted", {"userId": "u1"})
