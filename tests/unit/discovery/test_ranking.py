"""Points of a server: what is proved, whole, and 40 at most."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.clients.search import weights
from firstspawn.discovery.ranking import Proof, exposed_on, exposure_group, rank_parts

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def parts(opened: datetime = LONG_AGO, **fields: Any) -> dict[str, int]:
    return rank_parts(Proof(**fields), opened, NOW)


def score(opened: datetime = LONG_AGO, **fields: Any) -> int:
    return sum(parts(opened, **fields).values())


def test_nothing_known_is_worth_nothing() -> None:
    assert score() == 0


def test_the_best_server_has_all_points() -> None:
    best = score(
        NOW, playtimeMinutes=10**7, verifiedPlayers=10**4, verifiedReviews=10**4,
        verifiedStars=5 * 10**4, favorites=10**6, uptime=100.0, isOnline=True, isVouched=True,
        playerCount=10**5,
    )  # fmt: skip

    assert best == 40


def test_a_million_claimed_players_are_worth_less_than_an_evening_of_proved_ones() -> None:
    # Given a server whose ping says a million, and one where ten people played three hours
    claims = score(isOnline=True, playerCount=1_000_000)
    proves = score(isOnline=True, playtimeMinutes=1800, verifiedPlayers=10)

    assert claims - score(isOnline=True) <= 1
    assert proves > claims


def test_a_plugin_at_work_makes_the_claim_count_in_full_and_only_while_online() -> None:
    vouched = parts(isOnline=True, isVouched=True, playerCount=5000)["claimedPlayers"]

    assert vouched == weights.CLAIM
    assert parts(isVouched=True, playerCount=5000)["claimedPlayers"] == 0


def test_few_good_reviews_weigh_less_than_many_and_bad_ones_take_nothing_away() -> None:
    one = parts(verifiedReviews=1, verifiedStars=5)["reviews"]
    many = parts(verifiedReviews=500, verifiedStars=2500)["reviews"]
    bad = parts(verifiedReviews=100, verifiedStars=100)["reviews"]

    assert 0 < one < many
    assert bad == 0


def test_uptime_counts_from_ninety_percent() -> None:
    assert [parts(uptime=value)["uptime"] for value in (0, 90.0, 95.0, 100.0)] == [0, 0, 2, 4]


def test_a_server_is_fresh_for_a_month_from_its_opening() -> None:
    ages = [parts(NOW - timedelta(days=days))["freshness"] for days in (0, 7, 8, 30, 31)]

    assert ages == [2, 2, 1, 1, 0]
    assert parts(NOW + timedelta(days=1))["freshness"] == 0


def test_proof_and_exposure_never_outweigh_a_word_of_the_name() -> None:
    assert weights.WORD["nameTerms"][0] > 40 + weights.EXPOSURE


@pytest.mark.parametrize(
    ("points", "age", "online", "eligible"),
    [
        (0, 400, True, True),
        (12, 400, True, True),
        (13, 400, True, False),
        (40, 30, True, True),
        (40, 31, True, False),
        (0, 1, False, False),
    ],
)
def test_small_and_new_servers_that_answer_have_a_day(
    points: int, age: int, online: bool, eligible: bool
) -> None:
    opened = NOW - timedelta(days=age)

    group = exposure_group("a", points, Proof(isOnline=online), opened, NOW)

    assert (group is not None) is eligible


def test_every_group_has_its_day_each_fortnight_and_groups_are_about_as_large() -> None:
    days = [exposed_on(NOW + timedelta(days=day)) for day in range(14)]
    sizes = dict.fromkeys(range(14), 0)
    for number in range(1400):
        group = exposure_group(f"server {number}", 0, Proof(isOnline=True), LONG_AGO, NOW)
        assert group is not None
        sizes[group] += 1

    assert sorted(days) == list(range(14))
    assert exposed_on(NOW) == exposed_on(NOW.replace(hour=23, minute=59))
    assert min(sizes.values()) > 60
    assert max(sizes.values()) < 140


@given(
    st.builds(
        Proof,
        playtimeMinutes=st.integers(0, 10**9),
        verifiedPlayers=st.integers(0, 10**6),
        verifiedReviews=st.integers(0, 10**6),
        verifiedStars=st.integers(0, 5 * 10**6),
        favorites=st.integers(0, 10**9),
        uptime=st.floats(0, 100),
        isOnline=st.booleans(),
        isVouched=st.booleans(),
        playerCount=st.integers(-5, 2**31),
    )
)
def test_points_are_whole_and_within_bounds(proof: Proof) -> None:
    # Given stars that reviews can have
    if not proof.verifiedReviews <= proof.verifiedStars <= 5 * proof.verifiedReviews:
        return
    points = rank_parts(proof, NOW, NOW)

    assert all(isinstance(one, int) and one >= 0 for one in points.values())
    assert sum(points.values()) <= 40
