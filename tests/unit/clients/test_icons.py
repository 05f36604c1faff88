"""Icons are kept under what they show, and an outage costs nobody a round."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from firstspawn.clients.aws import aws_client
from firstspawn.clients.icons import IconStore
from firstspawn.clients.objects import Bucket
from tests.support.clock import FrozenClock
from tests.support.engines import REGION


@pytest.fixture
def store(clock: FrozenClock) -> Iterator[IconStore]:
    """A store in a bucket of a mocked S3."""
    with mock_aws():
        aws_client.cache_clear()
        boto3.client("s3", region_name=REGION).create_bucket(Bucket="media")
        yield IconStore(Bucket("media", REGION), "https://media.example/", clock)
        aws_client.cache_clear()


def test_a_picture_is_kept_once_under_a_name_that_tells_it(store: IconStore) -> None:
    first, again, other = store.save(b"png"), store.save(b"png"), store.save(b"gnp")

    assert first == again != other
    assert first is not None
    key = first.removeprefix("https://media.example/")
    stored = boto3.client("s3", region_name=REGION).get_object(Bucket="media", Key=f"public/{key}")
    assert (stored["Body"].read(), stored["ContentType"]) == (b"png", "image/png")
    assert "immutable" in stored["CacheControl"]


def test_what_cannot_be_kept_is_told_and_measured(
    store: IconStore, caplog: pytest.LogCaptureFixture
) -> None:
    boto3.client("s3", region_name=REGION).delete_bucket(Bucket="media")

    assert store.save(b"png") is None

    assert caplog.records[-1].__dict__["IconNotKept"] == 1
