"""What `GET /servers` and `GET /servers/suggest` take and say, through the whole application."""

from typing import Any

import pytest

from firstspawn.uptime.repository import RosterRepository
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from functions.streams.search import handler
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.costs import count_calls
from tests.support.factories import Account, Accounts
from tests.support.indexing import names, register, stream_of


@pytest.fixture
def owner(indexed: Container, accounts: Accounts) -> Account:
    return accounts.create(isServerOwner=True)


@pytest.fixture
def island(indexed: Container, client: Client, owner: Account) -> str:
    server = register(
        client, owner, "Emerald Isles", region="EU", version="1.20.4", language="pt-BR",
        location={"lat": 48.1, "lon": 11.6}, launchDate="2027-01-01T00:00:00Z",
    )  # fmt: skip
    other = register(client, owner, "Quiet Meadow", region="OC")
    assert handler(stream_of(indexed, server, other), None) == {"batchItemFailures": []}
    return server


@pytest.mark.parametrize(
    "query",
    [
        {"version": "1.20"},
        {"language": "pt"},
        {"language": "PT-br,xx"},
        {"upcoming": "true"},
        {"near": "48.2,16.4", "radius": "400"},
        {"near": "-30,150", "radius": "20000", "sort": "distance", "order": "desc", "limit": "1"},
        {"edition": "JAVA", "region": "EU"},
        {"launchAfter": "2026-12-01T00:00:00Z"},
        {"q": "emerlad"},
        {"q": "isles 1.20.4"},
        {"sort": "launchDate", "order": "desc", "limit": "1"},
    ],
)
def test_each_filter_leads_to_the_server(
    client: Client, island: str, query: dict[str, str]
) -> None:
    answer = client.get("/servers", query=list(query.items()))

    assert names(answer) == ["Emerald Isles"]


def test_servers_are_read_by_id_in_bulk_without_the_table(client: Client, island: str) -> None:
    with count_calls() as costs:
        answer = client.get("/servers", query=[("ids", f"{island},nobody")])

    assert [item["id"] for item in answer.json["items"]] == [island]
    assert costs.operations == ["UpdateItem"]


def test_a_name_is_completed_without_the_table(client: Client, island: str) -> None:
    with count_calls() as costs:
        answer = client.get("/servers/suggest", query=[("q", "eme"), ("gameType", "MINECRAFT")])

    assert answer.status == 200
    assert [item["highlight"] for item in answer.json["items"]] == ["<em>Emerald</em> Isles"]
    assert client.get("/servers/suggest", query=[("q", "eme"), ("gameType", "HYTALE")]).json == {
        "items": []
    }
    assert client.get("/servers/suggest").status == 422
    assert costs.operations == ["UpdateItem"]


def test_a_misspelt_search_says_what_was_meant(client: Client, island: str) -> None:
    page = client.get("/servers", query=[("q", "emerlad isles")]).json

    assert page["approximate"]
    assert page["didYouMean"] == "emerald isles"


def test_only_admins_are_told_what_each_point_is_for(
    client: Client, accounts: Accounts, island: str
) -> None:
    asked = [("explain", "true"), ("q", "emerald isles")]
    admin, user = accounts.create(role=Role.ADMIN), accounts.create()

    refused = (
        client.get("/servers", query=asked),
        client.get("/servers", query=asked, token=user.access),
    )
    [item] = client.get("/servers", query=asked, token=admin.access).json["items"]

    assert [answer.status for answer in refused] == [401, 403]
    made = item["explanation"]
    assert made["total"] == made["text"] + sum(made["proof"].values()) + made["exposure"]
    assert made["proof"]["freshness"] == 0


def test_a_list_and_a_detail_that_show_the_same_check_show_the_same_state(
    indexed: Container, client: Client, clock: FrozenClock, island: str
) -> None:
    def card() -> dict[str, Any]:
        return dict(client.get("/servers", query=[("ids", island)]).json["items"][0])

    def detail() -> dict[str, Any]:
        return dict(client.get(f"/servers/{island}").json)

    def state(shown: dict[str, Any]) -> tuple[Any, ...]:
        volatile = ("isOnline", "playerCount", "maxPlayers", "uptime", "checkedAt")
        return tuple(shown[name] for name in volatile)

    # Given a server whose state changed twice
    seen = []
    for players in (7, 9):
        clock.advance(minutes=5)
        change = {"isOnline": True, "playerCount": players, "maxPlayers": 50, "uptime": 99.5}
        RosterRepository().publish({island: change}, clock())
        before = card()
        # Then a list that the stream has not reached yet says so by its older check
        assert before["checkedAt"] != detail()["checkedAt"]
        handler(stream_of(indexed, island), None)
        seen.append((card(), detail()))

    # And with the same check both show the same
    for listed, detailed in seen:
        assert state(listed) == state(detailed)
    assert [listed["playerCount"] for listed, _ in seen] == [7, 9]


def test_a_featured_server_is_labelled_and_apart(
    indexed: Container, client: Client, island: str
) -> None:
    from firstspawn.db import keys
    from firstspawn.servers.models import Server

    Server.at(keys.server_detail(island)).update(
        actions=[Server.isFeatured.set(True), Server.version.add(1)]
    )
    handler(stream_of(indexed, island), None)

    page = client.get("/servers", query=[("sort", "new"), ("withFeatured", "true")]).json

    assert [(card["id"], card["isFeatured"]) for card in page["featured"]] == [(island, True)]
    assert len(page["items"]) == page["total"] == 2
