"""A deployment is not done before the API answers."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from infra.deploy import smoke
from infra.deploy.stack import DeployError


class _Api(BaseHTTPRequestHandler):
    answers: list[int]

    def do_GET(self) -> None:
        self.send_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        self.end_headers()
        self.wfile.write(self.path.encode())

    def do_POST(self) -> None:
        self.send_response(self.answers[0])
        self.send_header("X-FirstSpawn-Time", "1704900000000")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[str]:
    """The address of an API that answers what `_Api.answers` says, the last one for ever."""
    server = HTTPServer(("127.0.0.1", 0), _Api)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/dev"
    server.shutdown()
    server.server_close()


def test_a_cold_api_is_waited_for(api: str) -> None:
    _Api.answers = [502, 502, 200]

    smoke.check(api, pause=0)

    assert _Api.answers == [200]


def test_an_api_that_never_answers_fails_the_deployment_with_its_last_words(api: str) -> None:
    _Api.answers = [500]

    with pytest.raises(DeployError, match="/dev/health: 500 /dev/health"):
        smoke.check(api, limit=0.05, pause=0)


def test_the_plugins_door_is_there_when_it_asks_for_a_signature(api: str) -> None:
    _Api.answers = [401]
    smoke.check_door(api, pause=0)

    _Api.answers = [403]
    with pytest.raises(DeployError, match="/dev/api/v1/plugin/heartbeat: 403"):
        smoke.check_door(api, limit=0.05, pause=0)
