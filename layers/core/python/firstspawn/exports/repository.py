"""All reads and writes of exports."""

from datetime import datetime, timedelta

from firstspawn.auth.models import EmailToken
from firstspawn.auth.registration_repository import NewToken
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys, writes
from firstspawn.exports.errors import ExportNotFound, ExportTooSoon, ExportUnderWay
from firstspawn.exports.models import Export
from firstspawn.exports.schemas import EVERY, LINK_LIFE, ExportState
from firstspawn.kit.clock import epoch
from firstspawn.kit.signing import sha256_hex
from firstspawn.users.models import User

# As long as its message may be tried again, dead letters included.
_REQUEST_LIFE = timedelta(days=14)


class ExportRepository:
    """Exports, from the wish to the mailed link."""

    def request(self, user_id: str, export_id: str, now: datetime) -> Export:
        """Ask for an export: one write. Raises ExportUnderWay, ExportTooSoon (then with one read).

        One that has been under way for a day is given up: its message counts no more.
        """
        export = Export.at(
            keys.export(user_id), id=export_id, userId=user_id,
            state=ExportState.REQUESTED.value, requestedAt=now, createdAt=now,
            expiresAt=epoch(now + _REQUEST_LIFE),
        )  # fmt: skip
        due = Export.absent(now) | (Export.requestedAt <= now - EVERY)
        try:
            writes.put(export, due)
        except writes.ConditionFailed as error:
            raise self._refusal(user_id, now) from error
        return export

    def _refusal(self, user_id: str, now: datetime) -> ExportUnderWay | ExportTooSoon:
        found = self.find(user_id, now)
        if found is None or found.state == ExportState.REQUESTED:
            return ExportUnderWay()
        return ExportTooSoon(retry_after=epoch(found.requestedAt + EVERY) - epoch(now))

    def find(self, user_id: str, now: datetime) -> Export | None:
        """One consistent read."""
        return Export.find(keys.export(user_id), now, consistent=True)

    def finish(self, export: Export, size: int, token: tuple[str, str], now: datetime) -> None:
        """Call an export ready and mail its link: one read, one transaction.

        `token` is what the link holds, and its seed. The link is good for the logins of now: what
        ends them ends it. Raises ExportNotFound if another delivery was faster, or the account or
        its address are gone.
        """
        user = User.find(keys.profile(export.userId), now, consistent=True)
        if user is None or not user.email:
            raise ExportNotFound
        new = NewToken(token[0], token[1], Purpose.EXPORT_READY, LINK_LIFE)
        transaction = writes.Transaction()
        transaction.update(
            Export.at(keys.export(export.userId)),
            [
                Export.state.set(ExportState.READY.value), Export.readyAt.set(now),
                Export.sizeBytes.set(size), Export.expiresAt.set(epoch(now + LINK_LIFE)),
            ],
            (Export.id == export.id) & (Export.state == ExportState.REQUESTED.value),
            ExportNotFound(),
        )  # fmt: skip
        transaction.put(new.item(user.id, user.email, now, int(user.authEpoch)))
        transaction.commit()

    def delete(self, user_id: str) -> None:
        """Forget a person's export, there or not: one write."""
        writes.delete(Export.at(keys.export(user_id)))

    def linked(self, token: str, now: datetime) -> Export:
        """The ready export of a mailed link: three reads. Raises ExportNotFound.

        The link works as often as it is followed while its time lasts: downloads break off.
        """
        key = keys.token(sha256_hex(token), Purpose.EXPORT_READY)
        found = EmailToken.find(key, now, consistent=True)
        user = User.find(keys.profile(found.userId), now, consistent=True) if found else None
        if found is None or user is None or user.authEpoch != found.authEpoch:
            raise ExportNotFound
        export = self.find(user.id, now)
        if export is None or export.state != ExportState.READY:
            raise ExportNotFound
        return export
