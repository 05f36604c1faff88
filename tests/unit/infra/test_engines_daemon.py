"""An engine's process is started once, found again, never mistaken for another, and stopped."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.engines import daemon
from infra.engines.catalog import ENGINES, Engine
from infra.engines.java import Java


@dataclass(frozen=True)
class SilentEngine(Engine):
    """Answers to whoever asks, or to nobody: `up` stands for the answer over HTTP."""

    up: bool = True

    def is_up(self, url: str) -> bool:
        return self.up


def make_engine(*, up: bool = True) -> SilentEngine:
    return SilentEngine(
        name="sleeper",
        version="1",
        port=8890,
        variable="SLEEPER_URL",
        java=1,
        arguments=lambda port, data: [str(data)],
        probe="/",
        answer=200,
        megabytes=1,
        up=up,
    )


def make_java(home: Path, script: str) -> Java:
    binary = home / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o755)
    return Java(home, 25)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_was_started_is_found_again_and_stopped(tmp_path: Path) -> None:
    # Given
    engine, java = make_engine(), make_java(tmp_path / "java", "while :; do sleep 0.1; done")
    # When
    started = daemon.start(engine, java, tmp_path / "lib", "pins", tmp_path)
    daemon.wait_until_up(engine, started, tmp_path)
    # Then it is remembered
    assert daemon.record_of(engine, tmp_path) == started
    assert started.url.startswith("http://127.0.0.1:")
    assert daemon.log_path(engine, tmp_path).exists()
    # And stopping ends the process, its record and its data
    assert daemon.stop(engine, tmp_path)
    assert not is_alive(started.pid)
    assert daemon.record_of(engine, tmp_path) is None
    assert not (tmp_path / "sleeper" / "data").exists()
    assert not daemon.stop(engine, tmp_path)


def test_a_process_that_reuses_the_id_is_not_ours_and_is_left_alone(tmp_path: Path) -> None:
    # Given a record that names this very test process
    engine = make_engine()
    (tmp_path / "sleeper").mkdir()
    record = {"pid": os.getpid(), "url": "http://127.0.0.1:1", "stamp": ""}
    (tmp_path / "sleeper" / "daemon.json").write_text(json.dumps(record))
    # When / Then nothing is sent to it (this test would end here)
    assert daemon.record_of(engine, tmp_path) is None
    assert not daemon.stop(engine, tmp_path)


def test_an_engine_that_ends_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    # Given
    engine = make_engine(up=False)
    java = make_java(tmp_path / "java", "echo no such class; exit 1")
    # When
    started = daemon.start(engine, java, tmp_path / "lib", "pins", tmp_path)
    # Then
    with pytest.raises(daemon.DidNotStart, match="sleeper/log"):
        daemon.wait_until_up(engine, started, tmp_path)
    assert "no such class" in daemon.log_path(engine, tmp_path).read_text()


def test_an_unreadable_record_is_no_record(tmp_path: Path) -> None:
    # Given
    (tmp_path / "sleeper").mkdir()
    (tmp_path / "sleeper" / "daemon.json").write_text('{"pid": ')
    # When / Then
    assert daemon.record_of(make_engine(), tmp_path) is None


def test_nothing_runs_where_nothing_was_started(tmp_path: Path) -> None:
    assert daemon.running(tmp_path) == {}


def test_opensearch_is_told_the_port_below_the_one_it_will_listen_on(tmp_path: Path) -> None:
    # Given
    opensearch = next(engine for engine in ENGINES if engine.name == "opensearch")
    # When
    arguments = opensearch.arguments(9201, tmp_path)
    # Then
    assert arguments[arguments.index("-baseHttpPort") + 1] == "9200"
