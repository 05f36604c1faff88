"""The table as it is deployed: tests make it from `template.yaml`, so its schema stands once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

_TEMPLATE = Path(__file__).parents[2] / "template.yaml"
_CREATE_ARGUMENTS = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "StreamSpecification",
)


# CloudFormation's tags (`!Ref`, `!If`) are read as nothing: the schema uses none.
_Loader: Any = type("_Loader", (yaml.SafeLoader,), {})
_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


@cache
def table_schema() -> dict[str, Any]:
    """Return the template's table as arguments of CreateTable, without its name."""
    template = yaml.load(_TEMPLATE.read_text(), _Loader)
    properties = template["Resources"]["Table"]["Properties"]
    schema = {name: properties[name] for name in _CREATE_ARGUMENTS}
    schema["StreamSpecification"] = {"StreamEnabled": True} | schema["StreamSpecification"]
    return schema


def create_table(client: Any, name: str, *, stream: bool = True) -> None:
    """Create an empty table with the deployed schema and wait until it can be used.

    Without its stream where nobody reads that: DynamoDB Local looks through all of the streams'
    records at every write, so that a thousand writes make the next ones ten times slower.
    """
    schema = table_schema() | ({} if stream else {"StreamSpecification": {"StreamEnabled": False}})
    client.create_table(TableName=name, **schema)
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
