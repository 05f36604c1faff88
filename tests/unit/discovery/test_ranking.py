"""Points of a server: what others vouch for, whole, between 0 and 50."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firstspawn.discovery.ranking import rank_score

QUIET: dict[str, Any] = {
    "isOnline": False,
    "isVerified": False,
    "playerCount": 0,
    "averageRating": 0.0,
    "reviewCount": 0,
    "uptime": 0.0,
    "favoriteCount": 0,
}


def score(**fields: Any) -> int:
    return rank_score(QUIET | fields)


def test_nothing_known_is_worth_nothing() -> None:
    assert score() == 0


def test_the_best_server_has_all_points() -> None:
    best = score(
        isOnline=True, isVerified=True, playerCount=10_000, averageRating=5.0, reviewCount=100_000,
        uptime=100.0, favoriteCount=10**9,
    )  # fmt: skip

    assert best == 50


def test_claimed_players_count_half_and_grow_slowly() -> None:
    claimed = score(isOnline=True, playerCount=1_000_000) - score(isOnline=True)
    proved = score(isOnline=True, isVerified=True, playerCount=4095)

    assert claimed == 6
    assert proved - score(isOnline=True, isVerified=True) == 12


def test_players_of_an_offline_server_count_nothing() -> None:
    assert score(playerCount=5000) == 0


def test_few_good_reviews_weigh_less_than_many() -> None:
    one, many = (score(averageRating=5.0, reviewCount=count) for count in (1, 500))

    assert 0 < one < many


def test_bad_reviews_do_not_take_other_points_away() -> None:
    assert score(averageRating=1.0, reviewCount=100, uptime=100.0) == score(uptime=100.0)


@given(
    st.fixed_dictionaries(
        {
            "isOnline": st.booleans(),
            "isVerified": st.booleans(),
            "playerCount": st.integers(-5, 2**31),
            "averageRating": st.floats(0, 5),
            "reviewCount": st.integers(0, 10**7),
            "uptime": st.floats(0, 100),
            "favoriteCount": st.integers(0, 10**9),
        }
    )
)
def test_points_stay_whole_and_within_bounds(server: dict[str, Any]) -> None:
    points = rank_score(server)

    assert isinstance(points, int)
    assert 0 <= points <= 50
