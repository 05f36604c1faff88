"""What reviews are worth together, and what votes make of one."""

import pytest

from firstspawn.reviews.score import bayesian_score, helpfulness


def test_a_server_without_reviews_starts_in_the_middle() -> None:
    assert bayesian_score(0, 0, 0, 0) == 3.0


def test_one_enthusiast_moves_a_score_a_little_and_a_hundred_a_lot() -> None:
    assert bayesian_score(1, 5, 0, 0) == 3.33
    assert bayesian_score(100, 500, 0, 0) == 4.9


def test_a_verified_review_weighs_as_three_others() -> None:
    assert bayesian_score(1, 5, 1, 5) == bayesian_score(3, 15, 0, 0)


def test_verified_praise_beats_bought_spite() -> None:
    # Given three reviews of one star by nobody known, and one of five by a player
    assert bayesian_score(4, 3 + 5, 1, 5) == 3.0


def test_votes_put_reviews_in_the_order_people_expect() -> None:
    # When
    ranked = sorted(
        [(0, 0), (1, 0), (2, 0), (40, 10), (100, 1), (0, 1), (0, 30), (5, 5), (300, 300)],
        key=lambda votes: helpfulness(*votes),
        reverse=True,
    )
    # Then many who agree come first, and what many found useless last; a draw is no praise
    assert ranked[:4] == [(100, 1), (40, 10), (2, 0), (1, 0)]
    assert set(ranked[4:7]) == {(0, 0), (5, 5), (300, 300)}
    assert ranked[7:] == [(0, 1), (0, 30)]


@pytest.mark.parametrize(("up", "down"), [(0, 0), (10**9, 0), (0, 10**9), (10**6, 10**6)])
def test_points_have_four_digits(up: int, down: int) -> None:
    assert 1 <= helpfulness(up, down) <= 9999
