"""A client that talks to the application in process: real events in, answers out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.http_events import Call, Door, Event, rest_event, url_event

App = Callable[[Event, Any], dict[str, Any]]
ORIGIN = "http://localhost:3000"


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    cookies: Sequence[str]
    body: str

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.json["code"])

    @property
    def cookie(self) -> str:
        """The one cookie set, as a client sends it back: `name=value`."""
        (cookie,) = self.cookies
        return cookie.partition(";")[0]


class Client:
    """Calls the application through one of its doors."""

    def __init__(self, app: App, door: Door = rest_event) -> None:
        self._app, self._door = app, door

    def send(self, call: Call) -> Answer:
        """Send a call as it is and check that the answer is one Lambda can pass on."""
        raw = self._app(self._door(call), None)
        json.dumps(raw)
        assert isinstance(raw["statusCode"], int)
        assert isinstance(raw["body"], str)
        if self._door is url_event:
            headers, cookies = dict(raw["headers"]), raw["cookies"]
        else:
            many = dict(raw["multiValueHeaders"])
            cookies = many.pop("Set-Cookie", [])
            headers = {name: ", ".join(values) for name, values in many.items()}
        assert not any("\n" in value or "\r" in value for value in (*headers.values(), *cookies))
        lowered = {name.lower(): value for name, value in headers.items()}
        return Answer(raw["statusCode"], lowered, cookies, raw["body"])

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str | Sequence[str]] | None = None,
        query: Sequence[tuple[str, str]] = (),
    ) -> Answer:
        """Send a call with a JSON body and a bearer token, if given; paths may leave the prefix."""
        sent: dict[str, str | Sequence[str]] = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        full = path if path.startswith(("/api/", "/docs", "/health")) else f"/api/v1{path}"
        text = None if body is None else json.dumps(body)
        return self.send(Call(method, full, sent, query, text))

    def get(self, path: str, **options: Any) -> Answer:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """POST."""
        return self.call("POST", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        """PATCH."""
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """DELETE."""
        return self.call("DELETE", path, **options)
