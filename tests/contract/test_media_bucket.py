"""What the bucket promises, on an emulated S3 that enforces the form's policy."""

from collections.abc import Iterator

import boto3
import httpx
import pytest

from firstspawn.clients.aws import aws_client
from firstspawn.clients.objects import Bucket, ObjectTooLarge, UploadForm
from tests.support.engines import REGION

NAME = "media-contract"
LIMIT = 1000


@pytest.fixture
def bucket(ministack: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", ministack)
    aws_client.cache_clear()
    boto3.client("s3", region_name=REGION, endpoint_url=ministack).create_bucket(Bucket=NAME)
    yield Bucket(NAME, REGION)
    aws_client.cache_clear()


def post(form: UploadForm, data: bytes, **changed: str) -> int:
    fields = {**form.fields, **changed}
    return httpx.post(form.url, data=fields, files={"file": ("banner.png", data)}).status_code


def test_a_form_uploads_one_object_of_its_key(bucket: Bucket) -> None:
    form = bucket.presigned_post("uploads/a", "image/png", LIMIT, 60)

    assert post(form, b"x" * LIMIT) == 204

    assert bucket.read("uploads/a", LIMIT) == b"x" * LIMIT


@pytest.mark.parametrize(
    ("size", "changed"),
    [(LIMIT + 1, {}), (0, {}), (10, {"Content-Type": "text/html"}), (10, {"key": "public/a"})],
    ids=["too long", "empty", "another type", "another key"],
)
def test_a_form_allows_nothing_else(bucket: Bucket, size: int, changed: dict[str, str]) -> None:
    form = bucket.presigned_post("uploads/b", "image/png", LIMIT, 60)

    assert post(form, b"x" * size, **changed) in {400, 403}

    assert bucket.read("uploads/b", LIMIT) is None
    assert bucket.read("public/a", LIMIT) is None


def test_an_object_is_read_up_to_a_limit(bucket: Bucket) -> None:
    bucket.write("public/c", b"x" * 10, "image/webp")

    assert bucket.read("public/c", 10) == b"x" * 10
    with pytest.raises(ObjectTooLarge):
        bucket.read("public/c", 9)


def test_deleting_an_object_again_is_fine(bucket: Bucket) -> None:
    bucket.write("public/d", b"x", "image/webp")

    bucket.delete("public/d")
    bucket.delete("public/d")

    assert bucket.read("public/d", 10) is None
