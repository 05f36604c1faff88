"""The tree of messages reaches every roster that is due, once."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.uptime.absence import INTERVAL
from firstspawn.uptime.dispatch import plan, split
from firstspawn.uptime.schemas import RosterMessage

MINUTE = 29_640_000


def leaves(message: RosterMessage, depth: int = 0) -> Iterator[tuple[int, int]]:
    """The rosters that are worked on at the end of the tree, each with its depth."""
    if len(message.shards) == 1:
        yield message.first, depth
        return
    for part in split(message):
        yield from leaves(part, depth + 1)


@given(st.integers(0, 3000), st.integers(0, INTERVAL - 1))
def test_every_roster_due_is_reached_exactly_once(shards: int, offset: int) -> None:
    message = plan(MINUTE + offset, shards)

    reached = [shard for shard, _ in leaves(message)] if message else []

    assert reached == [shard for shard in range(shards) if shard % INTERVAL == offset]


@given(st.integers(0, 10**6), st.integers(1, 5000), st.integers(1, 60))
def test_parts_are_at_most_ten_and_mean_the_same_rosters(first: int, count: int, step: int) -> None:
    message = RosterMessage(first=first, end=first + count, step=step, direct=False, minute=7)

    parts = split(message)

    assert len(parts) <= 10
    assert [shard for part in parts for shard in part.shards] == list(message.shards)
    assert {(part.direct, part.minute) for part in parts} == {(False, 7)}


def test_a_million_servers_are_four_messages_deep() -> None:
    message = plan(MINUTE, 10_000)

    assert message is not None
    assert max(depth for _, depth in leaves(message)) == 4


def test_five_minutes_reach_every_roster() -> None:
    plans = [plan(MINUTE + offset, 7) for offset in range(INTERVAL)]

    assert sorted(shard for one in plans if one for shard in one.shards) == list(range(7))


def test_without_servers_there_is_nothing_to_send() -> None:
    assert plan(MINUTE, 0) is None


def test_a_message_reads_as_the_publisher_writes_it() -> None:
    text = '{"from": 4, "to": 5, "step": 1, "direct": true}'

    message = RosterMessage.model_validate_json(text)

    assert (list(message.shards), message.direct, message.minute) == ([4], True, None)
    assert RosterMessage.model_validate_json(message.body()) == message


@pytest.mark.parametrize("step", [0, -1])
def test_a_step_that_leads_nowhere_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match="step"):
        RosterMessage(first=0, end=1, step=step, direct=False)
