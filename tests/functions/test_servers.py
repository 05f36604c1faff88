"""Servers over HTTP: API Gateway events in, answers out."""

from typing import Any

import pytest

from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Account, Accounts

_made = iter(range(1, 10_000))


def _form(**fields: Any) -> dict[str, Any]:
    number = next(_made)
    values = {
        "gameType": "MINECRAFT",
        "name": f"Foxglove {number}",
        "ip": "mc.foxglove.example.com",
    }
    return {**values, **fields}


@pytest.fixture
def owner(accounts: Accounts) -> Account:
    return accounts.create()


def _registered(client: Client, account: Account, **fields: Any) -> dict[str, Any]:
    answer = client.post("/servers", _form(**fields), token=account.access)
    assert answer.status == 201, answer.body
    server: dict[str, Any] = answer.json
    return server


def test_a_registered_server_is_found_by_id_and_slug(client: Client, owner: Account) -> None:
    # When an owner registers a server
    answer = client.post("/servers", _form(name="Foxglove SMP", version="1.21"), token=owner.access)

    # Then the answer says where it is, and anybody finds it there and by its slug
    assert answer.status == 201
    location = answer.headers["location"]
    assert location == f"/api/v1/servers/{answer.json['id']}"
    by_id, by_slug = client.get(location), client.get("/servers/foxglove-smp")
    assert by_id.json == by_slug.json == answer.json
    assert by_id.headers["etag"] == answer.headers["etag"]
    assert by_id.headers["cache-control"] == "public, max-age=15"


def test_the_answer_has_every_field_of_the_seed(client: Client, owner: Account) -> None:
    server = _registered(client, owner)

    fields = """id ownerId gameType name slug description shortDescription ip port websiteUrl
        discordUrl bannerUrl logoUrl isOnline isVerified isFeatured isActive playerCount maxPlayers
        uptime totalPlaytime averageRating reviewCount favoriteCount version region language
        launchDate createdAt updatedAt tags"""
    assert set(fields.split()) <= set(server)
    inner = {"PK", "SK", "GSI1PK", "gameVersion", "rosterShard", "deletedAt", "serverId"}
    assert not inner & set(server)


def test_a_guest_cannot_register(client: Client) -> None:
    assert client.post("/servers", _form()).status == 401


def test_an_unverified_account_cannot_register(client: Client, accounts: Accounts) -> None:
    answer = client.post("/servers", _form(), token=accounts.create(verified=False).access)

    assert (answer.status, answer.code) == (403, "email_not_verified")


def test_a_taken_slug_is_a_conflict(client: Client, owner: Account) -> None:
    _registered(client, owner, slug="first-come")

    answer = client.post("/servers", _form(slug="first-come"), token=owner.access)

    assert (answer.status, answer.code) == (409, "slug_taken")


def test_the_limit_is_said(client: Client, owner: Account) -> None:
    for _ in range(3):
        _registered(client, owner)

    answer = client.post("/servers", _form(), token=owner.access)

    assert (answer.status, answer.code, answer.json["limit"]) == (409, "server_limit_reached", 3)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ip": "10.0.0.1"}, "ip"),
        ({"ip": "not a host"}, "ip"),
        ({"port": 22}, "port"),
        ({"tags": ["no-such-tag"]}, "tags"),
        ({"name": "\u200b \u200b"}, "name"),
        ({"isVerified": True}, "isVerified"),
    ],
)
def test_a_wrong_field_is_named(
    client: Client, owner: Account, fields: dict[str, Any], field: str
) -> None:
    answer = client.post("/servers", _form(**fields), token=owner.access)

    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_tags_of_the_catalogue_are_kept_once(
    client: Client, owner: Account, stack: Container
) -> None:
    stack.tags.seed()

    server = _registered(client, owner, tags=["smp", "survival", "smp"])

    assert server["tags"] == ["smp", "survival"]


@pytest.mark.parametrize(
    "name", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "nobody-has-this", "%20", "a" * 2000, "%F0%9F%8C%8D"]
)
def test_what_is_not_there_is_not_found(client: Client, name: str) -> None:
    answer = client.get(f"/servers/{name}")

    assert (answer.status, answer.code) == (404, "server_not_found")


def test_a_server_that_has_not_changed_is_not_sent_again(client: Client, owner: Account) -> None:
    path = f"/servers/{_registered(client, owner)['id']}"

    answer = client.get(path, headers={"If-None-Match": client.get(path).headers["etag"]})

    assert (answer.status, answer.body) == (304, "")


