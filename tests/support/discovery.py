"""The discovery service on any engine, asked as its routes ask it."""

from typing import Any

from firstspawn.clients.search.interface import SearchEngine
from firstspawn.discovery.schemas import SearchPage, SearchParams
from firstspawn.discovery.service import DiscoveryService
from firstspawn.kit.cursors import Cursors
from tests.support.clock import FrozenClock, RepeatableBytes


def service(engine: SearchEngine, clock: FrozenClock | None = None) -> DiscoveryService:
    """A service of its own, at noon of a day in November if no clock is given."""
    cursors = Cursors(b"k" * 32)
    return DiscoveryService(engine, cursors, clock=clock or FrozenClock(), random=RepeatableBytes())


def search(discovery: DiscoveryService, **parameters: Any) -> SearchPage:
    """One page, by the API's names of parameters."""
    return discovery.search(SearchParams(**parameters))
