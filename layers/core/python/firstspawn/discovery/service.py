"""Searching: from parameters to one page, without a read of the table."""

from dataclasses import replace
from typing import Any

from firstspawn.clients.search.interface import (
    AllOf,
    AnyOf,
    EngineUnavailableError,
    Filter,
    SearchEngine,
    SearchQuery,
    SearchResult,
)
from firstspawn.discovery.errors import BadSearchCursor, SearchUnavailable
from firstspawn.discovery.schemas import (
    FacetCount,
    Facets,
    SearchPage,
    SearchParams,
    ServerCard,
)
from firstspawn.kit.cursors import BadCursor, Cursors

FACETS = ("gameType", "tags", "region", "language")
_NOT_THE_QUERY = {"cursor", "limit"}


class DiscoveryService:
    """Finds servers."""

    def __init__(self, engine: SearchEngine, cursors: Cursors) -> None:
        self._engine = engine
        self._cursors = cursors

    def search(self, params: SearchParams) -> SearchPage:
        """Answer one page: one search, a second one if no server has all the words.

        Raises BadSearchCursor, SearchUnavailable.
        """
        fingerprint = params.model_dump(mode="json", exclude=_NOT_THE_QUERY)
        query = _query(params, self._position(fingerprint, params.cursor))
        try:
            result = self._engine.search(query)
            if query.text and not result.total and query.after is None:
                query = replace(query, approximate=True)
                result = self._engine.search(query)
        except EngineUnavailableError as error:
            raise SearchUnavailable(
                "servers can still be opened by their address", retry_after=10
            ) from error
        cursor = None
        if result.next_after is not None:
            position = [query.approximate, *result.next_after]
            cursor = self._cursors.write(fingerprint, position)
        return SearchPage(
            items=[ServerCard.model_validate(hit) for hit in result.hits],
            nextCursor=cursor,
            total=result.total,
            facets=_facets(result),
            approximate=query.approximate and result.total > 0,
        )

    def _position(self, fingerprint: dict[str, Any], cursor: str | None) -> Any:
        if cursor is None:
            return None
        try:
            return self._cursors.read(fingerprint, cursor)
        except BadCursor as error:
            raise BadSearchCursor("start again without a cursor") from error


def _query(params: SearchParams, position: Any) -> SearchQuery:
    approximate, *after = position or [False]
    return SearchQuery(
        text=params.q.strip() or None,
        filters=_filters(params),
        sort=params.sort.value,
        direction=params.order.value,
        size=params.limit,
        after=tuple(after) or None,
        facets=FACETS,
        approximate=approximate,
    )


def _filters(params: SearchParams) -> tuple[Filter, ...]:
    wanted: tuple[Filter, ...] = (
        AnyOf("gameType", tuple(map(str, params.gameType))),
        AnyOf("region", tuple(map(str, params.region))),
        AnyOf("language", tuple(params.language)),
        AllOf("tags", tuple(params.tags)),
        AnyOf("isOnline", () if params.online is None else (params.online,)),
        AnyOf("isVerified", () if params.verified is None else (params.verified,)),
    )
    return tuple(one for one in wanted if one.values)


def _facets(result: SearchResult) -> Facets:
    counted = {
        name: [FacetCount(value=value, count=count) for value, count in counts.items()]
        for name, counts in result.facets.items()
    }
    return Facets(**counted)
