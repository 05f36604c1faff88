"""Tests of answers do not race against time: a loaded machine may take its own."""

import pytest

from firstspawn.clients.gameservers import pinger


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of dead servers set this themselves."""
    monkeypatch.setattr(pinger, "FIRST_SIGN", 20.0)
