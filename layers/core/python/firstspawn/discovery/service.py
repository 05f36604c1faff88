"""Searching: from parameters to one page, without a read of the table."""

from dataclasses import replace
from typing import Any

from firstspawn.clients.search.interface import (
    EngineUnavailableError,
    SearchEngine,
    SearchQuery,
    SearchResult,
    SortValues,
)
from firstspawn.discovery import queries
from firstspawn.discovery.cards import card, facets, meant, suggestion
from firstspawn.discovery.errors import BadSearchCursor, SearchUnavailable
from firstspawn.discovery.queries import Start
from firstspawn.discovery.schemas import SearchPage, SearchParams, Suggestions, SuggestParams
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import BadCursor, Cursors
from firstspawn.kit.ids import RandomBytes

_NOT_THE_QUERY = {"cursor", "limit", "highlight", "explain", "withFeatured", "withSpotlight"}
_RETRY_AFTER = 10


class DiscoveryService:
    """Finds servers."""

    def __init__(
        self, engine: SearchEngine, cursors: Cursors, *, clock: Clock, random: RandomBytes
    ) -> None:
        self._engine, self._cursors = engine, cursors
        self._clock, self._random = clock, random

    def search(self, params: SearchParams) -> SearchPage:
        """Answer one page: one request to the engine, a second if no server has all the words.

        Raises BadSearchCursor, SearchUnavailable.
        """
        # Only what was asked for: a parameter more must not void the cursors already given out.
        asked = params.model_dump(mode="json", exclude=_NOT_THE_QUERY, exclude_defaults=True)
        start, after = self._position(asked, params)
        query = queries.search_query(params, start, after)
        result = self._answer(query)
        if query.text and not result.total and after is None:
            start = replace(start, approximate=True)
            query = replace(query, approximate=True)
            result = self._answer(query)
        cursor = None
        if result.next_after is not None:
            position = [start.at, start.seed, start.approximate, *result.next_after]
            cursor = self._cursors.write(asked, position)
        ranked = zip(result.hits, result.values, strict=True)
        aside = {
            name: [card(hit, params, query) for hit in hits] for name, hits in result.asides.items()
        }
        return SearchPage(
            items=[card(hit, params, query, value) for hit, value in ranked],
            nextCursor=cursor,
            total=result.total,
            facets=facets(result),
            featured=aside.get(queries.FEATURED, []),
            spotlight=aside.get(queries.SPOTLIGHT, []),
            approximate=query.approximate and result.total > 0,
            didYouMean=meant(query, result.hits),
        )

    def suggest(self, params: SuggestParams) -> Suggestions:
        """Complete a name: one search, a second one for misspelt names if there is no other.

        Raises SearchUnavailable.
        """
        query = queries.suggest_query(params)
        found = self._answer(query)
        if not found.hits:
            query = replace(query, approximate=True)
            found = self._answer(query)
        return Suggestions(items=[suggestion(hit, query) for hit in found.hits])

    def _answer(self, query: SearchQuery) -> SearchResult:
        try:
            return self._engine.search(query)
        except EngineUnavailableError as error:
            raise SearchUnavailable(
                "servers can still be opened by their address", retry_after=_RETRY_AFTER
            ) from error

    def _position(
        self, asked: dict[str, Any], params: SearchParams
    ) -> tuple[Start, SortValues | None]:
        if params.cursor is None:
            drawn = int.from_bytes(self._random(4)) >> 1
            seed = drawn if params.seed is None else params.seed
            return Start(int(self._clock().timestamp() * 1000), seed), None
        try:
            at, seed, approximate, *after = self._cursors.read(asked, params.cursor)
        except BadCursor as error:
            raise BadSearchCursor("start again without a cursor") from error
        return Start(at, seed, approximate), tuple(after)
