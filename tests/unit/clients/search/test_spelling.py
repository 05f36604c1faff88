"""Distances between words."""

import pytest

from firstspawn.clients.search.spelling import distance, near


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [
        ("hypixel", "hypixel", 0),
        ("hypixle", "hypixel", 1),
        ("hypxel", "hypixel", 1),
        ("hypiixel", "hypixel", 1),
        ("hypigel", "hypixel", 1),
        ("hpyixle", "hypixel", 2),
        ("ca", "abc", 3),
        ("abc", "xyz", 3),
        ("", "ab", 2),
    ],
)
def test_distance_counts_slips(first: str, second: str, slips: int) -> None:
    assert distance(first, second, 5) == distance(second, first, 5) == slips


def test_distance_stops_counting_beyond_enough() -> None:
    assert distance("abcdef", "uvwxyz", 1) == 2
    assert distance("a", "abcdefgh", 2) == 3


def test_near_gives_the_nearest_first_and_no_more_than_asked_for() -> None:
    assert near("sky", ["spy", "sky", "skies", "ski"], 1, 50) == ["sky", "ski", "spy"]
    assert near("sky", ["spy", "sky", "skies", "ski"], 1, 2) == ["sky", "ski"]
