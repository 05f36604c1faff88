"""Plugins for tests: instances with their credentials, and the calls they sign."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from clients.python.firstspawn_plugin import Credentials, canonical_query, sign
from firstspawn.kit.clock import Clock
from firstspawn.plugins.installation_schemas import Verify
from firstspawn.plugins.schemas import IssuePlugin, PluginCaller, PluginStatus, RotateSecret
from firstspawn.servers.schemas import ServerView
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.http_events import Call
from tests.support.servers import Owners

PREFIX = "/api/v1/plugin"
VERIFY = Verify(pluginVersion="1.0.0", serverVersion="1.20.4")
_nonces = count(1)


@dataclass(frozen=True)
class Installed:
    """An instance as its owner installed it."""

    pluginId: str
    server: ServerView
    owner: Caller
    credentials: Credentials


class Plugins:
    """Makes instances in one container's table."""

    def __init__(self, stack: Container) -> None:
        self._stack = stack

    def issue(
        self, server: ServerView | None = None, owner: Caller | None = None, **form: Any
    ) -> Installed:
        """An instance nobody has verified; of a new server, unless one is given with its owner."""
        if server is None or owner is None:
            owner, server = Owners(self._stack).server()
        issued = self._stack.plugins.issue(owner, server.id, IssuePlugin(**form))
        credentials = Credentials(issued.apiKey, issued.apiSecret)
        return Installed(issued.plugin.id, server, owner, credentials)

    def active(self, *arguments: Any, **form: Any) -> Installed:
        """A verified instance."""
        installed = self.issue(*arguments, **form)
        self._stack.plugin_installation.verify(self.caller(installed), VERIFY)
        return installed

    def caller(self, installed: Installed, *, trusted: bool = False) -> PluginCaller:
        """Who a call signed now comes from."""
        return PluginCaller(
            installed.pluginId, installed.server.id, installed.server.gameType, trusted,
            PluginStatus.ACTIVE, self._stack.clock(),
        )  # fmt: skip

    def rotate(self, installed: Installed, hours: int = 24) -> Installed:
        """The same instance with a new secret."""
        form, one = RotateSecret(overlapHours=hours), installed
        made = self._stack.plugins.rotate(one.owner, one.server.id, one.pluginId, form)
        return Installed(
            one.pluginId, one.server, one.owner, Credentials(one.credentials.key, made.apiSecret)
        )


class PluginClient:
    """Signs calls as the reference client does and sends them through a door."""

    def __init__(self, client: Client, credentials: Credentials, clock: Clock) -> None:
        self._client, self.credentials, self._clock = client, credentials, clock

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """POST with a JSON body, or with the bytes of a text."""
        return self._client.send(self.signed("POST", path, body, **options))

    def get(self, path: str, query: Sequence[tuple[str, str]] = (), **options: Any) -> Answer:
        """GET."""
        return self._client.send(self.signed("GET", path, None, query=query, **options))

    def signed(
        self, method: str, path: str, body: Any = None, *, version: int = 2,
        query: Sequence[tuple[str, str]] = (), timestamp: str = "", nonce: str = "",
    ) -> Call:  # fmt: skip
        """A signed call that is not sent yet."""
        given = body if isinstance(body, str) else json.dumps(body)
        text = None if body is None else given
        target = PREFIX + path + (f"?{canonical_query(query)}" if query else "")
        headers = sign(
            self.credentials, method, target, (text or "").encode(),
            timestamp=timestamp or str(round(self._clock().timestamp() * 1000)),
            nonce=nonce or f"nonce-of-a-test-{next(_nonces)}", version=version,
        )  # fmt: skip
        headers["Content-Type"] = "application/json"
        return Call(method, PREFIX + path, headers, sorted(query), text)
