"""Slugs made of names."""

import pytest

from firstspawn.servers.slugs import FALLBACK_SLUG, LONGEST_SLUG, is_slug, slug_of, with_suffix
from tests.support.clock import RepeatableBytes


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Emerald Isles", "emerald-isles"),
        ("Çılgın Blok", "clgn-blok"),
        ("桃花源生存", FALLBACK_SLUG),
        ("Search", FALLBACK_SLUG),
        ("Go", FALLBACK_SLUG),
    ],
)
def test_a_slug_is_made_of_what_a_name_has_in_ascii(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_suffix_differs_each_time_and_the_slug_still_fits() -> None:
    random, longest = RepeatableBytes(), "ab-" * 16

    slugs = {with_suffix(longest, random) for _ in range(20)}

    assert len(slugs) == 20
    assert all(is_slug(slug) and len(slug) <= LONGEST_SLUG for slug in slugs)


@pytest.mark.parametrize("text", ["", "a--b", "-a", "A", "a_b", "x" * 49, "a\n", "ä"])
def test_what_is_no_slug_is_told(text: str) -> None:
    assert not is_slug(text)
