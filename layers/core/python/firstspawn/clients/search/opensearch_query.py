"""A SearchQuery as the body of an OpenSearch request."""

from dataclasses import replace
from typing import Any

from firstspawn.clients.search import mapping, orders, relevance, weights
from firstspawn.clients.search.interface import (
    DISTANCE,
    LONGEST_FACET,
    RANDOM,
    RELEVANCE,
    AllOf,
    Aside,
    Between,
    Filter,
    Near,
    SearchQuery,
    SearchResult,
)

Json = dict[str, Any]

_VALUES, _TOP = "values", "top"
_DESCRIPTION = "description"

_SHUFFLED = f"(doc['shuffle'].value * params.factor) & {orders.MASK}L"


def request_body(query: SearchQuery) -> Json:
    """Translate a query. A text without a single word matches nothing."""
    # A facet must see what its own filter removes: such filters act after the counting.
    late = tuple(f for f in query.filters if f.field in query.facets)
    early = [_filter(f) for f in query.filters if f not in late]
    body: Json = {
        "query": _ranked(query, [{"term": {"listed": True}}, *early]),
        "sort": [_sort(query), {"id": "asc"}],
        # One more than the page tells whether there is a next one.
        "size": query.size + 1,
        "track_total_hits": query.counted,
    }
    if query.whole:
        body |= {"_source": True, "stored_fields": [_DESCRIPTION]}
    if late:
        body["post_filter"] = {"bool": {"filter": [_filter(f) for f in late]}}
    if query.facets:
        body["aggs"] = {name: _facet(name, late) for name in query.facets}
    for aside in query.asides:
        body.setdefault("aggs", {})[aside.name] = _aside(aside, late)
    if query.after is not None:
        body["search_after"] = list(query.after)
    return body


def _sort(query: SearchQuery) -> Json:
    if query.sort == DISTANCE:
        point = orders.centre(query)
        where = {"lat": point.lat, "lon": point.lon}
        return {"_geo_distance": {point.field: where, "order": query.direction, "unit": "km"}}
    if query.sort == RANDOM:
        return _shuffled(query.seed, query.direction)
    if query.sort == RELEVANCE and query.text is not None:
        return {"_score": {"order": query.direction}}
    if query.sort == RELEVANCE:
        # An index that an older version made has no such field, and still answers.
        unknown = {"missing": 0, "unmapped_type": "integer"}
        return {_rank(query): {"order": query.direction, **unknown}}
    return {query.sort: {"order": query.direction, "missing": orders.missing(query)}}


def _aside(aside: Aside, late: tuple[Filter, ...]) -> Json:
    top = {
        "size": aside.size,
        "sort": [_shuffled(aside.seed, "desc"), {"id": "asc"}],
    }
    fitting = [_filter(one) for one in (*late, aside.filter)]
    return {"filter": {"bool": {"filter": fitting}}, "aggs": {_TOP: {"top_hits": top}}}


def _shuffled(seed: int, direction: str) -> Json:
    script = {"source": _SHUFFLED, "params": {"factor": orders.factor(seed)}}
    return {"_script": {"type": "number", "script": script, "order": direction}}


def _facet(name: str, late: tuple[Filter, ...]) -> Json:
    """Counts of a field's values, without a filter around them where none is needed: each costs
    about 3 % of a search.
    """
    order = [{"_count": "desc"}, {"_key": "asc"}]
    terms = {"terms": {"field": name, "size": LONGEST_FACET, "order": order}}
    others = [_filter(f) for f in late if f.field != name]
    if not others:
        return terms
    return {"filter": {"bool": {"filter": others}}, "aggs": {_VALUES: terms}}


def _filter(condition: Filter) -> Json:
    if isinstance(condition, Between):
        return _between(condition)
    if isinstance(condition, Near):
        where = {"lat": condition.lat, "lon": condition.lon}
        return {"geo_distance": {"distance": f"{condition.kilometres}km", condition.field: where}}
    if isinstance(condition, AllOf):
        each = [{"term": {condition.field: value}} for value in condition.values]
        return {"bool": {"filter": each}}
    return {"terms": {condition.field: list(condition.values)}}


def _between(condition: Between) -> Json:
    bounds: Json = {"gte": condition.low, "lte": condition.high}
    if mapping.columns()[condition.field] == "date":
        bounds["format"] = "epoch_millis"
    within = {"range": {condition.field: bounds}}
    if not condition.absent:
        return within
    absent = {"bool": {"must_not": {"exists": {"field": condition.field}}}}
    return {"bool": {"should": [within, absent], "minimum_should_match": 1}}


