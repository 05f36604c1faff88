"""Create or update a CloudFormation stack through a change set, the same way on every engine."""

import time
from typing import Any

from botocore.exceptions import ClientError

_POLL_SECONDS = {True: 0.2, False: 3.0}
_CAPABILITIES = ["CAPABILITY_IAM"]
_NOTHING = ("didn't contain changes", "no updates are to be performed")


class DeployError(RuntimeError):
    """The stack did not reach the wanted state; the message carries CloudFormation's reasons."""


def apply(
    cloudformation: Any,
    name: str,
    template_url: str,
    parameters: dict[str, str],
    *,
    emulated: bool,
    limit: float = 3600,
) -> bool:
    """Bring the stack `name` to the template; return False if there was nothing to change.

    `limit` is in seconds. Raises DeployError with the failed resources' reasons.
    """
    poll = _POLL_SECONDS[emulated]
    kind = "UPDATE" if _settled_status(cloudformation, name) else "CREATE"
    change_set = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{int(time.time())}",
        ChangeSetType=kind,
        TemplateURL=template_url,
        Capabilities=_CAPABILITIES,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
    )["Id"]
    if not _await_change_set(cloudformation, change_set, poll, limit):
        cloudformation.delete_change_set(ChangeSetName=change_set)
        return False
    cloudformation.execute_change_set(ChangeSetName=change_set)
    _await_stack(cloudformation, name, kind, poll, limit)
    return True


def outputs(cloudformation: Any, name: str) -> dict[str, str]:
    """The stack's outputs by key. Raises ClientError if there is no such stack."""
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _status(cloudformation: Any, name: str) -> str | None:
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _settled_status(cloudformation: Any, name: str) -> str | None:
    """The status of a stack that can be updated; one whose creation failed is removed first."""
    status = _status(cloudformation, name)
    if status in {"ROLLBACK_COMPLETE", "CREATE_FAILED"}:
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)
        return None
    return None if status in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"} else status


def _await_change_set(cloudformation: Any, change_set: str, poll: float, limit: float) -> bool:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        answer = cloudformation.describe_change_set(ChangeSetName=change_set)
        if answer["Status"] == "CREATE_COMPLETE":
            return True
        if answer["Status"] == "FAILED":
            reason = answer.get("StatusReason", "")
            if any(words in reason.lower() for words in _NOTHING):
                return False
            raise DeployError(f"The change set failed: {reason}")
        time.sleep(poll)
    raise DeployError(f"The change set was not ready after {limit:.0f} s")


def _await_stack(cloudformation: Any, name: str, kind: str, poll: float, limit: float) -> None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        status = _status(cloudformation, name) or ""
        if status == f"{kind}_COMPLETE":
            return
        if status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
            raise DeployError(f"{name} is {status}:\n{_reasons(cloudformation, name)}")
        time.sleep(poll)
    raise DeployError(f"{name} did not settle within {limit:.0f} s")


def _reasons(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in failed
    )
