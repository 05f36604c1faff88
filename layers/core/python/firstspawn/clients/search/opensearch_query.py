"""A SearchQuery as the body of an OpenSearch request."""

from typing import Any

from firstspawn.clients.search import relevance
from firstspawn.clients.search.interface import (
    LONGEST_FACET,
    RELEVANCE,
    AllOf,
    Filter,
    SearchQuery,
)
from firstspawn.clients.search.mapping import NOT_IN_HITS

Json = dict[str, Any]


def request_body(query: SearchQuery) -> Json:
    """Translate a query. A text without a single word matches nothing."""
    # A facet must see what its own filter removes: such filters act after the counting.
    late = tuple(f for f in query.filters if f.field in query.facets)
    early = [_filter(f) for f in query.filters if f not in late]
    body: Json = {
        "query": _ranked(query, [{"term": {"listed": True}}, *early]),
        "sort": [_sort(query), {"id": "asc"}],
        "size": query.size,
        "track_total_hits": True,
        "_source": {"excludes": list(NOT_IN_HITS)},
    }
    if late:
        body["post_filter"] = {"bool": {"filter": [_filter(f) for f in late]}}
    if query.facets:
        body["aggs"] = {name: _facet(name, late) for name in query.facets}
    if query.after is not None:
        body["search_after"] = list(query.after)
    return body


def _sort(query: SearchQuery) -> Json:
    if query.sort == RELEVANCE:
        return {"_score": {"order": query.direction}}
    return {query.sort: {"order": query.direction, "missing": 0}}


def _facet(name: str, late: tuple[Filter, ...]) -> Json:
    others = [_filter(f) for f in late if f.field != name]
    order = [{"_count": "desc"}, {"_key": "asc"}]
    terms = {"terms": {"field": name, "size": LONGEST_FACET, "order": order}}
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": terms}}


def _filter(condition: Filter) -> Json:
    if isinstance(condition, AllOf):
        each = [{"term": {condition.field: value}} for value in condition.values]
        return {"bool": {"filter": each}}
    return {"terms": {condition.field: list(condition.values)}}


def _ranked(query: SearchQuery, filters: list[Json]) -> Json:
    text = [] if query.text is None else [_text(query.text, approximate=query.approximate)]
    if query.sort != RELEVANCE:
        return {"bool": {"filter": [*filters, *text]}}
    rank = {"field_value_factor": {"field": "rankScore", "missing": 0}}
    # Without a text every document scores 0 here and its rank alone decides.
    matching = {"bool": {"filter": filters, "must": text}}
    return {"function_score": {"query": matching, "functions": [rank], "boost_mode": "sum"}}


def _text(text: str, *, approximate: bool) -> Json:
    plan = relevance.plan(text, approximate=approximate)
    if plan is None:
        return {"match_none": {}}
    units = [{"dis_max": {"queries": [_alternative(a) for a in unit]}} for unit in plan.units]
    same = {"bool": {"should": [{"term": {"nameKey": plan.key}}, {"term": {"slugKey": plan.key}}]}}
    return {
        "bool": {
            "should": [
                _worth(relevance.SAME_NAME, same),
                _worth(relevance.NAME_BEGINS, {"prefix": {"nameKey": plan.key}}),
                {"bool": {"should": units, "minimum_should_match": plan.required}},
            ],
            "minimum_should_match": 1,
        }
    }


def _alternative(alternative: relevance.Alternative) -> Json:
    field, first = alternative.field, alternative.terms[0]
    if alternative.slips:
        spelling = {"value": first, "fuzziness": alternative.slips, "prefix_length": 1}
        return _worth(alternative.score, {"fuzzy": {field: spelling}})
    if alternative.prefix:
        return _worth(alternative.score, {"prefix": {field: first}})
    each = [{"term": {field: term}} for term in alternative.terms]
    return _worth(alternative.score, {"bool": {"filter": each}})


def _worth(score: int, condition: Json) -> Json:
    return {"constant_score": {"filter": condition, "boost": score}}
