"""The file itself: a zip with one JSON list for each section, written record by record."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import IO, TYPE_CHECKING

from firstspawn.exports.schemas import Record, Sections
from firstspawn.kit.clock import rfc3339

if TYPE_CHECKING:
    from zipfile import ZipFile


def write_archive(file: IO[bytes], sections: Sections, user_id: str, now: datetime) -> None:
    """Write a person's records to a file; only one record and one page of reads are in memory."""
    from zipfile import ZIP_DEFLATED, ZipFile

    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        counted = {
            name: _write_list(archive, f"{name}.json", section(user_id), now)
            for name, section in sections.items()
        }
        about = {"userId": user_id, "createdAt": rfc3339(now), "records": counted}
        _write_list(archive, "about.json", [about], now)


def _write_list(archive: "ZipFile", name: str, records: Iterable[Record], now: datetime) -> int:
    from zipfile import ZIP_DEFLATED, ZipInfo

    info = ZipInfo(name, now.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    count = 0
    with archive.open(info, "w", force_zip64=True) as out:
        for record in records:
            out.write(b",\n" if count else b"[\n")
            out.write(json.dumps(record, ensure_ascii=False).encode())
            count += 1
        out.write(b"\n]\n" if count else b"[]\n")
    return count
