"""Which addresses a server may be listed with."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from firstspawn.clients.gameservers import HostError, is_pingable_port, vet_endpoint
from firstspawn.clients.gameservers.addresses import IPNetwork
from firstspawn.errors import Invalid
from firstspawn.servers.fields import GameType, ServerEdition

ADDRESS_FIELDS = frozenset({"edition", "ip", "port", "bedrockIp", "bedrockPort", "queryPort"})


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where players connect. Without a port, SRV or the edition's default says it."""

    edition: str
    ip: str
    port: int | None
    bedrockIp: str | None
    bedrockPort: int | None
    queryPort: int | None

    def values(self) -> dict[str, Any]:
        """By the item's field names."""
        return asdict(self)


def vetted(game: str, given: Mapping[str, Any], allow: Sequence[IPNetwork]) -> Endpoints:
    """Check the address fields of a whole entry and bring them into their stored spelling.

    `allow` are networks that may be listed although they are private. Raises Invalid naming the
    field that is wrong.
    """
    edition = _edition(game, given.get("edition"))
    second, second_port = given.get("bedrockIp"), given.get("bedrockPort")
    if second and edition != ServerEdition.JAVA:
        raise Invalid.field("bedrockIp", "only a Java server has a second address for Bedrock")
    if second_port and not second:
        raise Invalid.field("bedrockPort", "needs bedrockIp")
    if given.get("queryPort") and edition != ServerEdition.HYTALE:
        raise Invalid.field("queryPort", "only a Hytale server is queried")
    return Endpoints(
        edition=edition,
        ip=_host("ip", given["ip"], allow),
        port=_port("port", given.get("port")),
        bedrockIp=_host("bedrockIp", second, allow) if second else None,
        bedrockPort=_port("bedrockPort", second_port),
        queryPort=_port("queryPort", given.get("queryPort")),
    )


def _edition(game: str, edition: str | None) -> str:
    if game == GameType.HYTALE:
        fits, usual = edition in (None, ServerEdition.HYTALE), ServerEdition.HYTALE
    else:
        fits, usual = edition != ServerEdition.HYTALE, ServerEdition.JAVA
    if not fits:
        raise Invalid.field("edition", f"is not an edition of {GameType(game).value}")
    return ServerEdition(edition or usual).value


def _host(field: str, host: str, allow: Sequence[IPNetwork]) -> str:
    try:
        return vet_endpoint(host.strip(), None, allow)
    except HostError as error:
        raise Invalid.field(field, str(error)) from error


def _port(field: str, port: int | None) -> int | None:
    if port is not None and not is_pingable_port(port):
        raise Invalid.field(field, "this port cannot be a game server's")
    return port
