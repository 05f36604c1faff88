"""No request, however odd, gets a 5xx or an answer Lambda could not pass on."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import app
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.factories import Accounts
from tests.support.http_events import Call, Door, rest_event, url_event

# Other features' services need more of AWS than a table; their own tests run them.
COVERED = {"auth", "favorites", "meta", "reviews", "users"}
PATHS = sorted({route.path for route in app.declared if route.tag in COVERED})
MANY = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)

odd_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\x00", "\ud800", "%00", "%ff", "%2e%2e", "a" * 3000, "ﷺ" * 200, "{", "🦊"]
    ),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    ["email", "password", "username", "token", "refreshToken", "tokenTransport", "bio",
     "displayName", "rating", "content", "isUpvote"]
)  # fmt: skip
plausible = st.sampled_from(
    ["a@mail.example.com", "Diamond-Pickaxe-1", "Steve-1", "cookie", "body", "x.y.z"]
)
bodies = st.one_of(
    st.none(),
    odd_text,
    json_values.map(json.dumps),
    st.dictionaries(fields, plausible | json_values, max_size=4).map(json.dumps),
)
header_names = st.sampled_from(
    ["Authorization", "Content-Type", "Cookie", "If-Match", "If-None-Match", "Origin", "Host",
     "User-Agent", "X-Forwarded-For", "Idempotency-Key"]
)  # fmt: skip
header_values = odd_text | st.sampled_from(
    ["Bearer x", "Basic eDp5", "application/json", "fs_refresh=x; fs_refresh=y", '"1-a"', "*",
     "http://localhost:3000", "bearer", "Bearer " + "e30." * 3]
)  # fmt: skip
methods = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "PUT", "get", "x"])


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """A request that is partly plausible, so that it gets past the first checks."""
    path = draw(st.sampled_from(PATHS) | odd_text.map(lambda text: f"/api/v1/{text}"))
    for parameter in ("{user}", "{session}", "{asset}", "{server}", "{review}"):
        path = path.replace(parameter, draw(odd_text))
    return Call(
        draw(methods),
        path,
        draw(st.dictionaries(header_names, header_values, max_size=4)),
        draw(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=20)), max_size=3)),
        draw(bodies),
        draw(st.booleans()),
    )


@MANY
@given(call=calls(), signed_in=st.booleans(), door=st.sampled_from([rest_event, url_event]))
def test_any_request_gets_a_well_formed_answer_below_500(
    stack: Container, call: Call, signed_in: bool, door: Door
) -> None:
    # Given
    client = Client(app, door)
    if signed_in:
        account = _account(stack)
        call.headers.setdefault("Authorization", f"Bearer {account}")  # type: ignore[attr-defined]
    # When
    answer = client.send(call)
    # Then
    assert 200 <= answer.status < 500, answer.body
    assert answer.headers["x-request-id"] == "req-0123"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status >= 400 and call.method.upper() != "HEAD":
        assert answer.json["status"] == answer.status
        assert answer.headers["content-type"] == "application/problem+json"


_tokens: dict[int, str] = {}


def _account(stack: Container) -> str:
    if id(stack) not in _tokens:
        _tokens[id(stack)] = Accounts(stack).create().access
    return _tokens[id(stack)]
