"""The authorisation matrix: every declared route, by guest, user, author, owner, moderator, admin
and banned, on the application itself.

What a route's declaration says is asked of every route. Whose thing it is, beyond that, is asked
of the routes in `THINGS`: every route that leaves that to its service has to be there.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from app import app
from firstspawn.audit.models import AuditEntry
from firstspawn.plugins.schemas import IssuePlugin
from firstspawn.reviews.schemas import CreateReview
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from functions.http.access import STAFF, Access
from functions.http.routes import Route
from tests.support.client import Client
from tests.support.factories import Account, Accounts
from tests.support.reviews import Critics

ROLES = ("guest", "user", "author", "owner", "moderator", "admin", "banned")
PEOPLE = (Access.USER, Access.OWNER)
_WHY = {"reason": "because of the rules"}
_REPORT = {"reason": "OTHER"}
_CASE = "/moderation/cases/review/{review}"
_PLUGIN = "/servers/{server}/plugin/credentials/{plugin}"


@dataclass(frozen=True)
class Thing:
    """A route about somebody's thing: who may, and with what body.

    `once`: it can be done to a thing once, so everybody who may gets a new one.
    """

    method: str
    path: str
    allowed: tuple[str, ...]
    body: dict[str, Any] | None = None
    before: tuple[tuple[str, dict[str, Any]], ...] = field(default=())
    once: bool = False


_OWNERS, _STAFF, _ADMIN = ("owner", "moderator", "admin"), ("moderator", "admin"), ("admin",)
_ANYBODY = ("user", "author", "owner", "moderator", "admin")
_OPENED = ((_CASE, _WHY),)
THINGS = [
    Thing("PATCH", "/servers/{server}", _OWNERS, {"shortDescription": "New"}),
    Thing("DELETE", "/servers/{server}", _OWNERS, once=True),
    Thing("GET", "/analytics/servers/{server}", _OWNERS),
    Thing("GET", "/servers/{server}/plugin/credentials", _OWNERS),
    Thing("GET", "/servers/{server}/playtime/anomalies", _OWNERS),
    Thing("GET", "/moderation/playtime/anomalies", _STAFF),
    Thing("PATCH", "/reviews/{review}", ("author",), {"rating": 2}),
    Thing("DELETE", "/reviews/{review}", ("author",), once=True),
    Thing("POST", _CASE, _STAFF, _WHY, once=True),
    Thing("POST", "/reviews/{review}/reply", ("owner",), {"content": "Thank you"}),
    Thing("DELETE", "/reviews/{review}/reply", ("owner",)),
    Thing("GET", "/reviews/{review}/history", _STAFF),
    Thing("POST", "/reviews/{review}/report", tuple(set(_ANYBODY) - {"author"}), _REPORT),
    Thing("POST", "/servers/{server}/report", tuple(set(_ANYBODY) - {"owner"}), _REPORT),
    Thing("POST", "/users/{somebody}/report", _ANYBODY, _REPORT),
    Thing("GET", "/moderation/queue", _STAFF),
    Thing("GET", _CASE, _STAFF, before=_OPENED),
    Thing("POST", f"{_CASE}/assignment", _STAFF, before=_OPENED, once=True),
    Thing("DELETE", f"{_CASE}/assignment", _STAFF, before=_OPENED),
    Thing("POST", f"{_CASE}/notes", _STAFF, {"text": "Look here"}, _OPENED),
    Thing("POST", f"{_CASE}/decisions", _STAFF, {"action": "warn", **_WHY}, _OPENED),
    Thing("PATCH", "/moderation/servers/{server}", _STAFF, {"isFeatured": True, **_WHY}),
    Thing("POST", f"{_PLUGIN}/suspend", _STAFF, _WHY, once=True),
    Thing("POST", f"{_PLUGIN}/reinstate", _STAFF, before=((f"{_PLUGIN}/suspend", _WHY),)),
    Thing("POST", "/servers/{server}/plugin/trust", _ADMIN, {"trusted": True}),
    Thing("PATCH", "/users/{somebody}/role", _ADMIN, {"role": "MODERATOR", **_WHY}),
    Thing("POST", "/users/{somebody}/reputation", _ADMIN, {"delta": 1, **_WHY}),
    Thing("GET", "/admin/audit", _ADMIN),
]
# Their services' own tests ask them whose they are.
ELSEWHERE = {
    ("DELETE", "/servers/{server}/maintenance/{window}"), ("POST", "/servers/{server}/maintenance"),
    ("DELETE", _PLUGIN), ("PATCH", _PLUGIN), ("POST", f"{_PLUGIN}/rotate"),
    ("POST", "/servers/{server}/plugin/credentials"), ("POST", "/servers/{server}/banner"),
    ("GET", "/servers/{server}/playtime/verdicts"),
    ("POST", "/moderation/servers/{server}/playtime/anomalies/{anomaly}"),
    ("POST", "/moderation/decisions/{decision}/revert"),
    ("POST", "/moderation/decisions/{decision}/uphold"),
}  # fmt: skip


class Town:
    """Somebody of each role; a server, a review of it and a plugin on it, new when asked for."""

    def __init__(self, accounts: Accounts, stack: Container) -> None:
        self._stack, self._critics = stack, Critics(stack)
        special: dict[str, dict[str, Any]] = {
            "moderator": {"role": Role.MODERATOR.value}, "admin": {"role": Role.ADMIN.value},
            "banned": {"isBanned": True}, "owner": {"isServerOwner": True},
        }  # fmt: skip
        self.people = {
            role: accounts.create(**special.get(role, {})) for role in ROLES if role != "guest"
        }

    def things(self) -> dict[str, str]:
        """Ids by name, of things that nothing has happened to yet."""
        owner, author = self.people["owner"].caller, self.people["author"]
        server = self._critics.owners.server(owner)[1].id
        form = CreateReview(rating=4, content="A harbour that nobody burnt down.")
        review = self._stack.reviews.create(author.caller, server, form)[0].id
        plugin = self._stack.plugins.issue(owner, server, IssuePlugin(name="Main")).plugin.id
        somebody = self._critics.person().userId
        return {
            "server": server, "review": review, "plugin": plugin, "somebody": somebody,
        }  # fmt: skip

    def token(self, role: str) -> str | None:
        """The access token of somebody of a role."""
        account: Account | None = self.people.get(role)
        return account.access if account else None


@pytest.fixture
def town(accounts: Accounts, stack: Container) -> Town:
    return Town(accounts, stack)


def refusal(route: Route, role: str) -> int | None:
    """The status with which a route's declaration refuses a role; None if it lets it in."""
    if route.access is Access.GUEST:
        return None
    if role == "guest" or route.access not in {*PEOPLE, *STAFF}:
        return 401
    if route.method == "GET" and route.access in PEOPLE:
        return None
    if role == "banned":
        return 403
    held = {"moderator": "MODERATOR", "admin": "ADMIN"}.get(role, "USER")
    return 403 if route.access in STAFF and held not in STAFF[route.access] else None


