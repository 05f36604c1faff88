"""The catalogue of tags over HTTP."""

import pytest

from firstspawn.tags.catalogue import CATALOGUE
from firstspawn.wiring import Container
from tests.support.client import Client


@pytest.fixture(autouse=True)
def catalogue(stack: Container) -> None:
    stack.tags.seed()


def test_all_tags_are_listed_in_their_order(client: Client) -> None:
    answer = client.get("/tags")

    assert answer.status == 200
    assert [tag["slug"] for tag in answer.json["items"]] == [entry.slug for entry in CATALOGUE]
    assert answer.json["nextCursor"] is None
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_tags_of_a_category_are_listed(client: Client) -> None:
    items = client.get("/tags/platform").json["items"]

    assert {tag["category"] for tag in items} == {"platform"}
    assert "crossplay" in {tag["slug"] for tag in items}


@pytest.mark.parametrize("category", ["nothing", "GAMEMODE", "a" * 500])
def test_a_category_that_is_not_there_is_not_found(client: Client, category: str) -> None:
    answer = client.get(f"/tags/{category}")

    assert (answer.status, answer.code) == (404, "category_not_found")
