"""A person's own data on the deployed stack: a mailed copy, and an account that stays after all."""

import io
import json
import re
import zipfile

import httpx
import pytest

from infra.local.handle import StackHandle
from tests.e2e.players import Player, eventually, newcomer

pytestmark = pytest.mark.e2e
_LINK = re.compile(r"https?://\S+/users/me/export/download\?token=[\w-]+")


@pytest.fixture(scope="module")
def player(stack: StackHandle) -> Player:
    """Somebody whose address is verified."""
    return newcomer(stack)


def test_a_copy_of_ones_data_is_mailed_and_downloads(stack: StackHandle, player: Player) -> None:
    # Given
    answer = player.call("POST", "/users/me/export")
    assert answer.status_code == 202, answer.text

    # When the mail is there
    def mailed() -> str | None:
        texts = [mail["text"] for mail in stack.mails(player.email)]
        return next((found[0] for text in texts if (found := _LINK.search(text))), None)

    link = eventually(mailed, "the export's mail", 60)
    file = httpx.get(link, follow_redirects=True, timeout=30)
    # Then its link leads to the archive
    assert file.status_code == 200, file.text
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        (profile,) = json.loads(archive.read("profile.json"))
    assert profile["email"] == player.email
    assert player.call("GET", "/users/me/export").json()["state"] == "READY"


def test_an_account_about_to_go_can_stay(stack: StackHandle, player: Player) -> None:
    # When
    scheduled = player.call("DELETE", "/users/me")
    assert scheduled.status_code == 202, scheduled.text
    # Then
    at = player.call("GET", "/users/me").json()["deletionAt"]
    assert at == scheduled.json()["deletionAt"]
    # And
    assert player.call("POST", "/users/me/deletion/cancel").status_code == 204
    assert player.call("GET", "/users/me").json()["deletionAt"] is None
    subjects = eventually(
        lambda: {mail["subject"] for mail in stack.mails(player.email)}
        if len(stack.mails(player.email)) >= 4 else None,
        "both mails",
    )  # fmt: skip
    assert {"Your account will be deleted", "Your account stays"} <= subjects
