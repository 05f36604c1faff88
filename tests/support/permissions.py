"""What a function's role lets it do with the table. No emulator enforces IAM: a call that the role
forgot works everywhere and fails on AWS, so every request of `tests/functions` is held against it.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from tests.support.costs import count_calls
from tests.unit.infra.templates import deployable

Handler = Callable[[Mapping[str, Any], Any], dict[str, Any]]
# A transaction needs the permissions of the writes in it, and no name of its own.
_TRANSACTION = {"ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"}


def under_role(handler: Handler, logical_id: str) -> Handler:
    """A handler whose table calls must be ones that the function's role in the template allows."""

    def call(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        with count_calls() as costs:
            answer = handler(event, context)
        forbidden = _needed(costs.operations) - table_actions(logical_id)
        assert not forbidden, f"the role of {logical_id} lacks {sorted(forbidden)}"
        return answer

    return call


@lru_cache
def table_actions(logical_id: str) -> frozenset[str]:
    """The DynamoDB operations that a function's role allows."""
    role = deployable()["Resources"][f"{logical_id}Role"]["Properties"]
    statements = [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]
    allowed = [one for one in statements if one["Effect"] == "Allow"]
    actions = [action for statement in allowed for action in _list(statement["Action"])]
    prefix = "dynamodb:"
    return frozenset(one.removeprefix(prefix) for one in actions if one.startswith(prefix))


def _needed(operations: list[str]) -> set[str]:
    needed = set(operations)
    if "TransactWriteItems" in needed:
        needed = needed - {"TransactWriteItems"} | _TRANSACTION
    return needed


def _list(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions
