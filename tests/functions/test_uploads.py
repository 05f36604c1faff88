"""A banner from its grant to its server, through the functions, on a mocked AWS."""

import base64
import json
from typing import Any
from urllib.parse import quote_plus

import pytest

from firstspawn.media.models import Upload
from firstspawn.wiring import Container
from functions.uploads.media import handler
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.events import s3_event
from tests.support.factories import Account, Accounts
from tests.support.pictures import opened, picture

BUCKET = "media-test"
PNG = {"contentType": "image/png"}


@pytest.fixture
def owner(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def server(client: Client, owner: Account, s3: Any) -> str:
    form = {"gameType": "MINECRAFT", "name": "Sky Realm", "ip": "play.example.com"}
    answer = client.post("/servers", form, token=owner.access)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


@pytest.fixture
def grant(client: Client, owner: Account, server: str) -> Any:
    answer = client.post(f"/servers/{server}/banner", PNG, token=owner.access)
    assert answer.status == 201, answer.body
    return answer.json


def upload(s3: Any, grant: Any, data: bytes) -> str:
    """What S3 does with the form: store the object, tell the function."""
    key = str(grant["fields"]["key"])
    s3.put_object(Bucket=BUCKET, Key=key, Body=data)
    handler(s3_event(BUCKET, key), None)
    return key


def keys(s3: Any, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return [one["Key"] for one in found]


def state(upload_id: str) -> Any:
    return Upload.get(f"UPLOAD#{upload_id}", "UPLOAD")


def test_a_grant_is_bound_to_key_type_and_size(grant: Any) -> None:
    policy = json.loads(base64.b64decode(grant["fields"]["policy"]))

    assert BUCKET in grant["url"]
    assert {"key": f"uploads/{grant['uploadId']}"} in policy["conditions"]
    assert {"Content-Type": "image/png"} in policy["conditions"]
    assert ["content-length-range", 1, 4 * 1024 * 1024] in policy["conditions"]
    assert grant["fields"]["Content-Type"] == "image/png"
    assert (grant["maxBytes"], grant["expiresIn"]) == (4 * 1024 * 1024, 600)


def test_an_uploaded_picture_becomes_the_servers_banner(
    client: Client, s3: Any, server: str, grant: Any
) -> None:
    key = upload(s3, grant, picture())

    url = client.get(f"/servers/{server}").json["bannerUrl"]
    [stored] = keys(s3, f"public/banners/{server}/")
    assert url == f"http://localhost:8000/media/{stored.removeprefix('public/')}"
    found = s3.get_object(Bucket=BUCKET, Key=stored)
    assert found["ContentType"] == "image/webp"
    assert "immutable" in found["CacheControl"]
    assert opened(found["Body"].read()).size == (889, 500)
    assert keys(s3, key) == []
    assert state(grant["uploadId"]).state == "DONE"


def test_an_event_that_comes_again_changes_nothing(
    client: Client, s3: Any, server: str, grant: Any
) -> None:
    key = upload(s3, grant, picture())
    before = client.get(f"/servers/{server}").json

    handler(s3_event(BUCKET, key), None)

    assert client.get(f"/servers/{server}").json == before


def test_a_form_is_good_for_one_picture(client: Client, s3: Any, server: str, grant: Any) -> None:
    upload(s3, grant, picture())
    before = client.get(f"/servers/{server}").json

    key = upload(s3, grant, picture(size=(100, 100)))

    assert client.get(f"/servers/{server}").json == before
    assert keys(s3, key) == []


@pytest.mark.parametrize(
    "data", [b"<script>alert(1)</script>", picture()[:200], b"x" * (4 * 1024 * 1024 + 1)],
    ids=["no picture", "broken", "too long"],
)  # fmt: skip
def test_a_bad_picture_is_refused_once_and_for_all(
    client: Client, s3: Any, server: str, grant: Any, data: bytes
) -> None:
    key = upload(s3, grant, data)

    assert state(grant["uploadId"]).state == "REFUSED"
    assert state(grant["uploadId"]).reason
    assert client.get(f"/servers/{server}").json["bannerUrl"] is None
    assert keys(s3, key) == []


def test_a_picture_for_a_server_that_is_gone_is_refused(
    client: Client, s3: Any, owner: Account, server: str, grant: Any
) -> None:
    assert client.delete(f"/servers/{server}", token=owner.access).status == 204

    upload(s3, grant, picture())

    assert state(grant["uploadId"]).state == "REFUSED"


@pytest.mark.parametrize("name", ["stray.png", "01JD9ZZZZZZZZZZZZZZZZZZZZZ", "ünïcode name.png"])
def test_an_object_nobody_was_granted_is_thrown_away(s3: Any, stack: Container, name: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"uploads/{name}", Body=picture())

    handler(s3_event(BUCKET, f"uploads/{quote_plus(name)}"), None)

    assert keys(s3, "uploads/") == []
    assert keys(s3, "public/banners/stray") == []


def test_a_grant_is_good_for_a_day(
    client: Client, s3: Any, server: str, grant: Any, clock: FrozenClock
) -> None:
    clock.advance(days=1)

    upload(s3, grant, picture())

    assert client.get(f"/servers/{server}").json["bannerUrl"] is None


def test_the_test_event_s3_sends_when_it_is_set_up_is_no_upload(s3: Any) -> None:
    handler({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}, None)


def refused(client: Client, server: str, account: Account | None, body: Any = PNG) -> Answer:
    token = account.access if account else None
    return client.post(f"/servers/{server}/banner", body, token=token)


def test_only_the_owner_gets_a_grant(client: Client, server: str, accounts: Accounts) -> None:
    assert refused(client, server, None).status == 401
    answer = refused(client, server, accounts.create())
    assert (answer.status, answer.code) == (403, "not_the_owner")


def test_there_is_no_grant_for_a_server_that_does_not_exist(
    client: Client, server: str, owner: Account
) -> None:
    answer = refused(client, "nowhere", owner)

    assert (answer.status, answer.code) == (404, "server_not_found")


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/gif", "text/html", "", None])
def test_other_types_get_no_grant(
    client: Client, server: str, owner: Account, kind: str | None
) -> None:
    assert refused(client, server, owner, {"contentType": kind}).status == 422
