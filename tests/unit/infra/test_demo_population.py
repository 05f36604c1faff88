"""The demo's servers: believable, repeatable, a few of them in trouble."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from infra.demo.gameworld import BEDROCK_SLUG
from infra.demo.population import Temper, snapshot, temper

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SLUGS = [f"server-{number}" for number in range(200)]


def test_a_server_is_the_same_for_the_same_moment() -> None:
    assert snapshot("emerald-isle", MONDAY) == snapshot("emerald-isle", MONDAY)
    assert snapshot("emerald-isle", MONDAY) != snapshot("coral-cove", MONDAY)


def test_most_servers_are_up_and_a_few_are_in_trouble() -> None:
    tempers = Counter(temper(slug) for slug in SLUGS)

    assert set(tempers) == set(Temper)
    assert tempers[Temper.STEADY] > 160
    assert 1 <= tempers[Temper.DOWN] <= 15


def test_players_stay_within_the_server_and_follow_the_day() -> None:
    day = [[snapshot(slug, MONDAY + timedelta(hours=hour)) for slug in SLUGS] for hour in range(24)]

    assert all(0 <= one.players <= one.max_players for hour in day for one in hour)
    busiest = max(SLUGS, key=lambda slug: snapshot(slug, MONDAY).max_players)
    counts = [snapshot(busiest, MONDAY + timedelta(hours=hour)).players for hour in range(24)]
    assert min(counts) < max(counts) / 2


def test_weekends_are_livelier() -> None:
    friday, saturday = (
        sum(snapshot(slug, MONDAY + timedelta(days=days, hours=18)).players for slug in SLUGS)
        for days in (4, 5)
    )

    assert saturday > friday


def test_a_flapping_server_goes_away_and_comes_back() -> None:
    slug = next(slug for slug in SLUGS if temper(slug) is Temper.FLAPPING)

    seen = {snapshot(slug, MONDAY + timedelta(minutes=minute)).online for minute in range(90)}

    assert seen == {True, False}


def test_the_one_bedrock_server_is_steady() -> None:
    assert temper(BEDROCK_SLUG) is Temper.STEADY
