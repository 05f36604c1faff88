"""Metrics as log lines: CloudWatch reads its embedded metric format out of any function's log."""

from datetime import datetime
from typing import Any

_NAMESPACE = "FirstSpawn"


def metric(name: str, value: float, now: datetime, **dimensions: str) -> dict[str, Any]:
    """Fields that make a log line a metric as well; give them as `extra`."""
    directive = {
        "Namespace": _NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    described = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return {"_aws": described, name: value, **dimensions}
