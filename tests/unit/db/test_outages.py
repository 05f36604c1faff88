"""Outages: what AWS does not answer is 503, what we do wrong stays 500."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pynamodb.exceptions import GetError, PutError, VerboseClientError

from firstspawn.db.outages import is_outage


def _client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "GetItem")


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        GetError(cause=EndpointConnectionError(endpoint_url="http://127.0.0.1:1")),
        PutError(cause=VerboseClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")),
        _client_error("InternalServerError"),
    ],
)
def test_no_answer_and_passing_refusals_are_outages(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize("error", [ValueError("bug"), _client_error("ValidationException")])
def test_bugs_are_not(error: Exception) -> None:
    assert not is_outage(error)
