"""Health: each part is asked on its own, and what it raises stays inside."""

import pytest

from firstspawn.errors import NotFound, Unavailable
from firstspawn.health.service import HealthService


def _broken() -> None:
    raise RuntimeError("password=secret of the vendor")


def test_a_part_that_answers_is_healthy() -> None:
    asked: list[str] = []
    HealthService({"db": lambda: asked.append("db")}).check("db")
    assert asked == ["db"]


def test_a_part_that_raises_is_unavailable_and_its_words_are_not_shown() -> None:
    with pytest.raises(Unavailable) as told:
        HealthService({"db": _broken}).check("db")
    assert told.value.code == "db_unavailable"
    assert "secret" not in told.value.detail


def test_there_is_no_such_part() -> None:
    with pytest.raises(NotFound):
        HealthService({}).check("redis")
