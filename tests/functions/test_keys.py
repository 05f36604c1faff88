"""Functions whose role may not read the stack's keys do their work without them.

The emulators let everybody read everything, so what asks for a key too many fails on AWS alone.
"""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from firstspawn.clients import secrets as secrets_client
from firstspawn.config import Settings
from firstspawn.reactions.schemas import Happening
from firstspawn.wiring import Container
from tests.support.engines import REGION
from tests.unit.infra.templates import FUNCTIONS, deployable

USED: dict[str, Callable[[Container], tuple[Any, ...]]] = {
    "BlocklistDaily": lambda stack: (stack.blocklist,),
    "DeletionSchedule": lambda stack: (stack.due_deletions,),
    "DeletionWorker": lambda stack: (stack.deletions, stack.servers, stack.media),
    "IdentitySchedule": lambda stack: (stack.identity_refresh,),
    "EventPublisher": lambda stack: (stack.publisher,),
    "PluginWatch": lambda stack: (stack.plugin_watch,),
    "Reactor": lambda stack: (stack.reactions,),
    "SearchNightly": lambda stack: (stack.rebuild_queue,),
    "SearchRebuilder": lambda stack: (stack.rebuilds, stack.rebuild_queue),
    "SearchIndexer": lambda stack: (stack.indexing,),
    "UploadProcessor": lambda stack: (stack.media,),
    "UptimeSchedule": lambda stack: (stack.uptime_dispatch,),
    "UptimeWorker": lambda stack: (stack.uptime_dispatch, stack.uptime_rounds),
    "Websocket": lambda stack: (stack.connections,),
}


def _may_read_keys(logical_id: str) -> bool:
    role = deployable()["Resources"][f"{logical_id}Role"]["Properties"]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    return any(statement["Action"] == "ssm:GetParameter" for statement in statements)


def test_every_function_without_the_keys_is_tried_here() -> None:
    assert {name for name in FUNCTIONS if not _may_read_keys(name)} == set(USED)


@pytest.mark.parametrize("logical_id", USED)
def test_a_function_without_the_keys_builds_its_services_without_them(
    logical_id: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(settings: Settings) -> None:
        raise AssertionError(f"{logical_id} may not read {settings.secrets_parameter!r}")

    monkeypatch.setattr(secrets_client, "load_secrets", refused)
    stack = Container(Settings(table=table))
    stack._connected = True  # the table's fixture did it

    assert all(USED[logical_id](stack))


def test_every_feature_forgets_a_person_without_the_keys(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the reactor, whose handlers build their services when they are first told
    def refused(settings: Settings) -> None:
        raise AssertionError(f"the reactor may not read {settings.secrets_parameter!r}")

    monkeypatch.setattr(secrets_client, "load_secrets", refused)
    stack = Container(Settings(table=table))
    stack._connected = True
    told = Happening(id="e1", event="user.deleted", data={"userId": "nobody"})
    # When / Then
    for react in stack.reactions.handlers(told):
        react(told)


def test_keys_that_cannot_be_read_again_are_said_to_be_without_a_word_of_theirs(table: str) -> None:
    ssm = boto3.client("ssm", region_name=REGION)
    settings = Settings(table=table, secrets_parameter="/test/secrets")
    with pytest.raises(secrets_client.SecretsUnavailable, match="ParameterNotFound"):
        secrets_client.reload_secrets(settings)
    ssm.put_parameter(Name="/test/secrets", Value='{"macKey": "hunter2"}', Type="SecureString")
    with pytest.raises(secrets_client.SecretsUnavailable, match=r"^ValidationError$"):
        secrets_client.reload_secrets(settings)
