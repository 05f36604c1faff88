"""Planned maintenance over HTTP, and mails about servers that stay away, through the functions."""

from datetime import timedelta
from typing import Any

import pytest

from firstspawn.db import keys
from firstspawn.events.changes import read_change
from firstspawn.events.rules import Target, messages
from firstspawn.kit.clock import epoch, rfc3339
from firstspawn.mail.models import Mail
from firstspawn.servers.schemas import UpdateServer
from firstspawn.uptime.absence import Stage
from firstspawn.uptime.models import RosterMember, ServerStatus
from firstspawn.wiring import Container
from functions.queues.reactions import handler
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.events import sqs_event, stream_record
from tests.support.factories import Account, Accounts
from tests.support.permissions import under_role
from tests.support.servers import server_form


@pytest.fixture
def owner(accounts: Accounts) -> Account:
    """A server owner: as many servers as tests need."""
    return accounts.create(isServerOwner=True)


@pytest.fixture
def server(stack: Container, owner: Account) -> str:
    """The id of a server of the owner's."""
    return stack.server_registration.register(owner.caller, server_form())[0].id


def plan(client: Client, server: str, who: Account, clock: FrozenClock, hours: int = 1) -> Answer:
    begins = clock() + timedelta(hours=hours)
    body = {"begins": rfc3339(begins), "ends": rfc3339(begins + timedelta(hours=2))}
    return client.post(f"/servers/{server}/maintenance", body, token=who.access)


def test_planned_maintenance_is_listed_and_known_to_the_rounds(
    client: Client, stack: Container, owner: Account, server: str, clock: FrozenClock
) -> None:
    # When
    answer = plan(client, server, owner, clock)
    # Then
    assert answer.status == 201
    assert client.get(f"/servers/{server}/maintenance").json["items"] == [answer.json]
    status = ServerStatus.find(keys.server_status(server), clock())
    assert status is not None
    member = RosterMember.find(keys.roster_member(int(status.rosterShard), server), clock())
    assert member is not None
    begin = epoch(clock()) // 60 + 60
    assert list(member.maintenance) == list(status.maintenance) == [begin, begin + 120]


def test_a_servers_status_tells_the_maintenance_to_come_and_under_way(
    client: Client, owner: Account, server: str, clock: FrozenClock
) -> None:
    # Given two windows of two hours
    windows = [plan(client, server, owner, clock, hours).json for hours in (1, 5)]

    def told() -> list[dict[str, Any]]:
        return list(client.get(f"/servers/{server}/status").json["maintenance"])

    # Then both are told, the first to its end
    assert told() == windows
    clock.advance(minutes=2 * 60 + 59)
    assert told() == windows
    clock.advance(minutes=1)
    assert told() == windows[1:]


def test_maintenance_is_cancelled_by_its_id(
    client: Client, owner: Account, server: str, clock: FrozenClock
) -> None:
    first, second = (plan(client, server, owner, clock, hours).json["id"] for hours in (1, 5))

    assert client.delete(f"/servers/{server}/maintenance/{first}", token=owner.access).status == 204

    left = client.get(f"/servers/{server}/maintenance").json["items"]
    assert [window["id"] for window in left] == [second]
    again = client.delete(f"/servers/{server}/maintenance/{first}", token=owner.access)
    assert (again.status, again.code) == (404, "maintenance_not_found")


@pytest.mark.parametrize("window", ["", "x", "-1", "9" * 40, "%C2%B2"])
def test_nonsense_is_no_window(client: Client, owner: Account, server: str, window: str) -> None:
    answer = client.delete(f"/servers/{server}/maintenance/{window}", token=owner.access)

    assert answer.status == 404


def test_overlaps_and_past_windows_are_refused(
    client: Client, owner: Account, server: str, clock: FrozenClock
) -> None:
    assert plan(client, server, owner, clock).status == 201

    overlap, past = plan(client, server, owner, clock), plan(client, server, owner, clock, -3)

    assert (overlap.status, overlap.code) == (409, "maintenance_overlaps")
    assert (past.status, past.json["errors"][0]["field"]) == (422, "begins")


def test_only_the_owner_plans(
    client: Client, accounts: Accounts, server: str, clock: FrozenClock
) -> None:
    stranger = accounts.create()

    answer = plan(client, server, stranger, clock)
    cancelled = client.delete(f"/servers/{server}/maintenance/1", token=stranger.access)

    assert (answer.status, answer.code) == (403, "not_the_owner")
    assert (cancelled.status, cancelled.code) == (403, "not_the_owner")


