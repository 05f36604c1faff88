"""Search times: the embedded engine and OpenSearch through our client, against bare OpenSearch.

    PYTHONPATH=.:layers/core/python python -m benchmarks.search [--sizes 10000 100000] [--rounds N]

OpenSearch takes part if FIRSTSPAWN_TEST_OPENSEARCH_URL names one. Every search asks for what the
first page of `GET /servers` asks for: 20 servers, the total, six facets, the exposure of the day.

"bare" is what somebody would write without us to find the same servers: a multi_match for each
word, the last one unfinished as with us, with OpenSearch's own scores; the same filters (those on
facets act after the counting), page, total, facets, and order (by score or field, then id). What
it lacks are our scores, the rank, the exposure, and words written together. It is sent over one
kept connection of Python's http.client and its answer read as JSON. "whole words" finds less
(nothing for "eve"), "no facets" counts less: they tell what these two cost anybody.

They take turns query by query, so that they meet the same machine: trust the ratios. Where others
use the machine, trust the processor's time, taken in a second part in which they take turns by
rounds: ours, and OpenSearch's as it tells it (with its garbage collector and compiler).
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
FEATURED = Aside("featured", AnyOf("isFeatured", (True,)), 3, 7)
BATCH = 1000
TEXTS = (
    "dragon", "sky block", "survival", "moon haven", "eve", "economy pvp", "frost network",
    "friendly community", "royal kingdom 12", "hytale roleplay",
)  # fmt: skip

FIELDS = ["nameTerms^6", "tagTerms^4", "shortTerms^2", "descriptionTerms"]
WARM_UP = 2
PROCESSOR_SECONDS = 1.1  # what a node tells of its process may be a second old

Body = dict[str, Any]
Ask = Callable[[SearchQuery], Any]
Figures = dict[str, list[float]]
Clock = Callable[[], float]


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


def bare_body(query: SearchQuery, *, facets: bool = True, unfinished: bool = True) -> Body:
    """What somebody would write without us: see above."""
    body = request_body(query)
    filters = [{"term": {"listed": True}}, *map(_bare_filter, query.filters)]
    kept = [f for f, q in zip(filters[1:], query.filters, strict=True) if q.field not in FACETS]
    early = [filters[0], *kept] if facets else filters
    words = (query.text or "").split()
    found: list[Body] = [{"query": word, "fields": FIELDS} for word in words]
    if words and unfinished:
        found[-1]["type"] = "bool_prefix"
    body["query"] = {"bool": {"filter": early, "must": [{"multi_match": one} for one in found]}}
    if not facets:
        body.pop("aggs")
        body.pop("post_filter", None)
    return body


def _bare_filter(condition: Filter) -> Body:
    if isinstance(condition, Between):
        return {"range": {condition.field: {"gte": condition.low}}}
    assert isinstance(condition, AnyOf | AllOf)
    return {"terms": {condition.field: list(condition.values)}}


@contextmanager
def bare(url: str) -> Iterator[Callable[[Body], Any]]:
    """Send bodies over one kept connection."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    headers = {"Content-Type": "application/json"}

    def ask(body: Body) -> Any:
        connection.request("GET", f"/{ALIAS}/_search", json.dumps(body), headers)
        answer = connection.getresponse()
        found = json.loads(answer.read())
        assert answer.status == 200, found
        return found

    yield ask
    connection.close()


def processor(url: str) -> Clock:
    """Milliseconds of the processor that the only node of OpenSearch has used."""
    client = OpenSearch(url)

    def used() -> float:
        time.sleep(PROCESSOR_SECONDS)
        (node,) = client.nodes.stats(metric="process")["nodes"].values()
        return float(node["process"]["cpu"]["total_in_millis"])

    return used


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


def times(asks: dict[str, Ask], asked: Sequence[SearchQuery], rounds: int) -> Figures:
    """Milliseconds of every search by who answered it, query by query."""
    taken: Figures = {name: [] for name in asks}
    dice = random.Random(5)
    for round_number in range(-WARM_UP, rounds):
        for query in asked:
            for name in dice.sample(list(asks), len(asks)):  # nobody is always after the same one
                began = time.perf_counter()
                asks[name](query)
                if round_number >= 0:
                    taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def work(asks: dict[str, Ask], asked: Sequence[SearchQuery], rounds: int, engine: Clock) -> Figures:
    """Milliseconds of the processor by who answered: of a search, each round's average.

    `engine` tells those that OpenSearch has used since it started.
    """
    used: Figures = {name: [] for name in asks}
    for _ in range(rounds):
        before = engine() + time.process_time() * 1000
        for name, ask in asks.items():
            for query in asked:
                ask(query)
            after = engine() + time.process_time() * 1000
            used[name].append((after - before) / len(asked))
            before = after
    return used


def report(size: int, taken: Figures, used: Figures) -> None:
    """Print percentiles, and ratios to bare OpenSearch if it took part."""
    print(f"\n{size} servers, {len(next(iter(taken.values())))} searches each")
    for name, values in taken.items():
        figures = _figures(values, used[name])
        shown = [f"{figure:8.2f}" for figure in figures]
        if "bare" in taken:
            base = _figures(taken["bare"], used["bare"])
            shown = [
                f"{text} ms x{one / other:4.2f}"
                for text, one, other in zip(shown, figures, base, strict=True)
            ]
        print(f"  {name:22} p50 {shown[0]}  p95 {shown[1]}  processor {shown[2]}")


def _figures(taken: list[float], used: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(taken, n=20)
    return cuts[9], cuts[18], statistics.median(used)


def compare_totals(
    asked: Sequence[SearchQuery], ours: SearchEngine, bare: Callable[[Body], Any]
) -> None:
    """Print how many of the searches find as many servers barely as through us."""
    pairs = [(ours.search(q).total, bare(bare_body(q))["hits"]["total"]["value"]) for q in asked]
    same, more = sum(a == b for a, b in pairs), sum(a > b for a, b in pairs)
    print(f"  bare finds as many servers in {same} of {len(pairs)} searches, less in {more}")


def run(size: int, rounds: int, url: str) -> None:
    """Measure one size."""
    asked = queries(40)
    with tempfile.TemporaryDirectory() as folder:
        embedded = open_search(f"sqlite:///{folder}/search.db")
        print(f"embedded: {size} documents indexed in {fill(embedded, size):.1f} s")
        asks: dict[str, Ask] = {"embedded": embedded.search}
        if not url:
            report(size, times(asks, asked, rounds), work(asks, asked, rounds, lambda: 0))
            embedded.close()
            return
        remote = open_search(url, ALIAS, timeout=60)
        delete_indexes(url, [ALIAS])
        print(f"OpenSearch: {size} documents indexed in {fill(remote, size):.1f} s")
        with bare(url) as ask:
            asks |= {
                "OpenSearch, our client": remote.search,
                "..., with featured": lambda q: remote.search(replace(q, asides=(FEATURED,))),
                "our query, no client": lambda q: ask(request_body(q)),
                "bare": lambda q: ask(bare_body(q)),
                "bare, whole words": lambda q: ask(bare_body(q, unfinished=False)),
                "bare, no facets": lambda q: ask(bare_body(q, facets=False)),
            }
            clock = processor(url)
            report(size, times(asks, asked, rounds), work(asks, asked, rounds, clock))
            compare_totals(asked, remote, ask)
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
