"""The command says what is missing by name, and fails for it only when told to."""

import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from infra.engines import __main__ as command
from infra.engines import install
from infra.engines.catalog import ENGINES


@pytest.fixture
def without_maven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.mark.usefixtures("without_maven")
def test_a_missing_maven_is_named_for_every_engine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # When
    code = command.main(["--home", str(tmp_path), "up"])
    # Then
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split(":")[0] for line in lines] == ["dynamodb-local 2.6.1", "opensearch 3.8.0"]
    assert all("it needs Maven" in line for line in lines)


@pytest.mark.usefixtures("without_maven")
def test_a_required_engine_that_is_missing_fails_the_command(tmp_path: Path) -> None:
    assert command.main(["--home", str(tmp_path), "up", "--require"]) == 1


def test_a_missing_java_is_named_with_what_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given Maven, but no Java on the machine and none to be had
    def refused(command: list[str], **environment: str) -> CompletedProcess[str]:
        return CompletedProcess(command, 1, "", "no matching distribution")

    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(install, "find_java", lambda minimum: None)
    monkeypatch.setattr(install, "_run", refused)
    # When
    command.main(["--home", str(tmp_path), "up"])
    # Then
    shown = capsys.readouterr().out
    assert "it needs Java 17 or later" in shown
    assert "no matching distribution" in shown


def test_a_download_that_breaks_off_always_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    def broken(*_: object) -> None:
        raise install.DownloadFailed("Maven: connection reset")

    monkeypatch.setattr(command, "installed", broken)
    # When / Then
    assert command.main(["--home", str(tmp_path), "up"]) == 1


def test_a_changed_pin_makes_what_is_installed_out_of_date(tmp_path: Path) -> None:
    # Given jars of another pin
    engine = ENGINES[0]
    (tmp_path / engine.name).mkdir()
    (tmp_path / engine.name / "installed").write_text("another pin")
    # When / Then
    assert not install.is_installed(engine, tmp_path)
    (tmp_path / engine.name / "installed").write_text(install.stamp(engine))
    assert install.is_installed(engine, tmp_path)


def test_down_and_status_say_that_nothing_is_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # When
    codes = [command.main(["--home", str(tmp_path), word]) for word in ("down", "status")]
    # Then
    assert codes == [0, 0]
    shown = capsys.readouterr().out
    assert shown.count("was not up") == 2
    assert "export" not in shown
