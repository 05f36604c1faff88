"""The template that is deployed: plain CloudFormation, one proxy route, the rules."""

import json
from inspect import signature
from typing import Any

import pytest

from firstspawn.clients.gameservers.pinger import Pinger
from firstspawn.config import Settings
from firstspawn.events.rules import REMOVED_TYPES, STREAM_TYPES
from infra.deploy import native, rules
from tests.unit.infra.templates import FUNCTIONS, chalice_template, deployable, merged_template


def _of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {n: r["Properties"] for n, r in template["Resources"].items() if r["Type"] == kind}


def _statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]


def test_nothing_of_the_serverless_transform_is_left() -> None:
    template = deployable()

    assert "Transform" not in template
    assert not [r for r in template["Resources"].values() if "Serverless" in r["Type"]]


def test_the_rest_api_has_the_root_and_one_proxy_resource_with_any_method() -> None:
    template = deployable()

    (proxy,) = _of_type(template, "AWS::ApiGateway::Resource").values()
    methods = _of_type(template, "AWS::ApiGateway::Method").values()
    assert proxy["PathPart"] == "{proxy+}"
    assert [method["HttpMethod"] for method in methods] == ["ANY", "ANY"]


def test_a_deployment_gets_a_new_name_when_the_api_changes() -> None:
    changed = chalice_template()
    api = changed["Resources"]["RestAPI"]["Properties"]
    api["DefinitionBody"]["x-amazon-apigateway-binary-media-types"] = ["image/webp"]

    before = native.to_cloudformation(chalice_template(), "python3.13", "arm64")
    after = native.to_cloudformation(changed, "python3.13", "arm64")

    deployments = {
        name for t in (before, after) for name in _of_type(t, "AWS::ApiGateway::Deployment")
    }
    assert len(deployments) == 2


def test_a_function_the_application_lacks_is_named() -> None:
    merged = merged_template()
    merged["Resources"]["Ghost"] = {"Properties": {"Timeout": 3}}

    with pytest.raises(native.UnknownFunctionError, match="Ghost"):
        native.to_cloudformation(merged, "python3.13", "arm64")


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_every_function_has_its_name_role_log_limits_and_alarms(logical_id: str) -> None:
    template = deployable()
    resources = template["Resources"]
    properties = resources[logical_id]["Properties"]

    assert properties["FunctionName"]["Fn::Sub"].endswith(f"-{rules.function_name(logical_id)}")
    assert properties["Role"] == {"Fn::GetAtt": [f"{logical_id}Role", "Arn"]}
    assert properties["Timeout"] > 0
    assert properties["MemorySize"] >= 256
    assert resources[f"{logical_id}Log"]["Properties"]["RetentionInDays"] == {"Ref": "LogDays"}
    assert resources[f"{logical_id}ErrorsAlarm"]["Condition"] == "OnAws"
    assert "Policies" not in properties


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_no_role_may_do_everything_or_touch_everything(logical_id: str) -> None:
    role = _of_type(deployable(), "AWS::IAM::Role")[f"{logical_id}Role"]

    for statement in _statements(role):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action
        assert statement["Resource"] != "*"


def test_the_search_domain_leaves_it_to_the_roles_who_may_do_what() -> None:
    domain = _of_type(deployable(), "AWS::OpenSearchService::Domain")["SearchDomain"]

    (statement,) = domain["AccessPolicies"]["Statement"]

    assert statement["Principal"]["AWS"]["Fn::Sub"].endswith(":iam::${AWS::AccountId}:root")


def test_only_who_needs_the_keys_may_read_them() -> None:
    roles = _of_type(deployable(), "AWS::IAM::Role")

    readers = {
        name
        for name, role in roles.items()
        if any(statement["Action"] == "ssm:GetParameter" for statement in _statements(role))
    }

    assert readers == {
        "APIHandlerRole",
        "ExportWorkerRole",
        "IdentityWorkerRole",
        "MailWorkerRole",
        "PluginDoorRole",
    }


def test_only_who_seals_or_opens_secrets_may_use_the_vaults_key() -> None:
    roles = _of_type(deployable(), "AWS::IAM::Role")

    users = {
        name: sorted({action for one in _statements(role) for action in _kms_actions(one)})
        for name, role in roles.items()
    }

    seal_and_open = ["kms:Decrypt", "kms:GenerateDataKey"]
    assert {name: actions for name, actions in users.items() if actions} == {
        "APIHandlerRole": seal_and_open,
        "IdentityWorkerRole": seal_and_open,
        "PluginDoorRole": ["kms:Decrypt"],
    }


