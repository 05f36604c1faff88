"""The search engine on AWS and LocalStack: OpenSearch, behind aliases.

`servers` is the alias that is searched and written; `servers-building` exists while a rebuild fills
the next index. The indexes themselves are `servers-1`, `servers-2`, ... Writes demand an alias, so
that no index is ever made by accident with guessed types.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.interface import (
    Document,
    EngineUnavailableError,
    SearchQuery,
    SearchResult,
    WriteFailure,
)
from firstspawn.clients.search.opensearch_bulk import failures, lines, may_pass
from firstspawn.clients.search.opensearch_query import read_result, request_body

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

_NOT_FOUND = 404
_BULK_SIZE = 500
_BULK_SECONDS = 30
_AWS_HOST = re.compile(r"^https://[^/]+\.([a-z0-9-]+)\.es\.amazonaws\.com")


class OpenSearchEngine:
    """Implements `SearchEngine`. One client, made at first use and kept for the process."""

    def __init__(self, url: str, index: str = "servers", *, timeout: float = 5) -> None:
        self._url = url
        self._alias = index
        self._building = f"{index}-building"
        self._timeout = timeout
        self._connected: OpenSearch | None = None

    def prepare(self) -> bool:
        """Make `servers-1` under the alias if there is no index; see `SearchEngine`."""
        with _unavailable():
            if not self._client.indices.exists_alias(name=self._alias):
                body = {**mapping.index_body(), "aliases": {self._alias: {}}}
                # 400: another process was faster.
                self._client.indices.create(
                    index=f"{self._alias}-1", body=body, params={"ignore": 400}
                )
            answer = self._client.indices.get_mapping(index=self._alias)
        made_from = next(iter(answer.values()))["mappings"].get("_meta", {})
        return bool(made_from.get("fingerprint") == mapping.fingerprint())

    def search(self, query: SearchQuery) -> SearchResult:
        """See `SearchEngine`: one request."""
        with _unavailable():
            answer = self._client.search(index=self._alias, body=request_body(query))
        return read_result(query, answer)

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """See `SearchEngine`: a look for a running rebuild, then one bulk request per 500."""
        try:
            with _unavailable():
                rebuilding = self._client.indices.exists_alias(name=self._building)
        except EngineUnavailableError as error:
            return [WriteFailure(document.id, str(error), True) for document in documents]
        targets = [self._alias, self._building] if rebuilding else [self._alias]
        return self._bulk(documents, targets, optional=self._building)

    def rebuild(self) -> "OpenSearchRebuild":
        """See `SearchEngine`. Raises EngineUnavailableError."""
        with _unavailable():
            live = self._numbers(self._alias)
            left_over = self._numbers(self._building)
            if left_over:
                self._client.indices.delete(index=",".join(self._name(n) for n in left_over))
            number = max([0, *live, *left_over]) + 1
            body = {**mapping.index_body(), "aliases": {self._building: {}}}
            self._client.indices.create(index=self._name(number), body=body)
        return self._rebuild(number, live)

    def resume(self, name: str) -> "OpenSearchRebuild | None":
        """See `SearchEngine`. Raises EngineUnavailableError."""
        with _unavailable():
            building = {self._name(n): n for n in self._numbers(self._building)}
            return (
                self._rebuild(building[name], self._numbers(self._alias))
                if name in building
                else None
            )

    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        """See `SearchEngine`: one request, and a refresh before the first page."""
        with _unavailable():
            return _revisions(self._client, self._alias, after, size)

    def revisions_of(self, ids: Sequence[str]) -> dict[str, int]:
        """See `SearchEngine`: one request."""
        if not ids:
            return {}
        with _unavailable():
            answer = self._client.mget(
                index=self._alias, body={"ids": list(ids)}, params={"_source": "false"}
            )
        return {one["_id"]: one["_version"] for one in answer["docs"] if one.get("found")}

    def refresh(self) -> None:
        """See `SearchEngine`."""
        with _unavailable():
            self._client.indices.refresh(index=self._alias)

    def ping(self) -> None:
        """See `SearchEngine`: the alias answers a count."""
        with _unavailable():
            self._client.count(index=self._alias)

    def close(self) -> None:
        """See `SearchEngine`."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    @property
    def _client(self) -> "OpenSearch":
        if self._connected is None:
            self._connected = _connect(self._url, self._timeout)
        return self._connected

    def _rebuild(self, number: int, live: Sequence[int]) -> "OpenSearchRebuild":
        old = [self._name(n) for n in live]
        return OpenSearchRebuild(
            self._client, self._alias, self._building, self._name(number), old, self._bulk
        )

    def _name(self, number: int) -> str:
        return f"{self._alias}-{number}"

    def _numbers(self, alias: str) -> list[int]:
        answer = self._client.indices.get_alias(name=alias, params={"ignore": _NOT_FOUND})
        names = [] if "error" in answer else list(answer)
        return [int(name.rpartition("-")[2]) for name in names]

    def _bulk(
        self, documents: Sequence[Document], targets: Sequence[str], *, optional: str = ""
    ) -> list[WriteFailure]:
        failed: list[WriteFailure] = []
        for start in range(0, len(documents), _BULK_SIZE):
            chunk = documents[start : start + _BULK_SIZE]
            try:
                with _unavailable():
                    answer = self._client.bulk(
                        body=lines(chunk, targets),
                        params={"require_alias": "true", "request_timeout": _BULK_SECONDS},
                        headers={"content-type": "application/x-ndjson"},
                    )
            except EngineUnavailableError as error:
                failed += [WriteFailure(document.id, str(error), True) for document in chunk]
            else:
                failed += failures(answer, optional=optional)
        return failed


