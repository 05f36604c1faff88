"""The API shows its health and its documentation, with nothing fetched from anywhere else."""

import re

import pytest

from app import app
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.costs import assert_cost, count_calls
from tests.support.http_events import Door, rest_event, url_event


def test_health_asks_nothing_behind_it(client: Client) -> None:
    # When
    with count_calls() as costs:
        answer = client.get("/health")
    # Then
    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert_cost(costs, calls=0)


def test_the_documentation_page_loads_its_own_assets_alone(client: Client) -> None:
    # Given
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.body)
    # When
    served = {path: client.get(f"/{path}") for path in wanted}
    # Then
    assert len(served) == 3
    assert all(answer.status == 200 and answer.body for answer in served.values())
    assert "://" not in page.body
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'self'" in page.headers["content-security-policy"]
    start = served["docs/start.js"]
    assert start.headers["content-type"] == "text/javascript"
    assert '"api/v1/openapi.json"' in start.body


@pytest.mark.parametrize("door", [rest_event, url_event], ids=["rest", "function-url"])
def test_an_asset_is_sent_once(stack: Container, door: Door) -> None:
    # Given
    client = Client(app, door)
    first = client.get("/docs/swagger-ui.css")
    # When
    again = client.get("/docs/swagger-ui.css", headers={"If-None-Match": first.headers["etag"]})
    # Then
    assert first.headers["cache-control"] == "public, max-age=86400"
    assert (again.status, again.body) == (304, "")


@pytest.mark.parametrize(
    "name",
    ["index.html", "..%2Fflask_swagger_ui.py", "%2Fetc%2Fpasswd", "swagger-ui.css%00", "a" * 3000],
)
def test_nothing_else_is_served_from_the_package(client: Client, name: str) -> None:
    assert client.get(f"/docs/{name}").status == 404
