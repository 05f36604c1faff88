"""The operator's command that makes the first admin."""

import pytest

from firstspawn.wiring import Container
from infra.staff import main
from tests.support.client import Client
from tests.support.factories import Accounts


def test_an_operator_makes_the_first_admin_who_counts_at_once(
    client: Client, accounts: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    account = accounts.create()
    name = client.get("/users/me", token=account.access).json["username"]
    assert client.get("/admin/audit", token=account.access).code == "forbidden"
    # When
    assert main([name, "--role", "ADMIN"]) == 0
    # Then
    assert capsys.readouterr().out.endswith(f"{name} is ADMIN now\n")
    log = client.get("/admin/audit", token=account.access).json["items"]
    (entry,) = [one for one in log if one["subject"] == f"user:{account.id}"]
    assert (entry["action"], entry["actorId"], entry["after"]) == (
        "user.role", "operator", {"role": "ADMIN"},
    )  # fmt: skip


def test_nobody_of_that_name_is_told_and_made_nothing(
    stack: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given the empty stack
    assert stack is not None
    # When / Then
    assert main(["nobody-of-that-name"]) == 1
    assert "Not done" in capsys.readouterr().err


def test_a_reason_that_is_none_is_told_and_nothing_is_done(
    client: Client, accounts: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    account = accounts.create()
    # When / Then
    assert main([account.id, "--reason", ""]) == 1
    assert "Not done" in capsys.readouterr().err
    assert client.get("/admin/audit", token=account.access).code == "forbidden"
