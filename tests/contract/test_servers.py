"""What the table holds of servers after each operation, on every DynamoDB."""

from datetime import timedelta

import pytest

from firstspawn.db import keys
from firstspawn.kit.clock import epoch
from firstspawn.kit.dto import Page
from firstspawn.servers.errors import NotTheOwner, ServerLimitReached, ServerNotFound, SlugTaken
from firstspawn.servers.models import Server, ServerStats, SlugGuard
from firstspawn.servers.repository import ServerRepository
from firstspawn.servers.schemas import UpdateServer
from firstspawn.uptime.models import RosterCounter, RosterMember, ServerStatus
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import count_calls
from tests.support.servers import Owners, server_form


def _update(**fields: object) -> UpdateServer:
    return UpdateServer(**fields)  # type: ignore[arg-type]


def _member(server_id: str) -> RosterMember:
    (member,) = [one for one in RosterMember.scan() if one.serverId == server_id]
    return member


def _places(clock: FrozenClock) -> int:
    """How many places were drawn."""
    counter = RosterCounter.find(keys.roster_counter(), clock(), consistent=True)
    return int(counter.n) if counter else 0


def test_a_new_server_brings_its_guard_its_place_and_its_state(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # When somebody registers a server with two addresses
    caller, server = owners.server(
        name="Emerald Empire!", port=25566, bedrockIp="be.example.com", bedrockPort=19133
    )

    # Then everything that belongs to it is there
    assert server.slug == "emerald-empire"
    assert SlugGuard.find(keys.slug("emerald-empire"), clock()) is not None
    member = _member(server.id)
    assert (member.ipAddress, member.port, member.edition) == (server.ip, 25566, "JAVA")
    assert (member.bedrockAddress, member.bedrockPort) == ("be.example.com", 19133)
    assert ServerStatus.find(keys.server_status(server.id), clock()) is not None
    assert owners.count(caller) == 1


def test_the_roster_knows_when_a_server_opens(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given a server that opens in a week
    opens = clock() + timedelta(days=7)
    owner, server = owners.server(launchDate=opens.isoformat())
    assert _member(server.id).launchDate == opens

    # When it opens earlier, or says nothing any more, its place follows
    for other in (opens - timedelta(days=2), None):
        stack.servers.update(owner, server.id, _update(launchDate=other), None)
        assert _member(server.id).launchDate == other


def test_servers_take_one_place_after_the_other(owners: Owners) -> None:
    first, second = _member(owners.server()[1].id), _member(owners.server()[1].id)

    assert second.shard * 100 + second.slot == first.shard * 100 + first.slot + 1


def test_a_slug_that_was_asked_for_is_given_once(owners: Owners) -> None:
    owners.server(slug="once-only")
    latecomer = owners.create()

    with pytest.raises(SlugTaken):
        owners.server(latecomer, slug="once-only")

    assert owners.count(latecomer) == 0


def test_a_slug_made_of_a_name_gets_a_suffix_if_it_is_taken(owners: Owners) -> None:
    slugs = {owners.server(name="Twin Peaks")[1].slug for _ in range(3)}

    assert len(slugs) == 3
    assert all(slug.startswith("twin-peaks") for slug in slugs)


@pytest.mark.parametrize(("tier", "limit"), [({}, 3), ({"isPremium": True}, 10)])
def test_a_tier_has_its_limit(owners: Owners, tier: dict[str, bool], limit: int) -> None:
    owner = owners.create(**tier, serverCount=limit - 1)
    owners.server(owner)

    with pytest.raises(ServerLimitReached) as refused:
        owners.server(owner)

    assert refused.value.extensions == {"limit": limit}
    assert owners.count(owner) == limit


def test_who_is_refused_uses_up_no_place(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given somebody who may list no more servers, and a slug that is taken
    full = owners.create(serverCount=3)
    owners.server(slug="taken-by-another")
    before = _places(clock)
    # When both are tried again and again
    for _ in range(5):
        with pytest.raises(ServerLimitReached):
            owners.server(full)
        with pytest.raises(SlugTaken):
            owners.server(slug="taken-by-another")
    # Then one place was drawn for all, and the next server gets it
    assert _places(clock) == before + 1
    server = owners.server()[1]
    assert _places(clock) == before + 1
    place = _member(server.id)
    assert (place.slot, place.PK) == (before % 100, keys.roster_state(before // 100).pk)
    # And the one after that another
    owners.server()
    assert _places(clock) == before + 2


def test_a_server_owner_has_no_limit(owners: Owners) -> None:
    owner = owners.create(isServerOwner=True, serverCount=1000)

    owners.server(owner)

    assert owners.count(owner) == 1001


def test_an_old_slug_finds_its_server_for_30_days(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given a server that changed its slug
    owner, server = owners.server(slug="old-name")
    stack.servers.update(owner, server.id, _update(slug="new-name"), None)

    # Then both find it, and nobody else gets the old one
    assert stack.servers.get("old-name")[0].id == server.id
    assert stack.servers.get("NEW-NAME")[0].slug == "new-name"
    with pytest.raises(SlugTaken):
        owners.server(slug="old-name")

    # But after 30 days it is free
    clock.advance(days=30)
    with pytest.raises(ServerNotFound):
        stack.servers.get("old-name")
    assert owners.server(slug="old-name")[1].slug == "old-name"


def test_a_server_may_return_to_its_old_slug(stack: Container, owners: Owners) -> None:
    owner, server = owners.server(slug="there")
    stack.servers.update(owner, server.id, _update(slug="elsewhere"), None)

    stack.servers.update(owner, server.id, _update(slug="there"), None)

    guard = SlugGuard.get(*keys.slug("there"))
    assert guard.expiresAt is None
    assert stack.servers.get("elsewhere")[0].slug == "there"


def test_a_slug_of_somebody_else_cannot_be_changed_to(stack: Container, owners: Owners) -> None:
    owners.server(slug="occupied")
    owner, server = owners.server()

    with pytest.raises(SlugTaken):
        stack.servers.update(owner, server.id, _update(slug="occupied"), None)

    assert stack.servers.get(server.id)[0].slug == server.slug


def test_a_new_address_reaches_the_roster(stack: Container, owners: Owners) -> None:
    owner, server = owners.server(port=25566, bedrockIp="be.example.com")

    changed, version = stack.servers.update(
        owner, server.id, _update(ip="mc.example.org", port=None, bedrockIp=None), None
    )

    member = _member(server.id)
    assert member.ipAddress == "mc.example.org"
    assert [member.port, member.bedrockAddress] == [None, None]
    assert (changed.ip, changed.port, changed.bedrockIp, version) == (
        "mc.example.org", None, None, 2,
    )  # fmt: skip
    assert stack.servers.get(server.id) == (changed, version)


def test_an_edit_changes_what_it_names(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    owner, server = owners.server(description="Old", websiteUrl="https://example.com")
    clock.advance(minutes=1)

    changes = _update(description="New", websiteUrl=None, location={"lat": 1.5, "lon": -2})
    changed, version = stack.servers.update(owner, server.id, changes, 1)

    assert (changed.description, changed.websiteUrl, changed.name) == ("New", None, server.name)
    assert changed.location is not None
    assert (changed.location.lat, changed.location.lon) == (1.5, -2)
    assert (changed.updatedAt, version) == (clock(), 2)
    assert stack.servers.get(server.id) == (changed, 2)


def test_an_edit_that_changes_nothing_writes_nothing(stack: Container, owners: Owners) -> None:
    owner, server = owners.server(description="Same")

    assert stack.servers.update(owner, server.id, _update(description="Same"), None)[1] == 1


def test_only_the_owner_and_the_staff_may_edit(stack: Container, owners: Owners) -> None:
    _, server = owners.server()
    moderator = owners.create(role="MODERATOR")

    with pytest.raises(NotTheOwner):
        stack.servers.update(owners.create(), server.id, _update(name="Mine now"), None)

    assert stack.servers.update(moderator, server.id, _update(name="Kept clean"), None)[1] == 2


def test_a_deleted_server_is_gone_and_its_slug_is_held(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given a server that is deleted
    owner, server = owners.server(slug="goodbye")
    stack.servers.delete(owner, "goodbye", 1)

    # Then nobody finds it, it is not checked any more, and its owner may list another
    for name in (server.id, "goodbye"):
        with pytest.raises(ServerNotFound):
            stack.servers.get(name)
    assert not [one for one in RosterMember.scan() if one.serverId == server.id]
    assert owners.count(owner) == 0
    assert stack.servers.mine(owner, Page()).items == []

    # And what is left says so, with a higher revision, while the slug is held
    detail = Server.get(*keys.server_detail(server.id))
    assert (detail.isActive, detail.deletedAt, detail.version) == (False, clock(), 2)
    guard = SlugGuard.get(*keys.slug("goodbye"))
    assert guard.expiresAt == epoch(clock() + timedelta(days=30))


def test_a_server_is_deleted_once(stack: Container, owners: Owners) -> None:
    owner, server = owners.server()
    owners.server(owner)
    stack.servers.delete(owner, server.id, None)

    with pytest.raises(ServerNotFound):
        stack.servers.delete(owner, server.id, None)

    assert owners.count(owner) == 1


def test_ones_own_servers_are_paged_newest_first(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    owner = owners.create(isPremium=True)
    made = []
    for _ in range(5):
        clock.advance(seconds=1)
        made.append(owners.server(owner)[1].id)

    pages, cursor = [], None
    while True:
        page = stack.servers.mine(owner, Page(limit=2, cursor=cursor))
        pages.append([server.id for server in page.items])
        if (cursor := page.nextCursor) is None:
            break

    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]


def test_parts_of_many_servers_are_read_in_batches(owners: Owners) -> None:
    # Given 34 servers, of which one has counters and one was never there
    owner = owners.create(isServerOwner=True)
    ids = [owners.server(owner)[1].id for _ in range(34)]
    stats = ServerStats.at(keys.server_stats(ids[0]), serverId=ids[0], reviewCount=2, ratingSum=9)
    stats.save()

    # When all are read
    found = ServerRepository().read_parts([*ids, "01ARZ3NDEKTSV4RRFFQ69G5FAV"])

    # Then all that are there are found, each with its parts
    assert set(found) == set(ids)
    assert found[ids[0]].revision == 3
    assert found[ids[0]].flat()["averageRating"] == 4.5
    assert found[ids[1]].revision == 2
    assert found[ids[1]].status is not None


def test_a_walk_meets_every_server_once_deleted_ones_too(stack: Container, owners: Owners) -> None:
    owner, server = owners.server()
    stack.servers.delete(owner, server.id, None)

    walked: list[str] = []
    position = None
    while not walked or position:
        page, position = ServerRepository().walk_from(position, 2)
        walked += page

    assert len(walked) == len(set(walked))
    assert set(walked) == {one.id for one in Server.scan()}
    assert server.id in walked


def test_a_walk_rests_where_few_items_are_servers(
    owners: Owners, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given servers, each among a dozen other items, and a walk that looks at four items at a time
    _, server = owners.server()
    owners.server()
    monkeypatch.setattr("firstspawn.servers.repository._SCANNED", 2)
    monkeypatch.setattr("firstspawn.servers.repository._CALLS", 2)

    walked: list[list[str]] = []
    position = None
    while not walked or position:
        with count_calls() as costs:
            page, position = ServerRepository().walk_from(position, 330)
        walked.append(page)

        # Then it comes back after two calls, with what it met, which may be nothing
        assert len(costs.calls) <= 2
        assert len(page) <= 4

    # And meets every server once in the end
    met = [one for page in walked for one in page]
    assert [] in walked
    assert len(met) == len(set(met))
    assert set(met) == {one.id for one in Server.scan()}
    assert server.id in met


def test_a_banner_is_set_on_a_living_server_alone(stack: Container, owners: Owners) -> None:
    owner, server = owners.server()

    stack.servers.set_banner(server.id, "https://cdn.example.com/b.webp")

    assert stack.servers.get(server.id)[0].bannerUrl == "https://cdn.example.com/b.webp"
    stack.servers.delete(owner, server.id, 2)
    with pytest.raises(ServerNotFound):
        stack.servers.set_banner(server.id, None)
    with pytest.raises(ServerNotFound):
        stack.servers.set_banner(stack.new_id(), None)


def test_an_unknown_slug_is_not_looked_up_if_it_can_be_none(stack: Container) -> None:
    for name in ("no such", "a" * 3000, "ünïcode", ""):
        with pytest.raises(ServerNotFound):
            stack.servers.get(name)


def test_a_form_without_port_leaves_it_to_srv(owners: Owners) -> None:
    assert owners.server(**server_form().model_dump(include={"ip"}))[1].port is None
