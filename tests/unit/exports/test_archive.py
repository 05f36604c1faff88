"""The archive of an export: readable, and written without holding it."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

from firstspawn.exports.archive import write_archive
from tests.support.clock import FrozenClock


def test_each_section_is_a_file_and_an_empty_one_as_well(clock: FrozenClock) -> None:
    # Given
    sections = {
        "profile": lambda user: [{"id": user, "bio": 'é "☃"\n'}],
        "sessions": lambda user: [{"n": 1}, {"n": 2}],
        "reviews": lambda user: iter(()),
    }
    file = io.BytesIO()
    # When
    write_archive(file, sections, "u1", clock())
    # Then
    with zipfile.ZipFile(file) as archive:
        read = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert read == {
        "profile.json": [{"id": "u1", "bio": 'é "☃"\n'}],
        "sessions.json": [{"n": 1}, {"n": 2}],
        "reviews.json": [],
        "about.json": [
            {
                "userId": "u1",
                "createdAt": "2026-11-22T12:00:00.000Z",
                "records": {"profile": 1, "sessions": 2, "reviews": 0},
            }
        ],
    }


def test_ten_megabytes_of_records_take_no_such_memory(clock: FrozenClock) -> None:
    # Given
    def rows(user: str) -> Iterator[dict[str, Any]]:
        return ({"user": user, "number": number, "text": "x" * 1000} for number in range(10_000))

    with TemporaryFile() as file:
        write_archive(file, {"warm": rows}, "u1", clock())
        tracemalloc.start()
        # When
        write_archive(file, {"records": rows}, "u1", clock())
        # Then
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 1_000_000