@dataclass(frozen=True, slots=True)
class OpenSearchRebuild:
    """Implements `Rebuild` for the index `new`, which takes the place of `old`."""

    client: "OpenSearch"
    alias: str
    building: str
    new: str
    old: list[str]
    bulk: Callable[[Sequence[Document], Sequence[str]], list[WriteFailure]]

    @property
    def name(self) -> str:
        """See `Rebuild`."""
        return self.new

    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        """See `Rebuild`."""
        with _unavailable():
            return _revisions(self.client, self.building, after, size)

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """See `Rebuild`."""
        return self.bulk(documents, [self.building])

    def publish(self) -> int:
        """See `Rebuild`: all aliases move in one step, which fails if another rebuild took over."""
        swap: list[dict[str, Any]] = [
            {"remove": {"index": self.new, "alias": self.building, "must_exist": True}},
            {"add": {"index": self.new, "alias": self.alias}},
            *({"remove_index": {"index": name}} for name in self.old),
        ]
        with _unavailable():
            self.client.indices.refresh(index=self.new)
            count = self.client.count(index=self.new)["count"]
            self.client.indices.update_aliases(body={"actions": swap})
        return int(count)

    def discard(self) -> None:
        """See `Rebuild`."""
        with _unavailable():
            self.client.indices.delete(index=self.new, params={"ignore": _NOT_FOUND})


def _revisions(client: "OpenSearch", index: str, after: str, size: int) -> list[tuple[str, int]]:
    if not after:
        client.indices.refresh(index=index)
    body: dict[str, Any] = {
        "size": size,
        "sort": [{"id": "asc"}],
        "_source": False,
        "version": True,
    }
    body |= {"track_total_hits": False, "search_after": [after]}
    hits = client.search(index=index, body=body)["hits"]["hits"]
    return [(hit["_id"], hit["_version"]) for hit in hits]


def _connect(url: str, timeout: float) -> "OpenSearch":
    from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

    aws = _AWS_HOST.match(url)
    signer = None
    if aws is not None:
        import boto3

        credentials = boto3.Session().get_credentials()
        signer = Urllib3AWSV4SignerAuth(credentials, aws.group(1), "es")
    return OpenSearch(
        url,
        connection_class=Urllib3HttpConnection,
        http_auth=signer,
        timeout=timeout,
        max_retries=1,
        retry_on_status=(),
        http_compress=aws is not None,
    )


@contextmanager
def _unavailable() -> Iterator[None]:
    """Turn what may pass (down, busy, refusing us, no index) into EngineUnavailableError."""
    from opensearchpy.exceptions import ConnectionError as Unreachable
    from opensearchpy.exceptions import TransportError

    try:
        yield
    except Unreachable as error:
        raise EngineUnavailableError(f"OpenSearch does not answer: {error.error}") from error
    except TransportError as error:
        status = int(error.status_code)
        if may_pass(status):
            raise EngineUnavailableError(f"OpenSearch answered {status}: {error.error}") from error
        raise
