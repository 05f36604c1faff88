"""What holds when many want the same at once, on every DynamoDB that takes threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from firstspawn.db import keys
from firstspawn.errors import PreconditionFailed, ProblemError, Unavailable
from firstspawn.servers.errors import (
    AddressChangedTooOften,
    ServerLimitReached,
    ServerNotFound,
    SlugTaken,
)
from firstspawn.servers.models import Server, SlugGuard
from firstspawn.servers.schemas import UpdateServer
from firstspawn.uptime.models import RosterMember
from firstspawn.wiring import Container
from tests.support.servers import Owners, server_form

pytestmark = pytest.mark.usefixtures("patient")


def _all_at_once(act: Callable[[int], Any], threads: int) -> list[Any]:
    """Let so many threads begin together; give their results, expected errors among them."""
    barrier = Barrier(threads)

    def run(number: int) -> Any:
        barrier.wait()
        try:
            return act(number)
        except ProblemError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_of_50_who_want_a_slug_one_gets_it(stack: Container, owners: Owners) -> None:
    # Given 50 owners and one slug
    _ = stack.server_registration
    callers = [owners.create() for _ in range(50)]

    # When all register it at once
    results = _all_at_once(
        lambda number: stack.server_registration.register(
            callers[number], server_form(slug="wanted-by-all")
        ),
        50,
    )

    # Then one has it, and only that one counts a server
    losers = [one for one in results if isinstance(one, SlugTaken)]
    assert len(losers) == 49
    assert sorted(owners.count(caller) for caller in callers) == [0] * 49 + [1]
    assert len([one for one in Server.scan() if one.slug == "wanted-by-all"]) == 1


def test_of_20_registrations_of_one_owner_3_are_taken(stack: Container, owners: Owners) -> None:
    # Given an owner whose tier allows 3
    owner = owners.create()
    _ = stack.server_registration

    # When 20 registrations come at once
    results = _all_at_once(lambda _: stack.server_registration.register(owner, server_form()), 20)

    # Then 3 are taken, the count is exact, and nothing of the others is left
    taken = [one[0].id for one in results if isinstance(one, tuple)]
    assert len(taken) == 3
    assert sum(isinstance(one, ServerLimitReached) for one in results) == 17
    assert owners.count(owner) == 3
    assert {one.id for one in Server.scan() if one.ownerId == owner.userId} == set(taken)


def test_of_edits_of_the_same_version_one_is_made(stack: Container, owners: Owners) -> None:
    # Given a server at version 1
    owner, server = owners.server()
    _ = stack.servers

    # When 20 edits of version 1 come at once
    results = _all_at_once(
        lambda number: stack.servers.update(
            owner, server.id, UpdateServer(shortDescription=f"Edit {number}"), 1
        ),
        20,
    )

    # Then one is made
    made = [one for one in results if isinstance(one, tuple)]
    assert len(made) == 1
    assert sum(isinstance(one, PreconditionFailed) for one in results) == 19
    assert stack.servers.get(server.id) == made[0]
    assert made[0][1] == 2


def test_slug_changes_at_once_leave_one_guard_without_end(stack: Container, owners: Owners) -> None:
    # Given a server
    owner, server = owners.server()
    _ = stack.servers

    # When its slug is changed by 4 requests at once that name no version
    results = _all_at_once(
        lambda number: stack.servers.update(
            owner, server.id, UpdateServer(slug=f"racing-{number}"), None
        ),
        4,
    )

    # Then the slug it has in the end is held for good, and the others run out
    changed = [one for one in results if isinstance(one, tuple)]
    assert changed
    final = stack.servers.get(server.id)[0].slug
    guards = {one.PK: one.expiresAt for one in SlugGuard.scan() if one.serverId == server.id}
    assert guards[keys.slug(final).pk] is None
    assert [pk for pk, until in guards.items() if until is None] == [keys.slug(final).pk]


def test_address_changes_at_once_leave_the_roster_like_the_entry(
    stack: Container, owners: Owners
) -> None:
    # Given a server
    owner, server = owners.server()
    _ = stack.servers

    # When its host and its port are changed by several requests at once
    changes = [UpdateServer(ip="a.example.com"), UpdateServer(port=25570)] * 2
    _all_at_once(
        lambda number: stack.servers.update(owner, server.id, changes[number], None), len(changes)
    )

    # Then entry and roster tell the same address
    entry = stack.servers.get(server.id)[0]
    (member,) = [one for one in RosterMember.scan() if one.serverId == server.id]
    assert [member.ipAddress, member.port] == [entry.ip, entry.port] == ["a.example.com", 25570]


def test_a_server_deleted_by_20_at_once_is_counted_down_once(
    stack: Container, owners: Owners
) -> None:
    # Given an owner of two servers
    owner, server = owners.server()
    owners.server(owner)
    _ = stack.servers

    # When 20 delete the same one
    results = _all_at_once(lambda _: stack.servers.delete(owner, server.id, None), 20)

    # Then one did
    assert results.count(None) == 1
    assert sum(isinstance(one, ServerNotFound) for one in results) == 19
    assert owners.count(owner) == 1


def test_of_twenty_moves_at_once_ten_happen(stack: Container, owners: Owners) -> None:
    # Given
    owner, server = owners.server()

    # When twenty editors give it another address each, again until they are told to stop
    def move(number: int) -> Any:
        change = UpdateServer(ip=f"new{number}.example.com")
        while True:
            try:
                return stack.servers.update(owner, server.id, change, None)
            except Unavailable:
                continue

    outcomes = _all_at_once(move, 20)
    # Then ten were let through
    refused = [one for one in outcomes if isinstance(one, AddressChangedTooOften)]
    assert len(refused) == 10
