"""A Java is found by what it says of itself, in the order JAVA_HOME, PATH, usual folders."""

from pathlib import Path

import pytest

from infra.engines.java import Java, candidate_homes, find_java, java_at


def make_java(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").write_text("")
    (home / "bin" / "java").chmod(0o755)
    (home / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\n')
    return home


@pytest.mark.parametrize(("version", "major"), [("25.0.3", 25), ("17", 17), ("1.8.0_402", 8)])
def test_the_major_version_is_read_from_the_release_file(
    tmp_path: Path, version: str, major: int
) -> None:
    # Given
    home = make_java(tmp_path / "jdk", version)
    # When / Then
    assert java_at(home) == Java(home, major)


def test_a_folder_without_java_is_no_java(tmp_path: Path) -> None:
    # Given a release file alone
    (tmp_path / "release").write_text('JAVA_VERSION="25"')
    # When / Then
    assert java_at(tmp_path) is None
    assert java_at(tmp_path / "nowhere") is None


def test_the_first_home_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    # Given
    old, new, newer = (make_java(tmp_path / v, v) for v in ("17", "21", "25"))
    # When / Then
    assert find_java(21, [old, new, newer]) == Java(new, 21)
    assert find_java(26, [old, new, newer]) is None


def test_java_home_and_path_come_before_the_usual_folders(tmp_path: Path) -> None:
    # Given a JAVA_HOME and another Java behind a link on PATH
    named, linked = make_java(tmp_path / "named", "21"), make_java(tmp_path / "linked", "17")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(linked / "bin" / "java")
    # When
    homes = candidate_homes({"JAVA_HOME": str(named), "PATH": str(tmp_path / "bin")})
    # Then
    assert homes[:2] == [named, linked.resolve()]
