"""What holds for every function, every queue of dead letters and everything that keeps data.

Written once here instead of once per resource in template.yaml, so that a new function cannot
forget its name, its own role, its log's retention or its alarms.
"""

import re
from typing import Any

Template = dict[str, Any]

DEAD_LETTERS = "DeadLetters"
_DELAY_MILLISECONDS = 300_000
_KEEPS_DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::OpenSearchService::Domain"}
_ASSUME = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


# What the staff did is written once. Who may write the table may put such an item (the code puts it
# only where nothing is), and do no more with it; a batch can neither be conditional, nor is needed.
_AUDIT_IS_FINAL = {
    "Effect": "Deny",
    "Action": ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"],
    "Resource": {"Fn::GetAtt": ["Table", "Arn"]},
    "Condition": {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["AUDIT#*"]}},
}


def apply(template: Template, *, keep_data: bool) -> Template:
    """Complete `template` in place and return it."""
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Lambda::Function":
            _complete_function(resources, name, resource)
        elif name.endswith(DEAD_LETTERS):
            resources[f"{name}Alarm"] = _queue_alarm(name)
        elif resource["Type"] == "AWS::SQS::Queue" and "MessageRetentionPeriod" in properties:
            resources[f"{name}AgeAlarm"] = _age_alarm(name, properties["MessageRetentionPeriod"])
        if resource["Type"] in _KEEPS_DATA:
            policy = "RetainExceptOnCreate" if keep_data else "Delete"
            resource["DeletionPolicy"] = policy
            resource["UpdateReplacePolicy"] = "Retain" if keep_data else "Delete"
    return template


def function_name(logical_id: str) -> str:
    """The name behind a logical id of Chalice's: `UptimeWorker` -> `uptime_worker`."""
    if logical_id == "APIHandler":
        return "api_handler"
    return re.sub(r"(?<!^)(?=[A-Z])", "_", logical_id).lower()


def _complete_function(resources: Template, logical_id: str, resource: Template) -> None:
    properties = resource["Properties"]
    name = f"${{AWS::StackName}}-{function_name(logical_id)}"
    statements = properties.pop("Policies", [])
    properties["FunctionName"] = {"Fn::Sub": name}
    properties["Role"] = {"Fn::GetAtt": [f"{logical_id}Role", "Arn"]}
    properties["LoggingConfig"] = {"LogGroup": {"Ref": f"{logical_id}Log"}}
    resources[f"{logical_id}Log"] = {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/aws/lambda/{name}"},
            "RetentionInDays": {"Ref": "LogDays"},
        },
    }
    resources[f"{logical_id}Role"] = _role(logical_id, statements)
    resources[f"{logical_id}ErrorsAlarm"] = _function_alarm(logical_id, "Errors")
    if any(_reads_a_stream(one, logical_id) for one in list(resources.values())):
        resources[f"{logical_id}DelayAlarm"] = _delay_alarm(logical_id)
    resources[f"{logical_id}ThrottlesAlarm"] = _function_alarm(logical_id, "Throttles")


def _role(logical_id: str, statements: list[Template]) -> Template:
    log = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": [f"{logical_id}Log", "Arn"]},
    }
    final = [_AUDIT_IS_FINAL] if any(map(_writes_the_table, statements)) else []
    document = {"Version": "2012-10-17", "Statement": [log, *statements, *final]}
    properties = {
        "AssumeRolePolicyDocument": _ASSUME,
        "Policies": [{"PolicyName": "function", "PolicyDocument": document}],
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _writes_the_table(statement: Template) -> bool:
    return any(f"dynamodb:{one}Item" in statement["Action"] for one in ("Put", "Update", "Delete"))


def _function_alarm(logical_id: str, metric: str) -> Template:
    dimensions = [{"Name": "FunctionName", "Value": {"Ref": logical_id}}]
    return _alarm("AWS/Lambda", metric, dimensions, statistic="Sum", threshold=5)


def _reads_a_stream(resource: Template, logical_id: str) -> bool:
    properties = resource.get("Properties", {})
    return "StartingPosition" in properties and properties["FunctionName"] == {"Ref": logical_id}


def _delay_alarm(logical_id: str) -> Template:
    """A consumer that is stuck falls behind long before its records are too old to be tried."""
    dimensions = [{"Name": "FunctionName", "Value": {"Ref": logical_id}}]
    return _alarm(
        "AWS/Lambda", "IteratorAge", dimensions, statistic="Maximum", threshold=_DELAY_MILLISECONDS
    )


def _queue_alarm(logical_id: str) -> Template:
    metric = "ApproximateNumberOfMessagesVisible"
    return _alarm("AWS/SQS", metric, _of_queue(logical_id), statistic="Maximum", threshold=1)


def _age_alarm(logical_id: str, kept_seconds: int) -> Template:
    """What a queue forgets early ends among no dead letters: its age alone tells of an overload."""
    metric, seconds = "ApproximateAgeOfOldestMessage", kept_seconds * 3 // 5
    return _alarm("AWS/SQS", metric, _of_queue(logical_id), statistic="Maximum", threshold=seconds)


def _of_queue(logical_id: str) -> list[Template]:
    return [{"Name": "QueueName", "Value": {"Fn::GetAtt": [logical_id, "QueueName"]}}]


def _alarm(
    namespace: str, metric: str, dimensions: list[Template], *, statistic: str, threshold: int
) -> Template:
    properties = {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": dimensions,
        "Statistic": statistic,
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": {
            "Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]
        },
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Condition": "OnAws", "Properties": properties}
