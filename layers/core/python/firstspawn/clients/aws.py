"""AWS clients, one per service and process, with timeouts a function can live with."""

import os
import threading
from functools import lru_cache
from typing import Any

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_making = threading.Lock()  # threads may share a client, but not the session that makes it


@lru_cache(maxsize=16)
def aws_client(service: str, region: str, endpoint: str | None = None, attempts: int = 3) -> Any:
    """Return a boto3 client. Endpoints of a local stack come from `AWS_ENDPOINT_URL`.

    A call that must not happen twice by itself asks for one of the `attempts`.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=8,
        retries={"mode": "standard", "max_attempts": attempts},
        # Forms for uploads: buckets made since 2020 refuse signature version 2, which is what
        # boto3 writes for some regions, and a form may not follow the global name's redirect.
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "path" if any(map(os.environ.get, _ENDPOINTS)) else "virtual"},
    )
    with _making:
        return boto3.client(service, region_name=region, endpoint_url=endpoint, config=config)
