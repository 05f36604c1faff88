"""Stand-ins for Discord, Google, Epic and Steam: an HTTP server that checks what they check.

`visit` is the browser and the person at the provider: it reads the address our API sent them to and
answers with the query of the callback. Codes work once, for one redirect URI and one verifier.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "our-client", "our-secret"
STEAM_NS = "http://specs.openid.net/auth/2.0"
_OURS = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
PERSON = {"id": "80351110224678912", "username": "nelly", "global_name": "Nelly"}


@dataclass
class Code:
    """What a code was given out for."""

    query: Mapping[str, str]
    person: dict[str, Any]


@dataclass
class FakeProviders:
    """All four on one port. `claims` change a Google token; `refused` says why a call was.

    `grants` are Discord's refresh tokens and whose they are: each works once, revoking one ends all
    of its person's. `down` lets token endpoints fail with that status, `names_down` Steam's names.
    """

    url: str = ""
    clock: Callable[[], int] = int
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    grants: dict[str, dict[str, Any]] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    down: int = 0
    names_down: int = 0
    refused: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, RSAKey] = field(default_factory=dict)
    signing_kid: str = "k1"
    names_key: bool = True
    calls: list[str] = field(default_factory=list)
    given: int = 0
    steam_secret: bytes = b"steam"
    used_nonces: set[str] = field(default_factory=set)

    def rotate(self, kid: str) -> None:
        """Sign with a new key, and publish it alone."""
        self.keys.clear()
        self.publish(kid)
        self.signing_kid = kid

    def publish(self, kid: str) -> None:
        """Publish a new key beside those there are."""
        key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, auto_kid=False)
        self.keys[kid] = key

    def visit(self, location: str, **person: Any) -> dict[str, str]:
        """Say yes at an OAuth provider."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert len(query["code_challenge"]) == 43
        self.given += 1
        code = f"code{self.given}"
        self.codes[code] = Code(query, {**PERSON, **person})
        return {"code": code, "state": query["state"]}

    def visit_steam(self, location: str, steam_id: str, **changed: str) -> dict[str, str]:
        """Say yes at Steam; `changed` fields are signed as they are."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert query["openid.mode"] == "checkid_setup"
        assert query["openid.return_to"].startswith(query["openid.realm"])
        claimed = f"{self.url}/openid/id/{steam_id}"
        answer = {
            "ns": STEAM_NS, "mode": "id_res", "op_endpoint": f"{self.url}/openid/login",
            "claimed_id": claimed, "identity": claimed, "return_to": query["openid.return_to"],
            "response_nonce": self.steam_nonce(), "assoc_handle": "1234",
            "signed": "op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle",
        } | changed  # fmt: skip
        answer["sig"] = self.steam_signature(answer)
        state = parse_qs(urlsplit(query["openid.return_to"]).query)["state"][0]
        return {"state": state} | {f"openid.{name}": value for name, value in answer.items()}

    def steam_nonce(self) -> str:
        """The moment, and what makes it unique."""
        self.given += 1
        return f"{datetime.fromtimestamp(self.clock(), UTC):%Y-%m-%dT%H:%M:%SZ}n{self.given}"

    def steam_signature(self, fields: Mapping[str, str]) -> str:
        """What Steam signs: the named fields, in order."""
        lines = "".join(f"{n}:{fields.get(n, '')}\n" for n in fields["signed"].split(","))
        digest = hmac.new(self.steam_secret, lines.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    def trade(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A token endpoint."""
        if form.get("grant_type") == "refresh_token":
            return self._renew(form, authorization)
        code = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        checks = {
            "client": authorization == _OURS,
            "grant": form.get("grant_type") == "authorization_code",
            "code": code is not None,
            "redirect": code is not None and form.get("redirect_uri") == code.query["redirect_uri"],
            "verifier": code is not None and challenge == code.query["code_challenge"],
        }
        failed = [name for name, holds in checks.items() if not holds]
        if failed or code is None:
            self.refused += failed
            return 400, {"error": "invalid_grant"}
        scope = code.query["scope"].split()
        answer = self._granted(code.person, lasting="identify" in scope)
        if "basic_profile" in scope:
            answer["account_id"] = code.person.get("account_id", code.person["id"])
        if "openid" in scope:
            answer["id_token"] = self._id_token(code)
        return 200, answer

    def _granted(self, person: dict[str, Any], *, lasting: bool) -> dict[str, Any]:
        self.given += 1
        token = f"token{self.given}"
        self.tokens[token] = person
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        if lasting:
            self.grants[f"refresh{self.given}"] = person
            answer["refresh_token"] = f"refresh{self.given}"
        return answer

    def _renew(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if self.down:
            return self.down, {"message": "try later"}
        if authorization != _OURS:
            return 401, {"error": "invalid_client"}
        person = self.grants.pop(form["refresh_token"], None)
        if person is None:
            return 400, {"error": "invalid_grant"}
        return 200, self._granted(person, lasting=True)

    def revoke(
        self, form: Mapping[str, str], authorization: str
    ) -> tuple[int, dict[str, Any] | str]:
        """Discord's revocation endpoint; it is content with tokens it does not know.

        RFC 7009 lets the answer hold anything: it is no JSON.
        """
        if self.down or authorization != _OURS:
            return self.down or 401, {"error": "invalid_client"}
        self.revoked.append(form["token"])
        person = self.grants.get(form["token"])
        for kept in (self.grants, self.tokens):
            for token in [one for one, whose in kept.items() if whose is person]:
                del kept[token]
        return 200, "OK"

    def grants_of(self, person: str) -> list[str]:
        """The refresh tokens of somebody that are good."""
        return [token for token, whose in self.grants.items() if whose["id"] == person]

    def _id_token(self, code: Code) -> str:
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": code.person["id"], "iat": self.clock(),
            "exp": self.clock() + 3600, "nonce": code.query.get("nonce"), "name": "Nelly",
            "email": code.person.get("email"), "email_verified": code.person.get("verified", False),
        } | self.claims  # fmt: skip
        key = self.keys[self.signing_kid]
        header = {"alg": "RS256"} | ({"kid": self.signing_kid} if self.names_key else {})
        return jwt.encode(header, {n: v for n, v in claims.items() if v is not None}, key)

    def read(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        """Everything that is read."""
        if path.endswith("openid-configuration"):
            return 200, {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/google/auth",
                "token_endpoint": f"{self.url}/google/token", "jwks_uri": f"{self.url}/certs",
            }  # fmt: skip
        if path == "/certs":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys.values()]}
        if "GetPlayerSummaries" in path:
            if self.names_down:
                return self.names_down, {}
            return 200, {"response": {"players": [{"personaname": "Gordon"}]}}
        person = self.tokens.get(authorization.removeprefix("Bearer "))
        if person is None:
            return 401, {"message": "unauthorized"}
        if path.endswith("userInfo"):
            return 200, {"sub": person["id"], "preferred_username": person["username"]}
        return 200, person

    def check_steam(self, form: Mapping[str, str]) -> str:
        """Steam's answer to `check_authentication`."""
        fields = {name.removeprefix("openid."): value for name, value in form.items()}
        nonce = fields["response_nonce"]
        good = fields["sig"] == self.steam_signature(fields) and nonce not in self.used_nonces
        self.used_nonces.add(nonce)
        return f"ns:{STEAM_NS}\nis_valid:{'true' if good else 'false'}\n"


@contextmanager
def running_providers(clock: Callable[[], int]) -> Iterator[FakeProviders]:
    """The stand-ins, for as long as the block runs."""
    fake = FakeProviders(clock=clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _handler(fake: FakeProviders) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            fake.calls.append(path)
            self._answer(*fake.read(path, self.headers.get("Authorization", "")))

        def do_POST(self) -> None:
            fake.calls.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, strict_parsing=True))
            assert len(form) == len(parse_qsl(body)), "a parameter came twice"
            if self.path == "/openid/login":
                assert form["openid.mode"] == "check_authentication"
                self._answer(200, fake.check_steam(form))
                return
            is_revoked, ours = (
                self.path.endswith("/token/revoke"),
                self.headers.get("Authorization", ""),
            )
            self._answer(*(fake.revoke(form, ours) if is_revoked else fake.trade(form, ours)))

        def _answer(self, status: int, body: dict[str, Any] | str) -> None:
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
