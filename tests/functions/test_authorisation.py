"""The authorisation matrix: every declared route, by guest, user, author, owner, moderator, admin
and banned, on the application itself.

What a route's declaration says is asked of every route. Whose thing it is, beyond that, is asked
of the routes in `THINGS`: every route that leaves that to its service has to be there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest

from app import app
from firstspawn.audit.models import AuditEntry
from firstspawn.availability.schemas import PlanMaintenance
from firstspawn.db import standing_keys
from firstspawn.db.standing_keys import AUDIT_SHARDS
from firstspawn.moderation.rules import Action, Kind
from firstspawn.moderation.schemas import WriteAppeal
from firstspawn.playtime.batches import Draft
from firstspawn.playtime.repository import anomaly_item
from firstspawn.plugins.schemas import IssuePlugin
from firstspawn.reviews.schemas import CreateReview
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from functions.http.access import STAFF, Access
from functions.http.routes import Route
from tests.functions.conftest import new_table
from tests.support.client import Client
from tests.support.factories import Account, Accounts
from tests.support.moderation import Staff
from tests.support.playtime import fake_shelf
from tests.support.reviews import Critics

PARTS = 8
BUCKET = "authorisation-media"
ROLES = ("guest", "user", "author", "owner", "moderator", "admin", "banned")
PEOPLE = (Access.USER, Access.OWNER)
_WHY = {"reason": "because of the rules"}
_REPORT = {"reason": "OTHER"}
_CASE = "/moderation/cases/review/{review}"
_PLUGIN = "/servers/{server}/plugin/credentials/{plugin}"
_ANOMALY = "/servers/{server}/playtime/anomalies/{anomaly}"
_NIGHT = {"begins": "2026-11-23T03:00:00Z", "ends": "2026-11-23T05:00:00Z"}


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
    Thing("PATCH", "/servers/{server}", _OWNERS, {"shortDescription": "New"}, once=True),
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
    Thing("POST", "/servers/{server}/maintenance", _OWNERS, _NIGHT, once=True),
    Thing("DELETE", "/servers/{server}/maintenance/{window}", _OWNERS, once=True),
    Thing("POST", "/servers/{server}/banner", _OWNERS, {"contentType": "image/png"}),
    Thing("GET", "/servers/{server}/playtime/verdicts?date=2026-11-22", _OWNERS),
    Thing("POST", "/servers/{server}/plugin/credentials", ("owner",), {"name": "Other"}),
    Thing("PATCH", _PLUGIN, _OWNERS, {"name": "Main one"}),
    Thing("POST", f"{_PLUGIN}/rotate", ("owner",), {}),
    Thing("DELETE", _PLUGIN, _OWNERS, once=True),
    Thing("POST", f"/moderation{_ANOMALY}", _STAFF, {"release": True, "note": "Fair"}, once=True),
    Thing("POST", "/moderation/decisions/{decision}/uphold", _STAFF, _WHY, once=True),
    Thing("POST", "/moderation/decisions/{decision}/revert", _STAFF, _WHY, once=True),
]


class Town:
    """Somebody of each role, and the makers of what they ask about."""

    def __init__(self, accounts: Accounts, stack: Container) -> None:
        self._stack, self._critics = stack, Critics(stack)
        special: dict[str, dict[str, Any]] = {
            "moderator": {"role": Role.MODERATOR.value}, "admin": {"role": Role.ADMIN.value},
            "banned": {"isBanned": True}, "owner": {"isServerOwner": True},
        }  # fmt: skip
        self.people = {
            role: accounts.create(**special.get(role, {})) for role in ROLES if role != "guest"
        }

    def things(self) -> "Things":
        """Ids by name, of things that nothing has happened to yet."""
        return Things(self)

    def make_server(self, _: "Things") -> str:
        return self._critics.owners.server(self.people["owner"].caller)[1].id

    def make_review(self, things: "Things") -> str:
        form = CreateReview(rating=4, content="A harbour that nobody burnt down.")
        author = self.people["author"].caller
        return self._stack.reviews.create(author, things["server"], form)[0].id

    def make_plugin(self, things: "Things") -> str:
        owner, form = self.people["owner"].caller, IssuePlugin(name="Main")
        return self._stack.plugins.issue(owner, things["server"], form).plugin.id

    def make_window(self, things: "Things") -> str:
        begins, ends = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (18, 19))
        form = PlanMaintenance(begins=begins, ends=ends)
        return self._stack.maintenance.plan(self.people["owner"].caller, things["server"], form).id

    def make_anomaly(self, things: "Things") -> str:
        held: list[tuple[str, str | None, int, int]] = [("minecraft:0", "Steve", 3600, 0)]
        draft = Draft(self._stack.new_id(), "plugin", "report", ["sudden_jump"], held)
        anomaly_item(draft, "MINECRAFT", things["server"], self._stack.clock()).save()
        return draft.id

    def make_somebody(self, _: "Things") -> str:
        return self._critics.person().userId

    def make_decision(self, _: "Things") -> str:
        """A warning that somebody appeals against."""
        staff, address = Staff(self._stack), f"{self._stack.new_id().lower()}@example.com"
        somebody = self._critics.owners.create(email=address).userId
        decision = staff.decide(Kind.USER, somebody, Action.WARN).id
        token = staff.mailed_token(address)
        form = WriteAppeal(email=address, token=token, text="It was not me.")
        self._stack.appeals.appeal(form)
        return decision

    def token(self, role: str) -> str | None:
        """The access token of somebody of a role."""
        account: Account | None = self.people.get(role)
        return account.access if account else None


class Things(dict[str, str]):
    """Ids by name; each thing is made when it is first asked for."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self._town = town

    def __missing__(self, name: str) -> str:
        made: str = getattr(self._town, f"make_{name}")(self)
        self[name] = made
        return made


