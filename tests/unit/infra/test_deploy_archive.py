"""The code's zip depends on content alone."""

import os
import zipfile
from pathlib import Path

from infra.deploy.archive import zip_directory


def _write(directory: Path, files: dict[str, str], mtime: int) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (mtime, mtime))
    return directory


def test_equal_content_gives_equal_zips_whatever_the_dates_and_the_order(tmp_path: Path) -> None:
    one = _write(tmp_path / "one", {"b.py": "2", "a/c.py": "1"}, 1_000_000_000)
    two = _write(tmp_path / "two", {"a/c.py": "1", "b.py": "2"}, 1_700_000_000)

    digests = {zip_directory(one, tmp_path / "1.zip"), zip_directory(two, tmp_path / "2.zip")}

    assert len(digests) == 1
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_other_content_gives_another_digest(tmp_path: Path) -> None:
    one = _write(tmp_path / "one", {"a.py": "1"}, 1_000_000_000)
    two = _write(tmp_path / "two", {"a.py": "2"}, 1_000_000_000)

    assert zip_directory(one, tmp_path / "1.zip") != zip_directory(two, tmp_path / "2.zip")


def test_files_can_be_read_by_the_function_and_keep_their_paths(tmp_path: Path) -> None:
    source = _write(tmp_path / "one", {"package/module.py": "x"}, 1_000_000_000)

    zip_directory(source, tmp_path / "1.zip")

    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        (entry,) = archive.infolist()
        assert entry.filename == "package/module.py"
        assert (entry.external_attr >> 16) & 0o777 == 0o644
