"""The demo's plugins: whose time they report is time that has passed."""

import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from clients.python.firstspawn_plugin import Credentials
from infra.demo import plugins
from tests.support.clock import FrozenClock


def test_players_come_and_go_and_play_no_longer_than_time_goes(clock: FrozenClock) -> None:
    world = plugins.World("emerald-isles", random.Random(1), clock)
    assert world.pass_by() == []
    for _ in range(50):
        before = set(world.online)
        clock.advance(seconds=60)
        played = world.pass_by()
        assert {one["uuid"] for one in played} == before
        assert all(0 <= one["afkSeconds"] <= 60 for one in played)
        assert len({(one["from"], one["to"]) for one in played}) <= 1
    assert world.online


def test_credentials_are_issued_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def issue(owner: httpx.Client) -> dict[str, tuple[str, str]]:
        asked.append(owner)
        return {"emerald-isles": ("fs_pk_1", "fs_sk_1")}

    monkeypatch.setattr(plugins, "_issue", issue)
    for _ in range(2):
        found = plugins.credentials("http://localhost:1", tmp_path / "plugins")
        assert found == {"emerald-isles": Credentials("fs_pk_1", "fs_sk_1")}
    assert len(asked) == 1
