"""What API Gateway says of websockets that are gone, on an emulated one."""

import pytest

from firstspawn.clients.aws import aws_client
from firstspawn.clients.connections import ConnectionGone, Connections
from tests.support.engines import REGION


def test_a_websocket_that_is_gone_is_told_as_such(ministack: str) -> None:
    aws_client.cache_clear()
    endpoint = f"{ministack}/_aws/execute-api/f15a0002/dev"

    with pytest.raises(ConnectionGone):
        Connections(REGION).post("bm9ib2R5", "{}", endpoint)

    aws_client.cache_clear()
