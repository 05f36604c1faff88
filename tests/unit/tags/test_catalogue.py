"""The tags a new stack starts with."""

import re

from firstspawn.servers.slugs import is_slug
from firstspawn.tags.catalogue import CATALOGUE
from firstspawn.tags.schemas import Category


def test_every_entry_can_be_found_and_shown() -> None:
    assert len({entry.slug for entry in CATALOGUE}) == len(CATALOGUE) >= 45
    assert len({entry.name for entry in CATALOGUE}) == len(CATALOGUE)
    assert len({entry.sortOrder for entry in CATALOGUE}) == len(CATALOGUE)
    for entry in CATALOGUE:
        assert is_slug(entry.slug)
        assert re.fullmatch(r"#[0-9a-f]{6}", entry.color)
        assert entry.icon
        assert entry.description


def test_every_category_has_tags() -> None:
    assert {entry.category for entry in CATALOGUE} == {category.value for category in Category}
