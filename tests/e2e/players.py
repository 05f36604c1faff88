"""People who use the deployed platform over HTTP, as a frontend would."""

import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from infra.local.handle import StackHandle

PASSWORD = "Passw0rd-of-a-newcomer"
_TOKEN = re.compile(r"token=([\w-]+)")
T = TypeVar("T")


def eventually(look: Callable[[], T | None], what: str, seconds: float = 30.0) -> T:
    """Look again until there is something to see; fail with `what` is missing after a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.25)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")


@dataclass
class Player:
    """Somebody with a mail address, a name, and, once signed in, an access token."""

    stack: StackHandle
    name: str = field(default_factory=lambda: f"p{uuid.uuid4().hex[:12]}")
    token: str = ""

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Send a request; signed in, if this player is."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"{self.stack.api_url}/api/v1{path}"
        return httpx.request(method, url, json=body, headers=headers, timeout=30, **options)

    def register(self) -> httpx.Response:
        """Ask for an account."""
        form = {"email": self.email, "password": PASSWORD, "username": self.name}
        return self.call("POST", "/auth/register", form)

    def mailed_token(self) -> str:
        """Wait for the mail and take the token out of its link."""
        mail = eventually(lambda: self.stack.mails(self.email), "the verification mail")[0]
        found = _TOKEN.search(mail["text"])
        assert found, mail["text"]
        return found[1]

    def verify(self) -> httpx.Response:
        """Follow the link of the mail."""
        return self.call("POST", "/auth/verify-email", {"token": self.mailed_token()})

    def login(self) -> dict[str, Any]:
        """Sign in, keep the access token, return the whole answer."""
        form = {"email": self.email, "password": PASSWORD, "tokenTransport": "body"}
        answer = self.call("POST", "/auth/login", form)
        assert answer.status_code == 200, answer.text
        grant: dict[str, Any] = answer.json()
        self.token = grant["accessToken"]
        return grant


def newcomer(stack: StackHandle) -> Player:
    """A player who has registered, verified the address and signed in."""
    player = Player(stack)
    assert player.register().status_code == 202
    assert player.verify().status_code == 204
    player.login()
    return player


def appointed(stack: StackHandle, role: str) -> Player:
    """A member of the staff: an admin made by the operator's command, or one whom that one made."""
    admin = newcomer(stack)
    command = [sys.executable, "-m", "infra.staff", admin.name, "--stack", stack.target.stack]
    address = {"AWS_ENDPOINT_URL": stack.endpoint} if stack.endpoint else {}
    subprocess.run(command, env={**os.environ, **address}, check=True, timeout=120)
    if role == "ADMIN":
        return admin
    player, form = newcomer(stack), {"role": role, "reason": "helps a lot"}
    answer = admin.call("PATCH", f"/users/{player.name}/role", form)
    assert answer.status_code == 204, answer.text
    return player
