"""Forms for uploads as AWS takes them; the emulators would take others too."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from firstspawn.clients.aws import aws_client
from firstspawn.clients.objects import Bucket, ObjectUnavailable

REGIONS = {
    "us-east-1": "https://media.s3.amazonaws.com/",
    "eu-west-1": "https://media.s3.eu-west-1.amazonaws.com/",
    "eu-central-1": "https://media.s3.eu-central-1.amazonaws.com/",
}


@pytest.fixture(autouse=True)
def fresh_clients() -> Iterator[None]:
    aws_client.cache_clear()
    yield
    aws_client.cache_clear()


@pytest.mark.parametrize("region", REGIONS)
def test_a_form_is_signed_with_version_4_for_its_own_region(region: str) -> None:
    form = Bucket("media", region).presigned_post("uploads/a", "image/png", 10, 60)

    assert form.url == REGIONS[region]
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert form.fields["x-amz-credential"].split("/")[2] == region


def test_what_a_bucket_does_not_give_is_told_from_what_it_lacks() -> None:
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="media")

        assert Bucket("media", "us-east-1").read("state/list", 10) is None
        with pytest.raises(ObjectUnavailable):
            Bucket("no-such-bucket", "us-east-1").read("state/list", 10)


def test_a_local_stack_has_its_buckets_in_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")

    form = Bucket("media", "us-east-1").presigned_post("uploads/a", "image/png", 10, 60)

    assert form.url == "http://localhost:4566/media"
