"""What the API says of uploads, and how they are known inside."""

from dataclasses import dataclass
from enum import StrEnum

from firstspawn.kit.dto import Dto, Input

MAX_BYTES = 4 * 1024 * 1024


class PictureType(StrEnum):
    """The formats taken."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


class UploadState(StrEnum):
    """How far an upload has come."""

    GRANTED = "GRANTED"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """An upload, and the server its picture is for."""

    id: str
    serverId: str
    state: UploadState


class RequestUpload(Input):
    """What is going to be uploaded."""

    contentType: PictureType


class UploadGrant(Dto):
    """Send `fields` and then the `file` as multipart/form-data to `url` within `expiresIn` seconds.

    The picture shows up as the server's `bannerUrl` some seconds later, unless it is refused.
    """

    uploadId: str
    url: str
    fields: dict[str, str]
    maxBytes: int = MAX_BYTES
    expiresIn: int
