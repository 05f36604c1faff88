"""All reads and writes of the tag catalogue."""

from collections.abc import Iterable
from datetime import datetime

from firstspawn.db import keys
from firstspawn.tags.catalogue import Entry
from firstspawn.tags.models import Tag

_KIND = "TAG"


class TagRepository:
    """The catalogue."""

    def all(self) -> list[Tag]:
        """Every tag, also those not in use any more: one query."""
        return list(Tag.query(keys.catalog(_KIND, "").pk))

    def add(self, entries: Iterable[Entry], now: datetime) -> None:
        """Store entries of the catalogue, in batches of 25."""
        with Tag.batch_write() as batch:
            for entry in entries:
                key = keys.catalog(_KIND, entry.slug)
                batch.save(Tag.at(key, **entry._asdict(), createdAt=now, updatedAt=now))
