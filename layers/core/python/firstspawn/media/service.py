"""Rules of uploads: who may, what is taken, where it ends up."""

import hashlib
import logging
from datetime import timedelta

from firstspawn.clients.objects import Bucket, ObjectTooLarge
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId, is_ulid
from firstspawn.media.errors import BadPicture
from firstspawn.media.pictures import banner
from firstspawn.media.repository import UploadRepository
from firstspawn.media.schemas import (
    MAX_BYTES,
    PendingUpload,
    PictureType,
    UploadGrant,
    UploadState,
)
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.service import Noting, ServerService, staffs
from firstspawn.users.schemas import Caller

_UPLOADS, _PUBLIC = "uploads/", "public/"
_GRANT_LIFE = timedelta(minutes=10)
_log = logging.getLogger("firstspawn.media")


class MediaService:
    """Grants uploads and takes them in. `public_url` is where the bucket's public part is read."""

    def __init__(
        self,
        repository: UploadRepository,
        bucket: Bucket,
        servers: ServerService,
        public_url: str,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._uploads, self._bucket, self._servers = repository, bucket, servers
        self._public_url = public_url.rstrip("/")
        self._clock, self._new_id = clock, new_id

    def grant_banner(
        self, caller: Caller, server: str, kind: PictureType, note: Noting | None = None
    ) -> UploadGrant:
        """Let the owner upload a banner. Raises ServerNotFound, NotTheOwner."""
        found = self._servers.editable(caller, server)
        pending = PendingUpload(self._new_id(), found.id, UploadState.GRANTED)
        also = staffs(caller, found, note)
        self._uploads.store(pending, caller.userId, self._clock(), also)
        seconds = int(_GRANT_LIFE.total_seconds())
        form = self._bucket.presigned_post(_UPLOADS + pending.id, kind.value, MAX_BYTES, seconds)
        return UploadGrant(uploadId=pending.id, url=form.url, fields=form.fields, expiresIn=seconds)

    def forget_banners(self, server_id: str) -> None:
        """Delete every banner a server has ever had: a call to list them, one to delete them."""
        self._bucket.delete_all(f"{_PUBLIC}banners/{server_id}/")

    def take_in(self, key: str) -> None:
        """Process an uploaded object, then delete it. Doing so again changes nothing.

        A bad picture is refused for good: nothing is raised, so nothing is tried again.
        """
        upload_id = key.removeprefix(_UPLOADS)
        found = self._uploads.find(upload_id, self._clock()) if is_ulid(upload_id) else None
        if found is None:
            _log.warning("unknown upload")
        elif found.state is UploadState.GRANTED:
            self._process(found, key)
        self._bucket.delete(key)

    def _process(self, upload: PendingUpload, key: str) -> None:
        details = {"uploadId": upload.id, "serverId": upload.serverId}
        try:
            data = self._bucket.read(key, MAX_BYTES)
            if data is None:  # another delivery of the event was faster
                return
            url = self._publish(upload, banner(data))
        except (BadPicture, ObjectTooLarge, ServerNotFound) as error:
            self._uploads.finish(upload.id, UploadState.REFUSED, self._clock(), reason=str(error))
            _log.warning("upload refused", extra={**details, "reason": str(error)})
            return
        self._uploads.finish(upload.id, UploadState.DONE, self._clock(), url=url)
        _log.info("upload taken in", extra=details)

    def _publish(self, upload: PendingUpload, picture: bytes) -> str:
        """The name is the content's hash: it may be cached for ever, and written twice."""
        digest = hashlib.sha256(picture).hexdigest()[:32]
        name = f"banners/{upload.serverId}/{digest}.webp"
        self._bucket.write(_PUBLIC + name, picture, "image/webp")
        url = f"{self._public_url}/{name}"
        self._servers.set_banner(upload.serverId, url)
        return url
