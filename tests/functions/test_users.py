"""Profiles: one's own, everybody else's, and what may be edited."""

import pytest

from tests.support.client import Client
from tests.support.factories import Accounts

PUBLIC = {
    "id", "username", "displayName", "avatarUrl", "bio", "reputation", "isPremium", "isVerified",
    "createdAt",
}  # fmt: skip


def test_others_see_no_address_role_or_standing(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    answer = client.get(f"/users/{account.id}")
    # Then
    assert answer.json.keys() == PUBLIC
    assert account.email not in answer.body
    assert answer.headers["cache-control"] == "public, max-age=30"
    # And one's own token makes the answer private, not richer
    own = client.get(f"/users/{account.id}", token=account.access)
    assert own.json.keys() == PUBLIC
    assert own.headers["cache-control"] == "no-store"
    assert "Authorization" in own.headers["vary"]


def test_a_profile_is_found_by_any_spelling_of_its_name(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When / Then
    for name in (account.username, account.username.upper(), account.username.replace("-", "_")):
        assert client.get(f"/users/{name}").json["id"] == account.id


@pytest.mark.parametrize("who", ["nobody-here", "0" * 26, "01ARYZ6S41TSV4RRFFQ69G5FAV"])
def test_somebody_unknown_is_not_found(client: Client, who: str) -> None:
    # When
    answer = client.get(f"/users/{who}")
    # Then
    assert (answer.status, answer.code) == (404, "user_not_found")


def test_a_field_left_out_stays_and_null_empties_it(client: Client, accounts: Accounts) -> None:
    # Given
    token = accounts.create().access
    client.patch("/users/me", {"bio": "I dig\n\ndeep", "displayName": " Max \u202e "}, token=token)
    # When
    answer = client.patch("/users/me", {"displayName": None}, token=token)
    # Then
    assert (answer.json["displayName"], answer.json["bio"]) == (None, "I dig\n\ndeep")
    assert client.patch("/users/me", {"bio": "  "}, token=token).json["bio"] is None


@pytest.mark.parametrize(
    "body",
    [{"role": "ADMIN"}, {"reputation": 5}, {"email": "x@mail.example.com"}, {"isBanned": False},
     {"displayName": "x" * 41}, {"bio": "x" * 501}, {"bio": 5}, {"username": ""}],
)  # fmt: skip
def test_what_is_not_ones_to_edit_is_refused(
    client: Client, accounts: Accounts, body: dict[str, object]
) -> None:
    # When
    answer = client.patch("/users/me", body, token=accounts.create().access)
    # Then
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == list(body)


def test_a_new_name_is_ones_own_and_the_old_one_is_held(client: Client, accounts: Accounts) -> None:
    # Given
    account, rival = accounts.create(), accounts.create()
    new = accounts.form().username
    # When
    renamed = client.patch("/users/me", {"username": new, "bio": "new"}, token=account.access)
    # Then
    assert (renamed.status, renamed.json["username"], renamed.json["bio"]) == (200, new, "new")
    assert client.get(f"/users/{new}").json["id"] == account.id
    assert client.get(f"/users/{account.username}").status == 404
    # And nobody else gets the old name, but its owner may return to it
    taken = client.patch("/users/me", {"username": account.username}, token=rival.access)
    assert (taken.status, taken.code) == (409, "username_taken")
    back = client.patch("/users/me", {"username": account.username}, token=account.access)
    assert back.status == 200
    assert client.get(f"/users/{account.username}").json["id"] == account.id


def test_a_name_can_change_its_spelling(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    answer = client.patch("/users/me", {"username": account.username.upper()}, token=account.access)
    # Then
    assert answer.json["username"] == account.username.upper()
    assert client.get(f"/users/{account.username}").json["id"] == account.id


@pytest.mark.parametrize(("name", "code"), [("Adm1n", "username_reserved"), ("taken", None)])
def test_a_name_one_cannot_have_changes_nothing(
    client: Client, accounts: Accounts, name: str, code: str | None
) -> None:
    # Given
    account = accounts.create()
    wanted = name if code else accounts.create().username
    # When
    answer = client.patch("/users/me", {"username": wanted, "bio": "x"}, token=account.access)
    # Then
    assert answer.status in (409, 422)
    assert answer.code == (code or "username_taken")
    profile = client.get("/users/me", token=account.access).json
    assert (profile["username"], profile["bio"]) == (account.username, None)


def test_a_rename_honours_if_match(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    body = {"username": accounts.form().username}
    # When
    answer = client.patch("/users/me", body, token=account.access, headers={"If-Match": '"99-x"'})
    # Then
    assert (answer.status, answer.code) == (412, "precondition_failed")
    assert client.get(f"/users/{body['username']}").status == 404
