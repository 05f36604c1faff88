"""Calls that arrive: signed anew for each try, with the same body, by the server's clock."""

import json
import random
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .signing import Credentials, canonical_query, sign

PREFIX = "/api/v1/plugin"
_TRIES = 6
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_SIGN_AGAIN = {"clock_skew", "replayed"}


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Refused(Exception):
    """The server said no, and will again: `code` tells why, `problem` all of it."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.problem = answer.json if isinstance(answer.json, dict) else {}
        self.code = str(self.problem.get("code", ""))
        super().__init__(f"{answer.status} {self.code}: {self.problem.get('detail', '')}")


class Unreachable(Exception):
    """No answer after all tries: keep what you wanted to send."""


Transport = Callable[[str, str, Mapping[str, str], bytes], Answer]


def send(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """One HTTP request. Raises OSError if nothing answers."""
    data = body if method != "GET" else None
    request = urllib.request.Request(url, data, dict(headers), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=15) as found:  # noqa: S310 -- the owner's URL
            return _answer(found.status, found.headers.items(), found.read())
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers.items(), error.read())


def _answer(status: int, headers: Any, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers}, body)


class PluginClient:
    """One installed plugin. `base_url` is its door, without a slash at the end.

    `now` is in seconds since 1970; `pause` sleeps.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        version: int = 2,
        transport: Transport = send,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._credentials, self._version = base_url.rstrip("/"), credentials, version
        self._send, self._now, self._pause = transport, now, pause
        self.skew = 0.0  # seconds the server's clock is ahead of ours

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Sequence[tuple[str, str]] = (),
        tries: int = _TRIES,
    ) -> Any:
        """Send a call until it is answered; returns the JSON. Raises Refused, Unreachable."""
        data = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        return self.deliver(method, path, data, query, tries)

    def deliver(
        self,
        method: str,
        path: str,
        data: bytes,
        query: Sequence[tuple[str, str]] = (),
        tries: int = _TRIES,
    ) -> Any:
        """Likewise for a body that is bytes already."""
        target = PREFIX + path + (f"?{canonical_query(query)}" if query else "")
        for number in range(tries):
            wait = _backoff(number)
            try:
                answer = self._try(method, target, data)
            except OSError:
                self._pause(wait)
                continue
            if answer.status < 300:
                return answer.json
            refused = Refused(answer)
            if refused.code in _SIGN_AGAIN:
                continue  # the skew is known by now, and the next signature is a new one
            if answer.status not in _AGAIN:
                raise refused
            self._pause(max(wait, float(answer.headers.get("retry-after", 0))))
        raise Unreachable(f"{method} {path}: no answer after {tries} tries")

    def _try(self, method: str, target: str, data: bytes) -> Answer:
        timestamp = str(round((self._now() + self.skew) * 1000))
        headers = sign(
            self._credentials, method, target, data,
            timestamp=timestamp, nonce=secrets.token_urlsafe(16), version=self._version,
        )  # fmt: skip
        headers["Content-Type"] = "application/json"
        answer = self._send(method, self._url + target, headers, data)
        if told := answer.headers.get("x-firstspawn-time"):
            self.skew = int(told) / 1000 - self._now()
        return answer

    def verify(self, plugin_version: str, server_version: str) -> Any:
        """Call it at every start."""
        form = {"pluginVersion": plugin_version, "serverVersion": server_version}
        return self.call("POST", "/verify", form)

    def heartbeat(self, players: Sequence[str], most: int, tps: float | None = None) -> Any:
        """Call it every five minutes. Tried twice: the next one is better than a late one."""
        form: dict[str, Any] = {"onlinePlayers": len(players), "maxPlayers": most}
        form |= {"players": list(players[:1000])} | ({} if tps is None else {"tps": tps})
        return self.call("POST", "/heartbeat", form, tries=2)

    def sync(self, intervals: Sequence[Mapping[str, Any]]) -> Any:
        """Report up to 1,000 intervals `{uuid, name, from, to, afkSeconds}`."""
        return self.call("POST", "/playtime/sync", {"players": list(intervals)})

    def claim(self, code: str, uuid: str, name: str) -> Any:
        """Report a link code that a player typed."""
        form = {"code": code, "playerUuid": uuid, "playerName": name}
        return self.call("POST", "/identity/claim", form)

    def check(self, uuid: str, name: str) -> Any:
        """What a player is owed: a redemption, or None."""
        query = [("playerName", name), ("playerUuid", uuid)]
        return self.call("GET", "/redemption/check", query=query)["redemption"]

    def execute(self, lease: Mapping[str, str], uuid: str, attempt: str, outcome: str) -> Any:
        """Report an outcome of a redemption."""
        form = {"redemptionId": lease["id"], "leaseId": lease["leaseId"], "playerUuid": uuid}
        form |= {"attempt": attempt, "outcome": outcome}
        return self.call("POST", "/redemption/execute", form)


def _backoff(number: int) -> float:
    """Up to half a second, then one, two, ... a minute: many servers must not come back at once."""
    return random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**number))  # noqa: S311
