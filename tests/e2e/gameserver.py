"""A server listed on the deployed platform, and its plugin."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from clients.python.firstspawn_plugin import Credentials, sign
from infra.local.handle import StackHandle
from tests.e2e.players import Player, eventually

TEXT = "We built a lighthouse here, and it still stands."


class GameServer:
    """A listed server with a plugin that signs what it reports."""

    def __init__(self, stack: StackHandle, owner: Player, name: str) -> None:
        listing = {"gameType": "HYTALE", "name": name, "ip": "quill.example.com"}
        listed = owner.call("POST", "/servers", listing)
        assert listed.status_code == 201, listed.text
        self.id: str = listed.json()["id"]
        issued = owner.call("POST", f"/servers/{self.id}/plugin/credentials", {"name": "e2e"})
        assert issued.status_code == 201, issued.text
        self._stack = stack
        self._credentials = Credentials(issued.json()["apiKey"], issued.json()["apiSecret"])
        self.call("/verify", {"pluginVersion": "1.0.0", "serverVersion": "2026.1"})

    def call(self, path: str, body: dict[str, Any]) -> Any:
        """Send a signed call."""
        data, target = json.dumps(body).encode(), f"/api/v1/plugin{path}"
        stamp, nonce = str(round(time.time() * 1000)), uuid.uuid4().hex
        headers = sign(self._credentials, "POST", target, data, timestamp=stamp, nonce=nonce)
        headers["Content-Type"] = "application/json"
        url = f"{self._stack.api_url}{target}"
        answer = httpx.post(url, content=data, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def visited_by(self, player: Player, minutes: int) -> None:
        """Let a player link the account they play with, and report how long they played."""
        character = str(uuid.uuid4())
        code = player.call("POST", "/identities/link/hytale", {}).json()["code"]
        self.call(
            "/identity/claim", {"code": code, "playerUuid": character, "playerName": player.name}
        )
        now = datetime.now(UTC)
        start = now - timedelta(minutes=minutes)
        played = {"uuid": character, "from": start.isoformat(), "to": now.isoformat()}
        self.call("/playtime/sync", {"players": [played]})

    def reviewed_by(self, player: Player, rating: int) -> str:
        """Let a player review it, and wait until the minutes have verified the review."""
        form = {"rating": rating, "content": TEXT}
        written = player.call("POST", f"/servers/{self.id}/reviews", form)
        assert written.status_code == 201, written.text
        review: str = written.json()["id"]
        eventually(
            lambda: player.call("GET", f"/reviews/{review}").json()["isVerified"],
            "the minutes to verify the review",
            60,
        )
        return review

    def shown(self) -> dict[str, Any]:
        """What everybody sees of it."""
        view: dict[str, Any] = Player(self._stack).call("GET", f"/servers/{self.id}").json()
        return view
