"""Objects of an S3 bucket (or of anything that speaks its API)."""

import logging
from typing import IO, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from firstspawn.clients.aws import aws_client

_log = logging.getLogger("firstspawn.objects")
_FOR_EVER = "public, max-age=31536000, immutable"


class ObjectTooLarge(Exception):
    """The object holds more bytes than were asked for."""


class ObjectUnavailable(Exception):
    """The bucket did not give an object; its cause says why."""


class ObjectsNotDeleted(Exception):
    """The bucket refused to delete some; the text is its code for the first of them."""


class UploadForm(NamedTuple):
    """Where to post a form, and its fields."""

    url: str
    fields: dict[str, str]


class Bucket:
    """One bucket."""

    def __init__(self, name: str, region: str) -> None:
        self._name, self._region = name, region

    @property
    def _client(self) -> Any:
        return aws_client("s3", self._region)

    def ping(self) -> None:
        """Ask whether the bucket is there: one call. Raises botocore's errors."""
        self._client.head_bucket(Bucket=self._name)

    def presigned_post(
        self, key: str, content_type: str, max_bytes: int, seconds: int
    ) -> UploadForm:
        """Let somebody post one object of this key, type and size; no call is made."""
        conditions: list[Any] = [
            {"Content-Type": content_type},
            ["content-length-range", 1, max_bytes],
        ]
        form = self._client.generate_presigned_post(
            self._name, key, {"Content-Type": content_type}, conditions, ExpiresIn=seconds
        )
        return UploadForm(form["url"], form["fields"])

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Read an object; None if it is gone. Raises ObjectTooLarge, ObjectUnavailable."""
        client = self._client
        try:
            with client.get_object(Bucket=self._name, Key=key)["Body"] as body:
                data: bytes = body.read(max_bytes + 1)
        except client.exceptions.NoSuchKey:
            return None
        except (BotoCoreError, ClientError) as error:
            raise ObjectUnavailable(key) from error
        if len(data) > max_bytes:
            raise ObjectTooLarge(f"more than {max_bytes} bytes")
        return data

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object that never changes under its name."""
        self._client.put_object(
            Bucket=self._name,
            Key=key,
            Body=data,
            ContentType=content_type,
            CacheControl=_FOR_EVER,
        )

    def write_file(self, key: str, file: IO[bytes], content_type: str) -> None:
        """Store a file of any size, in parts if it is big, for nobody's cache."""
        from boto3.s3.transfer import TransferConfig

        self._client.upload_fileobj(
            file,
            self._name,
            key,
            ExtraArgs={"ContentType": content_type, "CacheControl": "private, no-store"},
            Config=TransferConfig(use_threads=False),
        )

    def presigned_get(self, key: str, file_name: str, seconds: int) -> str:
        """An address where a browser can save one object for a while; no call is made."""
        disposition = f'attachment; filename="{file_name}"'
        values = {"Bucket": self._name, "Key": key, "ResponseContentDisposition": disposition}
        url: str = self._client.generate_presigned_url("get_object", values, ExpiresIn=seconds)
        return url

    def keep(self, key: str, data: bytes, content_type: str) -> bool:
        """Store a private object: one call. False, and a line in the log, if that failed."""
        try:
            self._client.put_object(
                Bucket=self._name, Key=key, Body=data, ContentType=content_type,
                CacheControl="private, no-store",
            )  # fmt: skip
        except (BotoCoreError, ClientError):
            _log.exception("object not stored", extra={"key": key})
            return False
        return True

    def names(self, prefix: str, after: str, limit: int) -> list[str]:
        """Up to `limit` keys under a prefix that sort behind another one: one call."""
        answer = self._client.list_objects_v2(
            Bucket=self._name, Prefix=prefix, StartAfter=after, MaxKeys=limit
        )
        return [entry["Key"] for entry in answer.get("Contents", [])]

    def delete(self, key: str) -> None:
        """Delete an object, there or not."""
        self._client.delete_object(Bucket=self._name, Key=key)

    def delete_all(self, prefix: str) -> None:
        """Delete every object under a prefix: two calls for each thousand, one if there is none."""
        client = self._client
        for page in client.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=prefix
        ):
            found = [{"Key": one["Key"]} for one in page.get("Contents", [])]
            if found:
                wanted = {"Objects": found, "Quiet": True}
                failed = client.delete_objects(Bucket=self._name, Delete=wanted).get("Errors")
                if failed:
                    raise ObjectsNotDeleted(failed[0]["Code"])