@pytest.fixture
def table() -> Iterator[str]:
    """A table of each test's own: moto copies all of it for each transaction."""
    with new_table() as name:
        yield name


@pytest.fixture
def town(accounts: Accounts, stack: Container, s3: Any) -> Town:
    fake_shelf(stack)
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


@pytest.mark.parametrize("part", range(PARTS))
def test_things_are_their_owners_and_the_staffs(client: Client, town: Town, part: int) -> None:
    # Given
    wrong: list[tuple[Any, ...]] = []
    things = town.things()
    for thing in THINGS[part::PARTS]:
        known = entries()
        for role in sorted(ROLES, key=lambda one: one in thing.allowed):
            for path, body in thing.before:
                opened = client.post(path.format_map(things), body, token=town.token("admin"))
                assert opened.status < 300
            # When
            path, _, query = thing.path.format_map(things).partition("?")
            answer = client.call(
                thing.method, path, thing.body, token=town.token(role), query=parse_qsl(query)
            )
            # Then
            may = role in thing.allowed
            if not (answer.status < 300 if may else answer.status in (401, 403, 409)):
                wrong.append((thing.method, thing.path, role, answer.status, answer.body))
            if may and thing.once:
                things = town.things()
        # And what the staff did to others' things is in the audit log, in the name of who did it
        staffs = thing.method != "GET" and set(thing.allowed) <= set(_OWNERS)
        due = set(thing.allowed if staffs else ()) - {"owner"}
        due |= {"admin"} if thing.before else set()
        names = {account.id: role for role, account in town.people.items()}
        noted = {names[actor] for _, actor in entries() - known if actor in names}
        if noted != due:
            wrong.append((thing.method, thing.path, "audit", noted, due))
    assert wrong == []


def entries() -> set[tuple[str, str]]:
    """What is in the audit log of the test's month, and who did it."""
    shards = [standing_keys.audit_shard("2026-11", one) for one in range(AUDIT_SHARDS)]
    return {(entry.id, entry.actorId) for shard in shards for entry in AuditEntry.query(shard)}


def test_every_route_about_somebodys_thing_is_asked() -> None:
    # Given
    asked = {(one.method, shape(one.path)) for one in THINGS}
    # When
    declared = {
        (route.method, shape(route.path.removeprefix("/api/v1")))
        for route in app.declared
        if route.access in {Access.OWNER, *STAFF}
    }
    # Then a new one is added on purpose
    assert declared - asked == set()
    assert {one for one in asked if one not in declared} <= {
        (route.method, shape(route.path.removeprefix("/api/v1"))) for route in app.declared
    }


def shape(path: str) -> str:
    """A path without the names of its parameters; a case's kind is one."""
    path = path.replace("/cases/review/", "/cases/{kind}/").partition("?")[0]
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))
