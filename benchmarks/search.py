"""Search times: the embedded engine and OpenSearch through our client, against bare OpenSearch.

    PYTHONPATH=.:layers/core/python python -m benchmarks.search [--sizes 10000 100000] [--rounds N]

OpenSearch takes part if FIRSTSPAWN_TEST_OPENSEARCH_URL names one. Every search asks for what the
first page of `GET /servers` asks for: 20 servers, the total, six facets, the exposure of the day;
"with featured" also for those. "bare" is a plain multi_match, same filters, order, total, facets;
"bare, no facets" the same without counting. Both are sent over a kept connection without any
client, "bare, opensearch-py" by the client that we use, too, which costs about a millisecond.
All take turns query by query, so that they meet the same machine: trust the ratios.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch

from firstspawn.clients.search import open_search
from firstspawn.clients.search.interface import (
    AllOf,
    AnyOf,
    Aside,
    Between,
    Filter,
    SearchEngine,
    SearchQuery,
)
from firstspawn.clients.search.opensearch_query import request_body
from firstspawn.discovery.queries import FACETS as NAMES
from tests.support.opensearch import delete_indexes
from tests.support.search_documents import crowd

FACETS = tuple(NAMES.values())
ALIAS = "benchmark-servers"
FEATURED = Aside(AnyOf("isFeatured", (True,)), 3, 7)
BATCH = 1000
TEXTS = (
    "dragon", "sky block", "survival", "moon haven", "eve", "economy pvp", "frost network",
    "friendly community", "royal kingdom 12", "hytale roleplay",
)  # fmt: skip

Ask = Callable[[SearchQuery], object]


def queries(count: int) -> list[SearchQuery]:
    """Half with a text, most with filters, some in another order; the same ones every time."""
    dice = random.Random(11)
    return [_query(dice, number) for number in range(count)]


def _query(dice: random.Random, number: int) -> SearchQuery:
    choices: list[Filter] = [
        AnyOf("gameType", (dice.choice(("MINECRAFT", "HYTALE")),)),
        AllOf("tags", (dice.choice(("pvp", "economy", "survival")),)),
        AnyOf("region", (dice.choice(("eu", "na")),)),
        AnyOf("isOnline", (True,)),
        Between("playerCount", dice.choice((1, 10)), None),
    ]
    return SearchQuery(
        text=TEXTS[number // 2 % len(TEXTS)] if number % 2 else None,
        filters=tuple(dice.sample(choices, dice.randint(0, 2))),
        sort="playerCount" if number % 5 == 0 else "relevance",
        facets=FACETS,
        exposed=number % 14,
    )


def bare_body(query: SearchQuery, *, facets: bool) -> dict[str, Any]:
    """What somebody would write without us: one multi_match instead of our scored alternatives."""
    body = request_body(query)
    fields = ["nameTerms^6", "tagTerms^4", "shortTerms^2", "descriptionTerms"]
    text: dict[str, Any] = {
        "multi_match": {
            "query": query.text or "", "fields": fields, "type": "cross_fields", "operator": "and",
        }
    }  # fmt: skip
    filters = [{"term": {"listed": True}}, *map(_bare_filter, query.filters)]
    kept = [f for f, q in zip(filters[1:], query.filters, strict=True) if q.field not in FACETS]
    early = [filters[0], *kept] if facets else filters
    body["query"] = {"bool": {"filter": early, "must": [text] if query.text else []}}
    if not facets:
        body.pop("aggs")
        body.pop("post_filter", None)
    return body


def _bare_filter(condition: Filter) -> dict[str, Any]:
    if isinstance(condition, Between):
        return {"range": {condition.field: {"gte": condition.low}}}
    assert isinstance(condition, AnyOf | AllOf)
    return {"terms": {condition.field: list(condition.values)}}


@contextmanager
def bare(url: str) -> Iterator[Callable[[dict[str, Any]], object]]:
    """Send bodies over one kept connection."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    headers = {"Content-Type": "application/json"}

    def ask(body: dict[str, Any]) -> object:
        connection.request("GET", f"/{ALIAS}/_search", json.dumps(body), headers)
        answer = connection.getresponse()
        found = json.loads(answer.read())
        assert answer.status == 200, found
        return found

    yield ask
    connection.close()


def fill(engine: SearchEngine, size: int) -> float:
    """Index a crowd; return the seconds it took."""
    engine.prepare()
    documents = crowd(size)
    began = time.perf_counter()
    for start in range(0, size, BATCH):
        failed = engine.write(documents[start : start + BATCH])
        assert not failed, failed[:3]
    engine.refresh()
    return time.perf_counter() - began


def measure(asks: dict[str, Ask], asked: Sequence[SearchQuery], rounds: int) -> dict[str, Any]:
    """Milliseconds of every search by who answered it, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in asks}
    for round_number in range(rounds + 1):
        for query in asked:
            for name, ask in asks.items():
                began = time.perf_counter()
                ask(query)
                if round_number:
                    times[name].append((time.perf_counter() - began) * 1000)
    return times


def report(size: int, times: dict[str, list[float]]) -> None:
    """Print percentiles, and ratios to bare OpenSearch if it took part."""
    print(f"\n{size} servers, {len(next(iter(times.values())))} searches each")
    base = _percentiles(times["bare"]) if "bare" in times else None
    for name, values in times.items():
        p50, p95 = _percentiles(values)
        ratio = f"  x{p50 / base[0]:.2f} x{p95 / base[1]:.2f}" if base else ""
        print(f"  {name:22} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms{ratio}")


def _percentiles(values: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(values, n=20)
    return cuts[9], cuts[18]


def run(size: int, rounds: int, url: str) -> None:
    """Measure one size."""
    asked = queries(40)
    with tempfile.TemporaryDirectory() as folder:
        embedded = open_search(f"sqlite:///{folder}/search.db")
        print(f"embedded: {size} documents indexed in {fill(embedded, size):.1f} s")
        asks: dict[str, Ask] = {"embedded": embedded.search}
        if not url:
            report(size, measure(asks, asked, rounds))
            embedded.close()
            return
        remote = open_search(url, ALIAS, timeout=60)
        delete_indexes(url, [ALIAS])
        print(f"OpenSearch: {size} documents indexed in {fill(remote, size):.1f} s")
        with bare(url) as ask, OpenSearch(url) as client:
            asks["OpenSearch, our client"] = remote.search
            asks["..., with featured"] = lambda q: remote.search(replace(q, aside=FEATURED))
            asks["our query, no client"] = lambda q: ask(request_body(q))
            asks["bare, opensearch-py"] = lambda q: client.search(
                index=ALIAS, body=bare_body(q, facets=True)
            )
            asks["bare"] = lambda q: ask(bare_body(q, facets=True))
            asks["bare, no facets"] = lambda q: ask(bare_body(q, facets=False))
            report(size, measure(asks, asked, rounds))
        delete_indexes(url, [ALIAS])
        remote.close()
        embedded.close()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    url = os.environ.get("FIRSTSPAWN_TEST_OPENSEARCH_URL", "")
    if not url:
        print("OpenSearch is not up: FIRSTSPAWN_TEST_OPENSEARCH_URL is not set")
    for size in options.sizes:
        run(size, options.rounds, url)


if __name__ == "__main__":
    main()
