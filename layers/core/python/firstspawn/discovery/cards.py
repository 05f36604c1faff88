"""What the engine found, as the API shows it."""

from collections.abc import Sequence
from typing import Any

from firstspawn.clients.search import relevance
from firstspawn.clients.search.geometry import kilometres
from firstspawn.clients.search.interface import RELEVANCE, Near, SearchQuery, SearchResult
from firstspawn.clients.search.weights import EXPOSURE
from firstspawn.discovery.corrections import corrected
from firstspawn.discovery.highlights import highlights
from firstspawn.discovery.queries import FACETS
from firstspawn.discovery.schemas import (
    Explanation,
    FacetCount,
    Facets,
    SearchParams,
    ServerCard,
    Suggestion,
)


def card(
    hit: dict[str, Any],
    params: SearchParams,
    query: SearchQuery,
    value: float | str | None = None,
) -> ServerCard:
    """A server of a list; `value` is what it was ordered by, if it was."""
    shown = ServerCard.model_validate(hit)
    shown.distance = _distance(hit, query)
    plan = relevance.plan_of(query) if params.highlight else None
    if plan is not None:
        shown.highlights = highlights(hit, plan)
    if params.explain and value is not None and query.sort == RELEVANCE:
        shown.explanation = _explanation(hit, query, float(value))
    return shown


def suggestion(hit: dict[str, Any], query: SearchQuery) -> Suggestion:
    """A server as a completion of what was typed."""
    shown = Suggestion.model_validate(hit)
    plan = relevance.plan_of(query)
    if plan is not None:
        shown.highlight = highlights({"name": shown.name}, plan).get("name")
    return shown


def facets(result: SearchResult) -> Facets:
    """Counts by the API's names."""
    counted = {
        shown: [
            FacetCount(value=value, count=count) for value, count in result.facets[name].items()
        ]
        for shown, name in FACETS.items()
    }
    return Facets(**counted)


def meant(query: SearchQuery, hits: Sequence[dict[str, Any]]) -> str | None:
    """The text as it may have been meant, if it was only approximately found."""
    plan = relevance.plan_of(query) if query.approximate else None
    return None if plan is None or query.text is None else corrected(query.text, plan, hits)


def _distance(hit: dict[str, Any], query: SearchQuery) -> float | None:
    place = hit.get("location")
    centre = next((one for one in query.filters if isinstance(one, Near)), None)
    if place is None or centre is None:
        return None
    return round(kilometres(centre.lat, centre.lon, place["lat"], place["lon"]), 1)


def _explanation(hit: dict[str, Any], query: SearchQuery, total: float) -> Explanation:
    group = hit.get("exposureGroup")
    exposure = EXPOSURE if group is not None and group == query.exposed else 0
    text = total - hit.get("rankScore", 0) - exposure
    return Explanation(
        total=total, text=int(text), proof=hit.get("rankParts", {}), exposure=exposure
    )
