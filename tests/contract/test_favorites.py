"""Favourites on every engine."""

import pytest

from firstspawn.auth.errors import EmailNotVerified
from firstspawn.db import keys
from firstspawn.favorites import repository
from firstspawn.favorites.errors import TooManyFavorites
from firstspawn.favorites.models import FavoriteCount
from firstspawn.kit.dto import Page
from firstspawn.servers.errors import ServerNotFound
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts
from tests.support.reviews import Critics, counted, recounted


def number_kept(stack: Container, caller: Caller) -> int:
    found = FavoriteCount.find(keys.favorites(caller.userId), stack.clock(), consistent=True)
    return int(found.number) if found else 0


def test_servers_are_kept_once_and_listed_newest_first(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given
    caller, servers = critics.person(), [critics.server() for _ in range(3)]
    # When
    for server in servers:
        clock.advance(seconds=1)
        stack.favorites.add(caller, server)
        stack.favorites.add(caller, server)
    # Then
    first = stack.favorites.list(caller, Page(limit=2))
    rest = stack.favorites.list(caller, Page(limit=2, cursor=first.nextCursor))
    listed = [*first.items, *rest.items]
    assert [one.serverId for one in listed] == servers[::-1]
    assert all(one.server and one.server.favoriteCount == 1 for one in listed)
    assert listed[-1].createdAt < listed[0].createdAt == clock()
    assert rest.nextCursor is None
    assert number_kept(stack, caller) == 3


def test_a_favourite_is_removed_whether_it_was_one_or_not(
    stack: Container, critics: Critics
) -> None:
    # Given
    caller, server = critics.person(), critics.server()
    stack.favorites.add(caller, server)
    # When
    for one in (server, server, critics.server(), "no-id"):
        stack.favorites.remove(caller, one)
    # Then
    assert counted(stack, server) == recounted(server)
    assert counted(stack, server)["favoriteCount"] == number_kept(stack, caller) == 0
    # And it can be kept again
    stack.favorites.add(caller, server)
    assert stack.favorites.kept(caller, [server, critics.server()]) == {server}


def test_an_account_that_may_expire_counts_for_no_server(
    stack: Container, critics: Critics
) -> None:
    # Given
    caller, server = Accounts(stack).create(verified=False).caller, critics.server()
    # When / Then
    with pytest.raises(EmailNotVerified):
        stack.favorites.add(caller, server)
    assert counted(stack, server)["favoriteCount"] == number_kept(stack, caller) == 0
    assert stack.favorites.kept(caller, [server]) == set()


def test_what_its_owner_removed_stays_on_the_list_but_for_its_entry(
    stack: Container, critics: Critics
) -> None:
    # Given
    caller, (owner, server) = critics.person(), critics.owners.server()
    stack.favorites.add(caller, server.id)
    # When
    stack.servers.delete(owner, server.id, None)
    # Then
    (kept,) = stack.favorites.list(caller, Page()).items
    assert (kept.serverId, kept.server) == (server.id, None)
    with pytest.raises(ServerNotFound):
        stack.favorites.add(critics.person(), server.id)
    stack.favorites.remove(caller, server.id)
    assert stack.favorites.list(caller, Page()).items == []


def test_a_list_is_full_some_time(
    stack: Container, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(repository, "MOST", 2)
    caller, servers = critics.person(), [critics.server() for _ in range(3)]
    for server in servers[:2]:
        stack.favorites.add(caller, server)
    # When / Then
    with pytest.raises(TooManyFavorites) as full:
        stack.favorites.add(caller, servers[2])
    assert full.value.extensions == {"limit": 2}
    stack.favorites.add(caller, servers[0])
    assert counted(stack, servers[2]) == recounted(servers[2])
    stack.favorites.remove(caller, servers[0])
    stack.favorites.add(caller, servers[2])


def test_who_leaves_keeps_nothing(
    stack: Container, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody with more favourites than one transaction removes, and one other
    monkeypatch.setattr(repository, "_PER_TRANSACTION", 2)
    caller, other = critics.person(), critics.person()
    servers = [critics.server() for _ in range(3)]
    for server in servers:
        stack.favorites.add(caller, server)
    stack.favorites.add(other, servers[0])
    # When they are told twice that the account is gone
    for _ in range(2):
        stack.favorites.forget(caller.userId)
    # Then
    assert stack.favorites.list(caller, Page()).items == []
    assert number_kept(stack, caller) == 0
    assert [counted(stack, one)["favoriteCount"] for one in servers] == [1, 0, 0]
