"""The last step of a deployment: does what was deployed answer?"""

import time

import httpx

from infra.deploy.stack import DeployError

_LIMIT_SECONDS = 90
_PAUSE_SECONDS = 3
_KNOCK = "/api/v1/plugin/heartbeat"


def check_door(url: str, limit: float = _LIMIT_SECONDS, pause: float = _PAUSE_SECONDS) -> None:
    """Knock at the plugins' door without a signature until it is asked for, and the clock told.

    Raises DeployError with the last answer.
    """
    deadline = time.monotonic() + limit
    last = "no answer"
    while time.monotonic() < deadline:
        try:
            answer = httpx.post(f"{url}{_KNOCK}", json={}, timeout=30)
        except httpx.TransportError as error:
            last = str(error)
        else:
            if answer.status_code == 401 and "X-FirstSpawn-Time" in answer.headers:
                return
            last = f"{answer.status_code} {answer.text[:500]}"
        time.sleep(pause)
    raise DeployError(f"{url}{_KNOCK}: {last}")


def check(url: str, limit: float = _LIMIT_SECONDS, pause: float = _PAUSE_SECONDS) -> None:
    """Ask `{url}/health` until it answers 200. Raises DeployError with its last answer."""
    deadline = time.monotonic() + limit
    last = "no answer"
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(f"{url}/health", timeout=30)
        except httpx.TransportError as error:
            last = str(error)
        else:
            if answer.is_success:
                return
            last = f"{answer.status_code} {answer.text[:500]}"
        time.sleep(pause)
    raise DeployError(f"{url}/health: {last}")
