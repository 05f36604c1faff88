"""What operations on servers and tags cost, in calls and units."""

from firstspawn.audit.schemas import Act, Actor
from firstspawn.db import keys
from firstspawn.kit.dto import Page
from firstspawn.servers.models import ServerStats
from firstspawn.servers.repository import ServerRepository
from firstspawn.servers.schemas import UpdateServer
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.support.costs import assert_cost, count_calls
from tests.support.servers import Owners, server_form

LONG = "Ein langer, ehrlicher Text über eine Welt aus Stein und Wasser. " * 30
QUERY, READ, UPDATE, TRANSACT = "Query", "GetItem", "UpdateItem", "TransactWriteItems"


def test_reading_by_id_is_one_query_of_half_a_unit(stack: Container, owners: Owners) -> None:
    server = owners.server(description=LONG)[1]

    with count_calls() as costs:
        stack.servers.get(server.id)

    assert_cost(costs, operations=[QUERY], read_units=0.5)


def test_reading_by_slug_is_two_reads(stack: Container, owners: Owners) -> None:
    server = owners.server()[1]

    with count_calls() as costs:
        stack.servers.get(server.slug)

    assert_cost(costs, operations=[READ, QUERY], read_units=1)


def test_registering_is_a_counter_and_a_transaction(stack: Container, owners: Owners) -> None:
    caller = owners.create()
    form = server_form()

    with count_calls() as costs:
        stack.server_registration.register(caller, form)

    # Five items of a unit each, doubled, and the entry's two copies in the index count once more.
    assert_cost(costs, operations=[UPDATE, TRANSACT], write_units=12)


def test_editing_is_a_query_and_an_update(stack: Container, owners: Owners) -> None:
    owner, server = owners.server()

    with count_calls() as costs:
        stack.servers.update(owner, server.id, UpdateServer(description="New"), None)

    assert_cost(costs, operations=[QUERY, UPDATE], read_units=1, write_units=2)


def test_what_the_staff_edits_costs_a_read_and_the_audit_logs_entry(
    stack: Container, owners: Owners
) -> None:
    server = owners.server()[1]
    moderator = owners.create(role=Role.MODERATOR.value)
    act = Act(Actor(moderator.userId, Role.MODERATOR, "req"), "server.edit", f"server:{server.id}")

    with count_calls() as costs:
        change = UpdateServer(description="Kept clean")
        stack.servers.update(moderator, server.id, change, None, lambda _: stack.audit.noting(act))

    assert_cost(costs, operations=[QUERY, READ, TRANSACT], read_units=2, write_units=7)


def test_moving_is_a_query_and_a_transaction(stack: Container, owners: Owners) -> None:
    owner, server = owners.server()
    everything = UpdateServer(slug=f"{server.slug}-moved", ip="moved.example.com")

    with count_calls() as costs:
        stack.servers.update(owner, server.id, everything, None)

    assert_cost(costs, operations=[QUERY, TRANSACT], write_units=9)


def test_deleting_is_a_query_and_a_transaction(stack: Container, owners: Owners) -> None:
    owner, server = owners.server()

    with count_calls() as costs:
        stack.servers.delete(owner, server.id, None)

    assert_cost(costs, operations=[QUERY, TRANSACT], write_units=11)


def test_a_page_of_ones_own_is_a_query_and_a_batch(stack: Container, owners: Owners) -> None:
    owner = owners.server()[0]

    with count_calls() as costs:
        stack.servers.mine(owner, Page())

    assert_cost(costs, operations=[QUERY, "BatchGetItem"])


def test_parts_of_33_servers_are_one_call(owners: Owners) -> None:
    owner = owners.create(isServerOwner=True)
    ids = [owners.server(owner)[1].id for _ in range(33)]

    with count_calls() as costs:
        ServerRepository().read_parts(ids)

    assert_cost(costs, operations=["BatchGetItem"])


def test_the_catalogue_is_read_once_a_minute(stack: Container) -> None:
    stack.tags.seed()

    with count_calls() as costs:
        stack.tags.list()
        stack.tags.list("feature")
        stack.tags.check(["survival"])

    assert_cost(costs, operations=[QUERY], read_units=2)


def test_a_slice_of_the_nightly_walk_is_a_scan(owners: Owners) -> None:
    for _ in range(3):
        owners.server()

    with count_calls() as costs:
        servers, _ = ServerRepository().walk_from(None, 3)

    assert len(servers) == 3
    assert costs.operations == ["Scan"]


def test_noting_counters_that_grew_is_one_write(owners: Owners) -> None:
    _, server = owners.server()
    counted = ServerStats.at(keys.server_stats(server.id), serverId=server.id, favoriteCount=3)
    counted.save()
    parts = ServerRepository().read_parts([server.id])[server.id]

    with count_calls() as costs:
        ServerRepository().note_counts(parts, [[739_000 + day, 6000, 20, 30] for day in range(9)])

    assert_cost(costs, operations=[UPDATE], write_units=1)
