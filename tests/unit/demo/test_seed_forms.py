"""The demo's forms: what the seed will send, without sending it."""

from collections import Counter
from ipaddress import ip_network

import pytest

from firstspawn.servers.addresses import vetted
from firstspawn.servers.limits import SERVER_LIMITS
from firstspawn.tags.catalogue import CATALOGUE
from infra.demo.data_servers import SERVERS, DemoServer
from infra.demo.gameworld import BEDROCK_SLUG
from infra.demo.population import Temper, temper
from infra.demo.seed_accounts import joined, tier
from infra.demo.seed_forms import owners, registered_at, registration

KNOWN_TAGS = {entry.slug for entry in CATALOGUE}
NOW = joined("demo").replace(year=2026, month=11)


def test_there_are_200_servers_in_many_languages() -> None:
    assert len({server.slug for server in SERVERS}) == 200
    assert len({server.name for server in SERVERS}) == 200
    assert len({server.language for server in SERVERS}) >= 8
    assert len({server.region for server in SERVERS}) >= 5


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.slug)
def test_every_form_would_be_taken(server: DemoServer) -> None:
    form = registration(server, 25601, 25602, NOW)

    vetted(form.gameType, form.model_dump(), [ip_network("127.0.0.0/8")])
    assert form.slug == server.slug
    assert form.tags
    assert len(set(form.tags)) == len(form.tags)
    assert set(form.tags) <= KNOWN_TAGS


def test_servers_that_do_not_answer_open_later() -> None:
    forms = [registration(server, 25601, 25602, NOW) for server in SERVERS]

    later = {form.slug for form in forms if form.launchDate}
    assert later == {server.slug for server in SERVERS if temper(server.slug) is Temper.DOWN}
    assert len(later) > 3
    assert all(form.launchDate > NOW for form in forms if form.launchDate)


def test_one_server_has_a_second_edition() -> None:
    forms = [registration(server, 25601, 25602, NOW) for server in SERVERS]

    assert [form.slug for form in forms if form.bedrockIp] == [BEDROCK_SLUG]


def test_no_owner_has_more_than_the_tier_allows() -> None:
    owned = Counter(owners().values())

    assert sum(owned.values()) == len(SERVERS)
    for name, count in owned.items():
        limit = SERVER_LIMITS[tier(name)]
        assert limit is None or count <= limit
    assert owned["demo"] == 5


def test_servers_are_registered_after_their_owner_joined_and_before_now() -> None:
    for server in SERVERS:
        owner = owners()[server.slug]
        assert joined(owner) <= registered_at(server, owner) < NOW
