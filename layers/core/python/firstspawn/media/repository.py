"""All reads and writes of uploads."""

from datetime import datetime, timedelta

from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.media.models import Upload
from firstspawn.media.schemas import PendingUpload, UploadState

_KEPT = timedelta(days=1)


class UploadRepository:
    """Uploads from their grant to their end."""

    def store(
        self, pending: PendingUpload, user_id: str, now: datetime, also: writes.Extend | None = None
    ) -> None:
        """Note a granted upload: one write, a transaction with those that `also` adds."""
        item = Upload.at(
            keys.upload(pending.id),
            id=pending.id, userId=user_id, serverId=pending.serverId,
            state=UploadState.GRANTED.value, createdAt=now, expiresAt=epoch(now + _KEPT),
        )  # fmt: skip
        if also is None:
            writes.put(item)
            return
        transaction = writes.Transaction()
        transaction.put(item)
        transaction.extend(also)
        transaction.commit()

    def find(self, upload_id: str, now: datetime) -> PendingUpload | None:
        """One consistent read."""
        item = Upload.find(keys.upload(upload_id), now, consistent=True)
        if item is None:
            return None
        return PendingUpload(item.id, item.serverId, UploadState(item.state))

    def finish(
        self, upload_id: str, state: UploadState, now: datetime, *, url: str = "", reason: str = ""
    ) -> None:
        """Note how it ended: one write."""
        actions = [
            Upload.state.set(state.value), Upload.updatedAt.set(now),
            Upload.url.set(url) if url else Upload.url.remove(),
            Upload.reason.set(reason) if reason else Upload.reason.remove(),
        ]  # fmt: skip
        writes.update(Upload.at(keys.upload(upload_id)), actions, Upload.PK.exists())
