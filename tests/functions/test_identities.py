"""Listing and unlinking accounts elsewhere, through the application."""

import pytest

from firstspawn.identities.errors import IdentityTaken, NotLinkable, PlatformAlreadyLinked
from firstspawn.identities.models import IdentityGuard
from firstspawn.identities.schemas import Platform
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.factories import Accounts
from tests.support.identities import an_identity, forget_password, link


def test_identities_are_listed_by_platform_to_their_owner_alone(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    account, other = accounts.create(), accounts.create()
    steam = link(stack, account, an_identity(Platform.STEAM, platformUsername="gordon"))
    discord = link(stack, account, an_identity(Platform.DISCORD))
    # When
    items = client.get("/identities", token=account.access).json["items"]
    # Then
    assert [(one["platform"], one["platformUserId"]) for one in items] == [
        ("DISCORD", discord.platformUserId),
        ("STEAM", steam.platformUserId),
    ]
    assert items[1]["platformUsername"] == "gordon"
    assert client.get("/identities", token=other.access).json["items"] == []
    assert client.get("/identities").status == 401


def test_an_unlinked_identity_can_be_linked_by_somebody_else(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    account, other = accounts.create(), accounts.create()
    identity = link(stack, account, an_identity())
    with pytest.raises(IdentityTaken):
        link(stack, other, identity)
    # When
    answer = client.delete("/identities/discord", token=account.access)
    # Then
    assert (answer.status, answer.body) == (204, "")
    assert client.get("/identities", token=account.access).json["items"] == []
    link(stack, other, identity)


def test_the_last_way_to_sign_in_stays(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given an account without a password, and what one plays as
    account = accounts.create()
    forget_password(account)
    for platform in (Platform.DISCORD, Platform.STEAM, Platform.MINECRAFT):
        link(stack, account, an_identity(platform))
    # When / Then
    assert client.delete("/identities/STEAM", token=account.access).status == 204
    last = client.delete("/identities/discord", token=account.access)
    assert (last.status, last.code) == (409, "last_way_to_sign_in")
    assert client.delete("/identities/minecraft", token=account.access).status == 204
    assert len(client.get("/identities", token=account.access).json["items"]) == 1


@pytest.mark.parametrize(
    ("name", "code"), [("steam", "identity_not_found"), ("myspace", "unknown_platform")]
)
def test_what_is_not_linked_cannot_be_unlinked(
    client: Client, accounts: Accounts, name: str, code: str
) -> None:
    answer = client.delete(f"/identities/{name}", token=accounts.create().access)
    assert (answer.status, answer.code) == (404, code)


def test_an_account_that_may_expire_or_whose_logins_ended_is_not_linked(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    unverified, account, identity = (
        accounts.create(verified=False),
        accounts.create(),
        an_identity(),
    )
    stack.auth.logout_all(account.caller)
    # When / Then
    for one in (unverified, account):
        with pytest.raises(NotLinkable):
            link(stack, one, identity)
    assert not list(IdentityGuard.scan(IdentityGuard.userId == unverified.id))


def test_a_user_has_one_account_of_a_platform(stack: Container, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    first = link(stack, account, an_identity())
    # When / Then
    with pytest.raises(PlatformAlreadyLinked):
        link(stack, account, an_identity())
    assert link(stack, account, first) is first


def test_a_link_that_holds_on_one_server_blocks_nobody_elsewhere(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    impostor, player = accounts.create(), accounts.create()
    scoped = an_identity(Platform.MINECRAFT, vouchedBy="s1", scopeServerId="s1")
    link(stack, impostor, scoped)
    # When
    link(stack, player, an_identity(Platform.MINECRAFT, platformUserId=scoped.platformUserId))
    # Then
    items = client.get("/identities", token=player.access).json["items"]
    assert [(one["scopeServerId"], one["vouchedBy"]) for one in items] == [(None, None)]
    assert client.delete("/identities/minecraft", token=impostor.access).status == 204
    assert client.get("/identities", token=impostor.access).json["items"] == []
