"""AWS clients, one per service and process, with timeouts a function can live with."""

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=16)
def aws_client(service: str, region: str, endpoint: str | None = None, attempts: int = 3) -> Any:
    """Return a boto3 client. Endpoints of a local stack come from `AWS_ENDPOINT_URL`.

    A call that must not happen twice by itself asks for one of the `attempts`.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2, read_timeout=8, retries={"mode": "standard", "max_attempts": attempts}
    )
    return boto3.client(service, region_name=region, endpoint_url=endpoint, config=config)
