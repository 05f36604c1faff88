"""Change sets: what is executed, what is not, how a failure reads; CloudFormation is scripted."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy import stack

_MISSING = ClientError({"Error": {"Code": "ValidationError", "Message": "x does not exist"}}, "D")


class _CloudFormation:
    """Answers `describe_stacks` with one status after the other, the last one for ever."""

    def __init__(self, statuses: list[str | None], change_set: dict[str, str]) -> None:
        self.statuses, self.change_set = statuses, change_set
        self.calls: list[str] = []
        self.kind = ""

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise _MISSING
        return {"Stacks": [{"StackStatus": status}]}

    def create_change_set(self, **given: Any) -> dict[str, str]:
        self.kind = given["ChangeSetType"]
        return {"Id": "change-set"}

    def describe_change_set(self, **_: Any) -> dict[str, str]:
        return self.change_set

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        failed = {"LogicalResourceId": "Table", "ResourceStatus": "CREATE_FAILED"}
        return {"StackEvents": [{**failed, "ResourceStatusReason": "it is there already"}]}

    def execute_change_set(self, **_: Any) -> None:
        self.calls.append("execute")

    def delete_change_set(self, **_: Any) -> None:
        self.calls.append("delete")


def _apply(fake: _CloudFormation) -> bool:
    return stack.apply(fake, "name", "https://t", {"A": "1"}, emulated=True)


def test_a_stack_that_is_not_there_is_created() -> None:
    fake = _CloudFormation([None, "CREATE_COMPLETE"], {"Status": "CREATE_COMPLETE"})

    assert _apply(fake) is True

    assert (fake.kind, fake.calls) == ("CREATE", ["execute"])


def test_a_stack_that_is_there_is_updated() -> None:
    fake = _CloudFormation(["CREATE_COMPLETE", "UPDATE_COMPLETE"], {"Status": "CREATE_COMPLETE"})

    assert _apply(fake) is True

    assert (fake.kind, fake.calls) == ("UPDATE", ["execute"])


def test_a_change_set_without_changes_is_dropped() -> None:
    reason = "The submitted information didn't contain changes."
    fake = _CloudFormation(["CREATE_COMPLETE"], {"Status": "FAILED", "StatusReason": reason})

    assert _apply(fake) is False

    assert fake.calls == ["delete"]


def test_a_failed_stack_tells_which_resource_and_why() -> None:
    fake = _CloudFormation([None, "ROLLBACK_COMPLETE"], {"Status": "CREATE_COMPLETE"})

    with pytest.raises(stack.DeployError, match="Table: it is there already"):
        _apply(fake)


def test_a_refused_change_set_is_an_error() -> None:
    fake = _CloudFormation([None], {"Status": "FAILED", "StatusReason": "Template error"})

    with pytest.raises(stack.DeployError, match="Template error"):
        _apply(fake)