def test_an_edit_honours_if_match(client: Client, owner: Account) -> None:
    # Given a server read by its owner
    path = f"/servers/{_registered(client, owner)['id']}"
    tag = client.get(path).headers["etag"]

    # When it is edited twice with the ETag of that read
    first, second = (
        client.patch(path, {"description": text}, token=owner.access, headers={"If-Match": tag})
        for text in ("One", "Two")
    )

    # Then the second comes too late
    assert (first.status, first.json["description"]) == (200, "One")
    assert (second.status, second.code) == (412, "precondition_failed")
    assert client.get(path).json["description"] == "One"


def test_null_empties_only_what_may_be_empty(client: Client, owner: Account) -> None:
    path = f"/servers/{_registered(client, owner, description='Old')['id']}"

    emptied = client.patch(path, {"description": None}, token=owner.access)
    refused = client.patch(path, {"name": None, "ip": None}, token=owner.access)

    assert emptied.json["description"] is None
    assert refused.status == 422
    assert [error["field"] for error in refused.json["errors"]] == ["name", "ip"]


def test_an_owner_may_pause_the_listing(client: Client, owner: Account) -> None:
    path = f"/servers/{_registered(client, owner)['id']}"

    assert client.patch(path, {"isActive": False}, token=owner.access).json["isActive"] is False
    assert client.get(path).status == 200


def test_only_owner_and_staff_may_change_a_server(
    client: Client, owner: Account, accounts: Accounts
) -> None:
    path = f"/servers/{_registered(client, owner)['id']}"
    stranger, moderator = accounts.create(), accounts.create(role="MODERATOR")

    assert client.patch(path, {"name": "Mine"}).status == 401
    for refused in (
        client.patch(path, {"name": "Mine"}, token=stranger.access),
        client.delete(path, token=stranger.access),
    ):
        assert (refused.status, refused.code) == (403, "not_the_owner")
    assert client.patch(path, {"name": "Tidied"}, token=moderator.access).status == 200


def test_a_deleted_server_is_gone_for_everybody(client: Client, owner: Account) -> None:
    server = _registered(client, owner)
    path = f"/servers/{server['slug']}"

    first, second = (client.delete(path, token=owner.access) for _ in range(2))

    assert (first.status, first.body) == (204, "")
    assert (second.status, second.code) == (404, "server_not_found")
    for gone in (path, f"/servers/{server['id']}"):
        for part in ("", "/status", "/uptime"):
            assert client.get(gone + part).status == 404, gone + part
    assert client.patch(path, {"name": "Back"}, token=owner.access).status == 404


def test_ones_own_servers_are_listed_in_pages(client: Client, owner: Account) -> None:
    made = [_registered(client, owner)["id"] for _ in range(3)]

    first = client.get("/users/me/servers", token=owner.access, query=[("limit", "2")]).json
    rest = client.get(
        "/users/me/servers",
        token=owner.access,
        query=[("limit", "2"), ("cursor", first["nextCursor"])],
    ).json

    assert [len(first["items"]), len(rest["items"])] == [2, 1]
    assert {one["id"] for one in first["items"] + rest["items"]} == set(made)
    assert rest["nextCursor"] is None


def test_somebody_elses_cursor_is_no_good(
    client: Client, owner: Account, accounts: Accounts
) -> None:
    for _ in range(2):
        _registered(client, owner)
    query = [("limit", "1")]
    cursor = client.get("/users/me/servers", token=owner.access, query=query).json["nextCursor"]

    stranger = accounts.create()
    for given in (cursor, "tampered"):
        answer = client.get(
            "/users/me/servers", token=stranger.access, query=[*query, ("cursor", given)]
        )
        assert (answer.status, answer.code) == (400, "bad_cursor")


def test_a_guest_has_no_own_servers(client: Client) -> None:
    assert client.get("/users/me/servers").status == 401


def test_a_server_moves_ten_times_a_day_at_most(
    client: Client, owner: Account, clock: FrozenClock
) -> None:
    # Given a server that had ten new addresses today
    server = _registered(client, owner)
    path = f"/servers/{server['id']}"
    for number in range(10):
        moved = client.patch(path, {"ip": f"mc{number}.foxglove.example.com"}, token=owner.access)
        assert moved.status == 200
    # When it gets another one, or other edits
    refused = client.patch(path, {"ip": "mc.elsewhere.example.com"}, token=owner.access)
    renamed = client.patch(path, {"name": "Foxglove", "ip": moved.json["ip"]}, token=owner.access)
    # Then it waits for tomorrow, and the edits do not
    assert (refused.status, refused.code) == (429, "address_changed_too_often")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert renamed.status == 200
    clock.advance(minutes=14)
    assert client.get(path).json["ip"] == moved.json["ip"]
