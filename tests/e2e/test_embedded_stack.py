"""The parts of the embedded stack that no feature's own test would notice."""

import httpx
import pytest

from infra.local.handle import StackHandle

pytestmark = pytest.mark.e2e


def test_the_front_door_serves_the_api(stack: StackHandle) -> None:
    answer = httpx.get(f"{stack.api_url}/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