def absent(server: str, stage: Stage, clock: FrozenClock) -> None:
    """Bring a server's absence to a stage, as a round does."""
    status = ServerStatus.at(keys.server_status(server))
    since = clock() - timedelta(days=8)
    actions: list[Any] = [
        ServerStatus.absenceStage.set(stage),
        ServerStatus.unreachableSince.set(since),
    ]
    status.update(actions)


def told(server: str) -> dict[str, Any]:
    """The message that a stage's change becomes."""
    old = {"type": "ServerStatus", "serverId": server}
    record = stream_record("MODIFY", old=old, new={**old, "absenceStage": 1})
    (message,) = (m for m in messages(read_change(record)) if m.target is Target.REACTIONS)
    return sqs_event([message.body])


def mails(to: str) -> list[Mail]:
    return [mail for mail in Mail.scan() if mail.to == to and mail.template.startswith("server_")]


react = under_role(handler, "Reactor")


@pytest.mark.parametrize(
    ("stage", "template"),
    [
        (Stage.WARNED, "server_unreachable"),
        (Stage.LAST_WARNING, "server_unlisted_soon"),
        (Stage.UNLISTED, "server_unlisted"),
    ],
)
def test_an_owner_is_told_of_each_stage_once(
    stack: Container, owner: Account, server: str, clock: FrozenClock, stage: Stage, template: str
) -> None:
    # Given
    absent(server, stage, clock)
    # When it is told twice
    answers = [react(told(server), None) for _ in range(2)]
    # Then
    assert answers == [{"batchItemFailures": []}] * 2
    (mail,) = mails(owner.email)
    assert mail.template == template
    assert set(mail.params) == {"server", "slug"}


def test_the_owner_of_a_server_that_they_deactivated_is_told_as_well(
    stack: Container, owner: Account, server: str, clock: FrozenClock
) -> None:
    # Given one whose absence goes on, so that it is unlisted should it be activated again
    absent(server, Stage.WARNED, clock)
    stack.servers.update(owner.caller, server, UpdateServer(isActive=False), None)
    # When
    react(told(server), None)
    # Then
    assert [mail.template for mail in mails(owner.email)] == ["server_unreachable"]


def test_nobody_is_told_of_an_absence_that_is_over(
    stack: Container, owner: Account, server: str
) -> None:
    assert react(told(server), None) == {"batchItemFailures": []}

    assert mails(owner.email) == []


def test_nobody_is_told_of_an_absence_whose_plugin_is_back(
    stack: Container, owner: Account, server: str, clock: FrozenClock
) -> None:
    absent(server, Stage.WARNED, clock)
    ServerStatus.at(keys.server_status(server)).update([ServerStatus.isOnline.set(True)])

    assert react(told(server), None) == {"batchItemFailures": []}
    assert mails(owner.email) == []


def test_nobody_is_told_of_a_server_that_is_gone(
    stack: Container, owner: Account, server: str, clock: FrozenClock
) -> None:
    absent(server, Stage.WARNED, clock)
    stack.servers.delete(owner.caller, server, None)

    assert react(told(server), None) == {"batchItemFailures": []}
    assert mails(owner.email) == []


def test_an_end_of_an_absence_and_other_changes_tell_nobody(server: str) -> None:
    item = {"type": "ServerStatus", "serverId": server, "absenceStage": 2}
    ended = stream_record("MODIFY", old=item, new={**item, "absenceStage": None})
    other = stream_record("MODIFY", old=item, new={**item, "playerCount": 3})

    for record in (ended, other):
        targets = {message.target for message in messages(read_change(record))}
        assert Target.REACTIONS not in targets


def test_a_server_long_gone_is_hidden_from_searches_until_it_answers(
    stack: Container, server: str
) -> None:
    from firstspawn.discovery.documents import document
    from firstspawn.servers.repository import ServerRepository

    def listed() -> bool:
        stored = ServerRepository().find(server, consistent=True)
        assert stored is not None
        return bool(document(stored, stack.clock()).fields["listed"])

    assert listed()
    ServerStatus.at(keys.server_status(server)).update([ServerStatus.isUnlisted.set(True)])
    assert not listed()