def _ranked(query: SearchQuery, filters: list[Json]) -> Json:
    text = [] if query.text is None else [_text(query)]
    if query.sort != RELEVANCE or not text:
        return {"bool": {"filter": [*filters, *text]}}
    matching = {"bool": {"filter": filters, "must": text}}
    rank = {"field": _rank(query), "missing": 0}
    return {"function_score": {"query": matching, "field_value_factor": rank, "boost_mode": "sum"}}


def _rank(query: SearchQuery) -> str:
    return "rankScore" if query.exposed is None else f"rankOn.{query.exposed}"


def _text(query: SearchQuery) -> Json:
    plan = relevance.plan_of(query)
    if plan is None:
        return {"match_none": {}}
    is_scored = query.sort == RELEVANCE
    units = [_unit(unit if is_scored else _widest(unit)) for unit in plan.units]
    near = [
        _worth(weights.NEAR_NAME, _fuzzy("nameKey", plan.key, slips, relevance.MOST_MEANINGS))
        for slips in range(1, plan.slips + 1)
    ]
    same = {"bool": {"should": [{"term": {"nameKey": plan.key}}, {"term": {"slugKey": plan.key}}]}}
    return {
        "bool": {
            "should": [
                _worth(weights.SAME_NAME, same),
                _worth(weights.NAME_BEGINS, {"prefix": {"nameKey": plan.key}}),
                *near,
                _enough(units, plan.required),
            ],
            "minimum_should_match": 1,
        }
    }


def _enough(units: list[Json], required: int) -> Json:
    if required == len(units):
        return {"bool": {"must": units}}  # a conjunction skips faster than "so many of them"
    return {"bool": {"should": units, "minimum_should_match": required}}


def _unit(unit: tuple[relevance.Alternative, ...]) -> Json:
    """The best alternative of each field, summed over the fields."""
    fields = relevance.by_field(unit)
    return {"bool": {"should": [part for field in fields for part in _best(field)]}}


def _widest(unit: tuple[relevance.Alternative, ...]) -> tuple[relevance.Alternative, ...]:
    """What is enough to find the same documents: what has the word has its beginning, too."""
    begun = {(one.field, one.terms) for one in unit if one.prefix}
    return tuple(
        one for one in unit if one.prefix or one.slips or (one.field, one.terms) not in begun
    )


def _best(alternatives: list[relevance.Alternative]) -> list[Json]:
    """Queries whose scores add up to that of the best of one field's alternatives."""
    first, *others = alternatives
    beginning = replace(first, score=others[0].score, prefix=True) if others else None
    if others == [beginning]:
        # What has the word has its beginning, too, and a sum is found faster than a maximum.
        rest = replace(first, score=first.score - others[0].score)
        return [_alternative(others[0]), _alternative(rest)]
    queries = [_alternative(one) for one in alternatives]
    return queries if not others else [{"dis_max": {"queries": queries}}]


def _alternative(alternative: relevance.Alternative) -> Json:
    field, first = alternative.field, alternative.terms[0]
    if alternative.slips:
        near = _fuzzy(field, first, alternative.slips, alternative.meanings)
        return _worth(alternative.score, near)
    if alternative.prefix:
        return _worth(alternative.score, {"prefix": {field: first}})
    each = [{"term": {field: term}} for term in alternative.terms]
    found = each[0] if len(each) == 1 else {"bool": {"filter": each}}
    return _worth(alternative.score, found)


def _fuzzy(field: str, term: str, slips: int, most: int) -> Json:
    how = {"fuzziness": slips, "prefix_length": 1, "max_expansions": most}
    return {"fuzzy": {field: {"value": term, **how}}}


def _worth(score: int, condition: Json) -> Json:
    return {"constant_score": {"filter": condition, "boost": score}}


def read_result(query: SearchQuery, answer: Json) -> SearchResult:
    """Read what OpenSearch answered to a query's body."""
    found = answer["hits"]["hits"]
    page = found[: query.size]
    counted = answer.get("aggregations", {})
    asides = {one.name: counted.pop(one.name)[_TOP]["hits"]["hits"] for one in query.asides}
    return SearchResult(
        hits=[_hit(hit) for hit in page],
        total=answer["hits"]["total"]["value"] if query.counted else 0,
        values=tuple(hit["sort"][0] for hit in page),
        next_after=tuple(page[-1]["sort"]) if len(found) > len(page) > 0 else None,
        facets={
            name: {b["key"]: b["doc_count"] for b in one.get(_VALUES, one)["buckets"]}
            for name, one in counted.items()
        },
        asides={name: [hit["_source"] for hit in hits] for name, hits in asides.items()},
    )


def _hit(hit: Json) -> Json:
    """The long description is kept beside the source, so that no list has to leave it out."""
    fields: Json = hit["_source"]
    fields |= {name: values[0] for name, values in hit.get("fields", {}).items()}
    return fields
