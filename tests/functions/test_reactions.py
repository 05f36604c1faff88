"""SQS -> reactions of the domain, through the function."""

from typing import Any

import pytest

from firstspawn.events.changes import Kind, read_change
from firstspawn.events.rules import RULES, Rule, Target, messages, reaction
from firstspawn.reactions.schemas import Happening
from firstspawn.reactions.service import ReactionService
from firstspawn.wiring import Container
from functions.queues.reactions import handler
from tests.support.events import sqs_event, stream_record


class Witness:
    """Takes what it is told, or breaks."""

    def __init__(self, *, broken: bool = False) -> None:
        self.told: list[Happening] = []
        self._broken = broken

    def __call__(self, happening: Happening) -> None:
        if self._broken:
            raise RuntimeError("broken")
        self.told.append(happening)


def body(number: int, event: str = "pair.made") -> str:
    return Happening(id=f"e{number}", event=event, data={"number": number}).model_dump_json()


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_everybody_who_reacts_is_told(stack: Container) -> None:
    # Given
    first, second = Witness(), Witness()
    stack.__dict__["reactions"] = ReactionService({"pair.made": [first, second]})
    # When
    answer = handler(sqs_event([body(1), body(2)]), None)
    # Then
    assert failed(answer) == []
    assert [one.data for one in first.told] == [{"number": 1}, {"number": 2}]
    assert second.told == first.told


def test_one_that_fails_keeps_no_other_from_its_part_and_is_told_again(stack: Container) -> None:
    # Given
    after = Witness()
    stack.__dict__["reactions"] = ReactionService({"pair.made": [Witness(broken=True), after]})
    # When
    answer = handler(sqs_event([body(1)]), None)
    # Then
    assert failed(answer) == ["m0"]
    assert len(after.told) == 1


@pytest.mark.parametrize("poison", ["", "{}", '{"id":"e","event":"nobody.knows","data":{}}'])
def test_a_poisoned_message_fails_alone(stack: Container, poison: str) -> None:
    # Given
    witness = Witness()
    stack.__dict__["reactions"] = ReactionService({"pair.made": [witness]})
    # When
    answer = handler(sqs_event([poison, body(2)]), None)
    # Then
    assert failed(answer) == ["m0"]
    assert len(witness.told) == 1


@pytest.mark.parametrize(
    ("name", "images"),
    [
        ("INSERT", {"new": {"type": "Pair", "left": "a"}}),
        ("REMOVE", {"old": {"type": "Pair", "left": "a"}}),
    ],
)
def test_a_change_is_told_with_the_attributes_asked_for(
    monkeypatch: pytest.MonkeyPatch, name: str, images: dict[str, Any]
) -> None:
    # Given a rule
    rule = Rule("Pair", frozenset(Kind), Target.REACTIONS, reaction("pair.made", "left", "right"))
    monkeypatch.setattr("firstspawn.events.rules.RULES", (rule,))
    # When
    (message,) = messages(read_change(stream_record(name, **images, number=7)))
    # Then
    told = Happening.model_validate_json(message.body)
    assert (told.event, told.data) == ("pair.made", {"left": "a", "right": None})
    assert message.target is Target.REACTIONS


def test_every_event_a_rule_tells_is_reacted_to_and_the_other_way_round(stack: Container) -> None:
    # Given what the rules tell of any change of their type
    told = set()
    for rule in RULES:
        if rule.target is Target.REACTIONS:
            image = {"type": rule.type}
            change = read_change(stream_record("INSERT", new=image, old=image))
            told.add(Happening.model_validate_json(rule.body(change) or "").event)
    # Then
    assert told == stack.reactions.events
