"""Badges and cards: well-formed, right, and safe whatever an owner typed."""

import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.servers.cards import Metric, badge, card
from firstspawn.servers.schemas import ServerView

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


def view(**fields: Any) -> ServerView:
    """A server that is online with 12 of 100 players."""
    empty = dict.fromkeys(ServerView.model_fields)
    values = {
        "name": "Isles", "slug": "isles", "ip": "play.example.com", "isOnline": True,
        "playerCount": 12, "maxPlayers": 100, "uptime": 99.25, "averageRating": 4.5,
        "reviewCount": 8,
    }  # fmt: skip
    return ServerView.model_construct(**{**empty, **values, **fields})


@pytest.mark.parametrize(
    ("metric", "fields", "text"),
    [
        (Metric.PLAYERS, {}, "12 / 100"),
        (Metric.PLAYERS, {"maxPlayers": None}, "12"),
        (Metric.PLAYERS, {"isOnline": False}, "offline"),
        (Metric.STATUS, {}, "online"),
        (Metric.STATUS, {"isOnline": False}, "offline"),
        (Metric.UPTIME, {}, "99.2 %"),
        (Metric.UPTIME, {"uptime": None}, "unknown"),
        (Metric.RATING, {}, "4.5 / 5 (8)"),
        (Metric.RATING, {"reviewCount": 0}, "no reviews"),
    ],
)
def test_a_badge_tells_its_metric(metric: Metric, fields: dict[str, Any], text: str) -> None:
    root = ElementTree.fromstring(badge(view(**fields), metric))

    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == [metric.value, text]
    assert root.get("aria-label") == f"{metric.value}: {text}"


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXTS, TEXTS, TEXTS)
def test_a_card_shows_what_an_owner_typed_and_runs_none_of_it(
    name: str, address: str, version: str
) -> None:
    page = Page(card(view(name=name, ip=address, version=version), "https://example.com/x"))

    allowed = {"html", "head", "meta", "title", "style", "body", "a", "span", "b"}
    assert {tag for tag, _ in page.tags} <= allowed
    assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)
    assert name in page.text


@given(st.text(max_size=30))
def test_nothing_breaks_out_of_an_attribute(text: str) -> None:
    page = Page(card(view(iconUrl=f"https://m/{text}"), f"https://e/{text}"))

    (link,) = (attributes for tag, attributes in page.tags if tag == "a")
    assert set(link) == {"href", "target", "rel"}
