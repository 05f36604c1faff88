"""The daily fetch, through the function: from a published list to a flag on a status."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import boto3
import pytest

from firstspawn.clients.blocklist import BlocklistUnavailable
from firstspawn.config import Settings
from firstspawn.wiring import Container
from functions.scheduled.blocklist import handler
from tests.support.engines import REGION

LISTED = "8d4d8d2ca3a2a0b1b2e4d1a1f0e4a3c9b8d7e6f5"


class Published(BaseHTTPRequestHandler):
    """Answers with what the test says."""

    answer: tuple[int, str] = (200, LISTED)

    def do_GET(self) -> None:
        status, text = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def published() -> Iterator[type[Published]]:
    server = HTTPServer(("127.0.0.1", 0), Published)
    thread = Thread(target=server.serve_forever)
    thread.start()
    Published.answer = (200, LISTED)
    Published.url = f"http://127.0.0.1:{server.server_port}/blockedservers"  # type: ignore[attr-defined]
    yield Published
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings: Settings, published: type[Published], table: str) -> Settings:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket="media")
    url = published.url  # type: ignore[attr-defined]
    return settings.model_copy(update={"media_bucket": "media", "eula_blocklist_url": url})


@pytest.mark.usefixtures("stack")
def test_the_list_is_kept_every_day() -> None:
    assert handler({}, None) == {"entries": 1}

    s3 = boto3.client("s3", region_name=REGION)
    kept = s3.get_object(Bucket="media", Key="state/eula-blocklist")["Body"].read()
    assert kept == bytes.fromhex(LISTED)


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("answer", [(500, ""), (301, ""), (404, LISTED)])
def test_a_list_that_does_not_come_is_an_error(
    published: type[Published], answer: tuple[int, str]
) -> None:
    published.answer = answer

    with pytest.raises(BlocklistUnavailable):
        handler({}, None)


def test_without_an_address_there_is_nothing_to_do(stack: Container) -> None:
    stack.settings = stack.settings.model_copy(update={"eula_blocklist_url": ""})

    assert handler({}, None) == {"entries": None}