def _kms_actions(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    named = [actions] if isinstance(actions, str) else actions
    return [action for action in named if action.startswith("kms:")]


def test_every_queue_and_stream_gives_up_into_its_own_watched_dead_letters() -> None:
    template = deployable()
    queues = _of_type(template, "AWS::SQS::Queue")
    targets = [
        q["RedrivePolicy"]["deadLetterTargetArn"] for q in queues.values() if "RedrivePolicy" in q
    ]
    mappings = _of_type(template, "AWS::Lambda::EventSourceMapping").values()
    targets += [
        m["DestinationConfig"]["OnFailure"]["Destination"]
        for m in mappings
        if "DestinationConfig" in m
    ]

    names = [target["Fn::GetAtt"][0] for target in targets]

    assert sorted(names) == [
        "DeletionsDeadLetters",
        "EventDeadLetters",
        "ExportsDeadLetters",
        "IdentitiesDeadLetters",
        "MailDeadLetters",
        "ReactionsDeadLetters",
        "RebuildDeadLetters",
        "SearchDeadLetters",
        "UptimeDeadLetters",
    ]
    assert all(f"{name}Alarm" in template["Resources"] for name in names)


def test_a_queue_that_forgets_what_it_cannot_do_tells_of_it_before() -> None:
    template = deployable()
    queues = _of_type(template, "AWS::SQS::Queue")
    dead_letters = {n for n in queues if n.endswith(rules.DEAD_LETTERS)}
    forgetful = {n for n, q in queues.items() if "MessageRetentionPeriod" in q} - dead_letters

    alarms = {n: template["Resources"][f"{n}AgeAlarm"]["Properties"] for n in forgetful}

    assert set(alarms) == {"RebuildQueue", "UptimeQueue"}
    assert alarms["UptimeQueue"]["MetricName"] == "ApproximateAgeOfOldestMessage"
    assert alarms["UptimeQueue"]["Threshold"] == 180
    name = {"Fn::GetAtt": ["UptimeQueue", "QueueName"]}
    assert alarms["UptimeQueue"]["Dimensions"] == [{"Name": "QueueName", "Value": name}]


def test_a_worker_has_the_time_for_its_batch_and_its_messages_stay_hidden_as_long() -> None:
    resources = deployable()["Resources"]
    workers = {
        "UptimeFromQueue": ("UptimeWorker", 4),  # 40 for all: they are worked on side by side
        "MailFromQueue": ("MailWorker", 10),
        "ExportsFromQueue": ("ExportWorker", 900),
        "DeletionsFromQueue": ("DeletionWorker", 300),
        "IdentitiesFromQueue": ("IdentityWorker", 300),
        "ReactionsFromQueue": ("Reactor", 10),
        "RebuildFromQueue": ("SearchRebuilder", 300),
    }

    for mapping, (worker, seconds_a_message) in workers.items():
        source = resources[mapping]["Properties"]
        queue = resources[source["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        timeout = resources[worker]["Properties"]["Timeout"]
        assert source["BatchSize"] * seconds_a_message <= timeout <= queue["VisibilityTimeout"]


def test_stream_consumers_report_records_bisect_and_give_up() -> None:
    mappings = _of_type(deployable(), "AWS::Lambda::EventSourceMapping")

    for name in ("SearchFromTable", "EventsFromTable"):
        assert mappings[name]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mappings[name]["BisectBatchOnFunctionError"] is True
        assert mappings[name]["MaximumRetryAttempts"] > 0
        assert all(json.loads(f["Pattern"]) for f in mappings[name]["FilterCriteria"]["Filters"])


def test_changes_wait_for_hours_while_the_search_engine_is_down() -> None:
    mapping = _of_type(deployable(), "AWS::Lambda::EventSourceMapping")["SearchFromTable"]

    # At one attempt a second, the age ends the trying
    assert mapping["MaximumRecordAgeInSeconds"] >= 6 * 3600
    assert mapping["MaximumRetryAttempts"] == 10_000


def test_the_events_filter_names_the_types_the_rules_are_about() -> None:
    mapping = _of_type(deployable(), "AWS::Lambda::EventSourceMapping")["EventsFromTable"]

    patterns = [json.loads(f["Pattern"])["dynamodb"] for f in mapping["FilterCriteria"]["Filters"]]
    told: dict[str, set[str]] = {"NewImage": set(), "OldImage": set()}
    for image, wanted in [pair for pattern in patterns for pair in pattern.items()]:
        told[image].update(wanted.get("type", {}).get("S", ()))

    assert told == {"NewImage": set(STREAM_TYPES), "OldImage": set(REMOVED_TYPES)}


def test_no_consumer_has_more_filters_than_an_account_may_have_unasked() -> None:
    mappings = _of_type(deployable(), "AWS::Lambda::EventSourceMapping")

    # Quota "filters per event source mapping"; a type more belongs into a pattern that is there
    filters = {
        n: m["FilterCriteria"]["Filters"] for n, m in mappings.items() if "FilterCriteria" in m
    }
    assert filters.keys() == {"SearchFromTable", "EventsFromTable"}
    assert all(len(patterns) <= 5 for patterns in filters.values())
    assert all(len(one["Pattern"]) <= 4096 for patterns in filters.values() for one in patterns)


def test_every_setting_in_the_environment_is_one_the_configuration_reads() -> None:
    variables = deployable()["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]

    ours = {v.removeprefix("FIRSTSPAWN_").lower() for v in variables if v.startswith("FIRSTSPAWN_")}
    unknown = ours - Settings.model_fields.keys()

    assert not unknown


@pytest.mark.parametrize(("stage", "policy"), [("dev", "Delete"), ("prod", "RetainExceptOnCreate")])
def test_data_outlives_its_stack_outside_dev(stage: str, policy: str) -> None:
    resources = deployable(stage)["Resources"]

    assert {resources[name]["DeletionPolicy"] for name in ("Table", "MediaBucket")} == {policy}


def test_no_function_may_change_what_the_audit_log_says() -> None:
    resources = deployable()["Resources"]
    roles = [role["Properties"] for role in resources.values() if role["Type"] == "AWS::IAM::Role"]
    changes = {"BatchWriteItem", "DeleteItem", "UpdateItem", "PartiQLUpdate", "PartiQLDelete"}
    names = {f"dynamodb:{change}" for change in changes}

    bare = []
    for statements in map(_statements, roles):
        denied = [one for one in statements if one["Effect"] == "Deny"]
        allowed = {a for one in statements if one not in denied for a in one["Action"]} & names
        final = {a for one in denied if "AUDIT#*" in json.dumps(one) for a in one["Action"]}
        if allowed - final:
            bare.append(statements)
    assert bare == []


def test_who_knocks_at_the_plugins_door_gets_in_by_its_url_alone() -> None:
    template = deployable()
    permissions = _of_type(template, "AWS::Lambda::Permission").values()

    public = [one for one in permissions if one["Principal"] == "*"]

    assert {one["Action"] for one in public} == {
        "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"
    }  # fmt: skip
    assert all(one["FunctionName"] == {"Fn::GetAtt": ["PluginDoor", "Arn"]} for one in public)
    assert all("FunctionUrlAuthType" in one or one["InvokedViaFunctionUrl"] for one in public)


def test_the_rosters_of_a_batch_have_the_sockets_they_may_use() -> None:
    batch = deployable()["Resources"]["UptimeFromQueue"]["Properties"]["BatchSize"]
    sockets = signature(Pinger).parameters["most"].default

    # A function has 1,024 descriptors; a round's loop has 4, the table's connections 80
    assert batch * (sockets + 4) + 80 <= 1024 - 64


def test_how_many_workers_check_at_a_time_is_a_setting() -> None:
    template = deployable()
    mappings = _of_type(template, "AWS::Lambda::EventSourceMapping")

    (bound,) = [
        one["ScalingConfig"]["MaximumConcurrency"]
        for one in mappings.values()
        if one["EventSourceArn"] == {"Fn::GetAtt": ["UptimeQueue", "Arn"]}
    ]

    of_the_stack = {"Fn::FindInMap": ["Concurrency", {"Ref": "Stack"}, "Uptime"]}
    setting = {"Ref": "UptimeConcurrency"}
    assert bound == {"Fn::If": ["HasUptimeConcurrency", setting, of_the_stack]}


def test_a_flood_at_the_plugins_door_leaves_concurrency_to_everybody_else() -> None:
    template = deployable()
    functions = _of_type(template, "AWS::Lambda::Function")

    bounds = {n: f["ReservedConcurrentExecutions"] for n, f in functions.items()
        if "ReservedConcurrentExecutions" in f}  # fmt: skip

    bound = {"Fn::If": ["BoundPlugins", {"Ref": "PluginConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert bounds == {"PluginDoor": bound}
    assert template["Parameters"]["PluginConcurrency"]["Default"] == 100
