"""Rules of exports: who may have one, how it is made, who may fetch it."""

import logging
from datetime import datetime
from tempfile import TemporaryFile

from firstspawn.auth.tokens import EmailTokens, Purpose
from firstspawn.clients.objects import Bucket
from firstspawn.exports.archive import write_archive
from firstspawn.exports.errors import ExportNotFound
from firstspawn.exports.repository import ExportRepository
from firstspawn.exports.schemas import ExportMessage, ExportState, ExportView, Sections
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.users.schemas import Caller

_FOLDER = "exports/"
_FILE_NAME = "firstspawn-data.zip"
_URL_SECONDS = 300
_log = logging.getLogger("firstspawn.exports")


class ExportService:
    """Takes wishes, makes archives, leads to them."""

    def __init__(
        self,
        repository: ExportRepository,
        bucket: Bucket,
        tokens: EmailTokens,
        sections: Sections,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._exports, self._bucket, self._tokens = repository, bucket, tokens
        self._sections, self._clock, self._new_id = sections, clock, new_id

    def request(self, caller: Caller) -> ExportView:
        """Ask for one's data; the worker is told by the table's stream: one write.

        Raises ExportUnderWay, ExportTooSoon.
        """
        export = self._exports.request(caller.userId, self._new_id(), self._clock())
        return ExportView.model_validate(export)

    def state(self, caller: Caller) -> ExportView:
        """How far one's export is: one read. Raises ExportNotFound."""
        found = self._exports.find(caller.userId, self._clock())
        if found is None:
            raise ExportNotFound
        return ExportView.model_validate(found)

    def make(self, message: ExportMessage) -> bool:
        """Gather, store and announce an export. Doing so again changes nothing and mails nothing.

        Tells whether it did. What breaks off leaves an object that the next try overwrites, or
        that nobody has a link to; the bucket forgets it in any case.
        """
        export = self._exports.find(message.userId, self._clock())
        if export is None or (export.id, export.state) != (
            message.exportId, ExportState.REQUESTED
        ):  # fmt: skip
            return False
        with TemporaryFile() as file:
            write_archive(file, self._sections, export.userId, self._clock())
            size = file.tell()
            file.seek(0)
            self._bucket.write_file(_key(export.id), file, "application/zip")
        seed = self._tokens.new_seed()
        token = self._tokens.token(Purpose.EXPORT_READY, seed)
        try:
            self._exports.finish(export, size, (token, seed), self._clock())
        except ExportNotFound:
            return False
        _log.info("export ready", extra={"exportId": export.id, "sizeBytes": size})
        return True

    def link(self, token: str) -> str:
        """Where the archive of a mailed link can be fetched for the next minutes: three reads.

        Not the mail but this signs the address of the object: one signed by a function dies with
        the function's own credentials, hours before the day is over. Raises ExportNotFound.
        """
        export = self._exports.linked(token, self._clock())
        return self._bucket.presigned_get(_key(export.id), _FILE_NAME, _URL_SECONDS)


def forget_export(
    repository: ExportRepository, bucket: Bucket, user_id: str, now: datetime
) -> None:
    """Remove a person's export, there or not: one read, and then an object and a write."""
    found = repository.find(user_id, now)
    if found:
        bucket.delete(_key(found.id))
        repository.delete(user_id)


def _key(export_id: str) -> str:
    return f"{_FOLDER}{export_id}.zip"
