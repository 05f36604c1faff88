"""The catalogue of tags in the table, on every DynamoDB."""

import pytest

from firstspawn.db import keys
from firstspawn.errors import Invalid
from firstspawn.tags.catalogue import CATALOGUE
from firstspawn.tags.models import Tag
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock


def test_seeding_adds_what_is_missing_and_keeps_what_was_edited(stack: Container) -> None:
    # Given a seeded catalogue in which somebody renamed one tag and removed another
    stack.tags.seed()
    Tag.at(keys.catalog("TAG", "pvp")).update([Tag.name.set("Fights")])
    Tag.at(keys.catalog("TAG", "smp")).delete()

    # When it is seeded again
    added = stack.tags.seed()

    # Then only the missing one is new
    assert added == 1
    names = {tag.slug: tag.name for tag in stack.tags.list().items}
    assert len(names) == len(CATALOGUE)
    assert names["pvp"] == "Fights"


def test_a_tag_taken_out_of_use_is_gone_within_a_minute(
    stack: Container, clock: FrozenClock
) -> None:
    # Given a catalogue this process has read
    stack.tags.seed()
    assert stack.tags.check(["anarchy"]) == ["anarchy"]

    # When a tag is taken out of use
    Tag.at(keys.catalog("TAG", "anarchy")).update([Tag.isActive.set(False)])

    # Then it can be given to servers for less than a minute
    clock.advance(seconds=59)
    assert stack.tags.check(["anarchy"]) == ["anarchy"]
    clock.advance(seconds=1)
    with pytest.raises(Invalid):
        stack.tags.check(["anarchy"])
    assert "anarchy" not in {tag.slug for tag in stack.tags.list("gamemode").items}