def test_every_route_refuses_whom_its_declaration_does(client: Client, town: Town) -> None:
    # Given
    wrong = []
    for route in app.declared:
        path = route.path.replace("{", "").replace("}", "")
        for role in ROLES:
            if (expected := refusal(route, role)) is None:
                continue
            # When
            answer = client.call(route.method, path, token=town.token(role))
            # Then
            if answer.status != expected:
                wrong.append((route.method, route.path, role, answer.status, expected))
    assert wrong == []


@pytest.mark.timeout(600)  # hundreds of requests, each between two looks at the whole audit log
def test_things_are_their_owners_and_the_staffs(client: Client, town: Town) -> None:
    # Given
    wrong, things = [], town.things()
    for thing in THINGS:
        for role in sorted(ROLES, key=lambda one: one in thing.allowed):
            for path, body in thing.before:
                opened = client.post(path.format(**things), body, token=town.token("admin"))
                assert opened.status < 300
            known = entries()
            # When
            path = thing.path.format(**things)
            answer = client.call(thing.method, path, thing.body, token=town.token(role))
            # Then, and what only the staff can do is in the audit log, in the name of who did it
            may = role in thing.allowed
            due = may and thing.method != "GET" and set(thing.allowed) <= set(_STAFF)
            noted = {actor for _, actor in entries() - known}
            as_due = noted == ({town.people[role].id} if due else set())
            as_allowed = answer.status < 300 if may else answer.status in (401, 403, 409)
            if not (as_due and as_allowed):
                wrong.append((thing.method, thing.path, role, answer.status, answer.body, noted))
            if may and thing.once:
                things = town.things()
    assert wrong == []


def entries() -> set[tuple[str, str]]:
    return {(entry.id, entry.actorId) for entry in AuditEntry.scan()}


def test_every_route_about_somebodys_thing_is_asked() -> None:
    # Given
    asked = {(one.method, _shape(one.path)) for one in THINGS}
    asked |= {(method, _shape(path)) for method, path in ELSEWHERE}
    # When
    declared = {
        (route.method, _shape(route.path.removeprefix("/api/v1")))
        for route in app.declared
        if route.access in {Access.OWNER, *STAFF}
    }
    # Then a new one is added on purpose
    assert declared - asked == set()
    assert {one for one in asked if one not in declared} <= {
        (route.method, _shape(route.path.removeprefix("/api/v1"))) for route in app.declared
    }


def _shape(path: str) -> str:
    """A path without the names of its parameters; a case's kind is one."""
    path = path.replace("/cases/review/", "/cases/{kind}/")
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))
