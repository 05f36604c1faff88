"""From what an owner typed to the addresses that may be connected to; vetted at every ping."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from firstspawn.clients.gameservers.addresses import (
    HostError,
    IPAddress,
    IPNetwork,
    is_pingable,
    is_pingable_port,
    literal_address,
    vet_host,
)
from firstspawn.clients.gameservers.models import Edition, Failure, PingError, Target
from firstspawn.clients.gameservers.resolver import (
    Resolver,
    ResolverError,
    SrvRecord,
    pick,
    service_name,
)


@dataclass(frozen=True, slots=True)
class Route:
    """`host` is the name to greet with; `addresses` (never empty) are vetted, best first."""

    host: str
    port: int
    addresses: tuple[IPAddress, ...]


async def find_route(
    target: Target,
    resolver: Resolver,
    allow: Sequence[IPNetwork],
    draw: Callable[[int], int],
) -> Route:
    """Resolve and vet a target. Raises `PingError` with what is wrong with it."""
    host = _vetted(target.host, Failure.INVALID_HOST)
    usual = target.edition.default_port
    carrier, port = host, usual if target.port is None else target.port
    if port == usual:  # Players' clients look for a service then, whether it was typed or not.
        record = await _service(host, target.edition, resolver, draw)
        if record is not None:
            carrier, port = _vetted(record.host, Failure.FORBIDDEN_ADDRESS), record.port
    if not is_pingable_port(port):
        raise PingError(Failure.FORBIDDEN_PORT)
    found = await _addresses(carrier, resolver)
    pingable = tuple(address for address in found if is_pingable(address, allow))
    if not pingable:
        raise PingError(Failure.FORBIDDEN_ADDRESS if found else Failure.UNRESOLVABLE)
    return Route(host, port, pingable)


def _vetted(host: str, failure: Failure) -> str:
    try:
        return vet_host(host)
    except HostError as error:
        raise PingError(failure) from error


async def _service(
    host: str, edition: Edition, resolver: Resolver, draw: Callable[[int], int]
) -> SrvRecord | None:
    if edition is not Edition.JAVA or literal_address(host) is not None:
        return None
    try:
        records = await resolver.srv(service_name(host))
    except ResolverError:
        return None  # Some name servers drop SRV questions; players' clients go on as well.
    return pick(records, draw) if records else None


async def _addresses(host: str, resolver: Resolver) -> Sequence[IPAddress]:
    literal = literal_address(host)
    if literal is not None:
        return (literal,)
    try:
        return await resolver.addresses(host)
    except ResolverError as error:
        raise PingError(Failure.UNRESOLVABLE) from error
