"""The parts of the embedded stack that no feature's own test would notice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from infra.local.handle import StackHandle

pytestmark = pytest.mark.e2e

_CLIENTS, _REQUESTS = 16, 10


def test_sixteen_clients_at_once_are_all_served(stack: StackHandle) -> None:
    def client(_number: int) -> list[int]:
        with httpx.Client(base_url=stack.api_url, timeout=60) as session:
            return [session.get("/api/v1/tags").status_code for _ in range(_REQUESTS)]

    with ThreadPoolExecutor(_CLIENTS) as pool:
        answers = Counter(code for codes in pool.map(client, range(_CLIENTS)) for code in codes)

    assert answers == {200: _CLIENTS * _REQUESTS}


def test_query_and_headers_arrive_as_they_were_sent(stack: StackHandle) -> None:
    answer = httpx.get(f"{stack.api_url}/api/v1/servers?q=%E6%97%A5&limit=0", timeout=30)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


def test_the_schedule_can_be_fired_by_hand(stack: StackHandle) -> None:
    event = {"time": "2026-01-01T00:00:00Z"}

    assert stack.invoke("uptime_schedule", event)["rosters"] >= 0
