"""What a browser does besides REST: a websocket opened with a ticket, a banner posted to a form."""

import json
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from infra.local.handle import StackHandle
from tests.e2e.players import Player, eventually, newcomer
from tests.support.pictures import opened, picture

pytestmark = pytest.mark.e2e

# AWS passes the function's 401 on; MiniStack says 403 to whatever the function refuses.
_REFUSALS = {401, 403}
_LISTING = {"gameType": "MINECRAFT", "name": "Banner Bay", "ip": "127.0.0.1", "port": 25961}


@pytest.fixture(scope="module")
def owner(stack: StackHandle) -> Player:
    """A player whose address is verified."""
    return newcomer(stack)


def _say(socket: Any, action: str) -> Any:
    socket.send(json.dumps({"action": action}))
    return json.loads(socket.recv(timeout=20))


@pytest.mark.usefixtures("needs_websockets")
def test_a_ticket_opens_one_websocket_that_knows_its_user(
    stack: StackHandle, owner: Player
) -> None:
    # Given a ticket
    grant = owner.call("POST", "/ws/ticket").json()
    address = f"{stack.websocket_url}?ticket={grant['ticket']}"
    # When a browser connects with it
    with connect(address, open_timeout=20) as socket:
        # Then it is greeted by name and heard
        me = owner.call("GET", "/users/me").json()["id"]
        assert _say(socket, "hello") == {"event": "authenticated", "data": {"userId": me}}
        assert _say(socket, "ping") == {"event": "pong"}
        assert _say(socket, "dance")["data"]["code"] == "unknown_action"
    # And the ticket is used up
    with pytest.raises(InvalidStatus) as refused, connect(address, open_timeout=20):
        pass
    assert refused.value.response.status_code in _REFUSALS


def test_a_posted_picture_becomes_the_servers_banner(owner: Player) -> None:
    # Given a listed server and a form for its banner
    server = owner.call("POST", "/servers", _LISTING).json()["id"]
    answer = owner.call("POST", f"/servers/{server}/banner", {"contentType": "image/png"})
    assert answer.status_code == 201, answer.text
    form = answer.json()
    # When the owner's browser posts a picture
    files = {"file": ("banner.png", picture())}
    posted = httpx.post(form["url"], data=form["fields"], files=files)
    assert posted.status_code == 204, posted.text

    # Then the server shows it, made anew
    def shown() -> str | None:
        url: str | None = owner.call("GET", f"/servers/{server}").json()["bannerUrl"]
        return url

    banner = httpx.get(eventually(shown, "the banner"))
    assert banner.headers["content-type"] == "image/webp"
    assert opened(banner.content).size == (889, 500)
