"""Which hosts, addresses and ports may be pinged: the guard against being used to reach inside.

Light on purpose: the servers feature validates what owners type with the same functions.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

MAX_HOST = 253
_REMEMBERED = 4096  # every round vets the same hosts again
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}", re.ASCII)

# `is_global` differs between Python releases and calls several of these global.
_FORBIDDEN_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_FORBIDDEN_V6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# Privileged ports are refused as a whole; these are what else a stranger could make us knock at.
_SERVICE_PORTS = frozenset(
    {1080, 1433, 1434, 1521, 1883, 1900, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3268, 3306}
    | {3389, 3478, 4369, 4646, 5060, 5061, 5353, 5355, 5432, 5601, 5671, 5672, 5900, 5901, 5984}
    | {5985, 5986, 6379, 6380, 6443, 7000, 7001, 7474, 8086, 8200, 8300, 8301, 8500, 8600, 9042}
    | {9090, 9092, 9100, 9200, 9300, 9443, 10250, 10255, 11211, 15672, 27017, 27018, 27019, 50051}
)


class HostError(ValueError):
    """A host or endpoint that may not be pinged; the message is safe to show to its author."""


@lru_cache(maxsize=_REMEMBERED)
def vet_host(host: str) -> str:
    """The host as it is stored and asked: a lower-case ASCII name, or a canonical IP literal.

    Accepts a fully qualified name (internationalised ones come back IDNA-encoded), `localhost`,
    and IP literals in their canonical spelling. Says nothing about where it leads: see
    `is_pingable`. Raises `HostError` for everything else (`127.1`, `0x7f000001`, `[::1]`, ...).
    """
    literal = _canonical_literal(host)
    if literal is not None:
        return literal
    name = _to_ascii(host).lower()
    labels = name.split(".")
    if len(name) > MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise HostError("must be a host name or an IP address")
    if is_local_name(name):
        return name
    if len(labels) < 2 or not _TOP_LEVEL.fullmatch(labels[-1]):
        raise HostError("must be a full host name, like play.example.com")
    return name


def vet_endpoint(host: str, port: int | None, allow: Sequence[IPNetwork] = ()) -> str:
    """`vet_host`, plus what can be said of an endpoint before any look-up.

    Raises `HostError` for a forbidden port, and for an IP literal or a local name that leads
    outside of what may be pinged, unless `allow` (networks) holds it.
    """
    name = vet_host(host)
    if port is not None and not is_pingable_port(port):
        raise HostError("this port cannot be a game server's")
    address = literal_address(name)
    if address is not None and not is_pingable(address, allow):
        raise HostError("must be reachable from the internet")
    return name


@lru_cache(maxsize=_REMEMBERED)
def literal_address(host: str) -> IPAddress | None:
    """The address a vetted host is without a look-up: an IP literal, or a local name's loopback.

    RFC 6761 fixes what `localhost` and names under it mean, so no resolver is asked for them.
    """
    if is_local_name(host):
        return IPv4Address("127.0.0.1")
    if host[-1:].isalpha() and ":" not in host:
        return None  # no literal ends so: spares most names a failed parse
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_local_name(host: str) -> bool:
    """Whether RFC 6761 reserves this (lower-case) name for the machine itself."""
    return host == "localhost" or host.endswith(".localhost")


def is_pingable(address: IPAddress, allow: Sequence[IPNetwork] = ()) -> bool:
    """Whether a packet may be sent to this address: public unicast, or in one of `allow`."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in allow):
        return True
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _FORBIDDEN_V4)
    if address.scope_id is not None or address not in _GLOBAL_UNICAST_V6:
        return False
    return not any(address in network for network in _FORBIDDEN_V6)


def is_pingable_port(port: int) -> bool:
    """Whether a game server may listen there: 1024..65535 without well-known services' ports."""
    return 1024 <= port <= 65535 and port not in _SERVICE_PORTS


def networks(spellings: Sequence[str]) -> tuple[IPNetwork, ...]:
    """Networks from their CIDR spellings (a setting's shape). Raises `ValueError`."""
    return tuple(ip_network(spelling) for spelling in spellings)


def _canonical_literal(host: str) -> str | None:
    if host[-1:].isalpha() and ":" not in host:
        return None
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if str(address) != host:
        raise HostError("must be an IP address in its usual spelling")
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address.scope_id):
        raise HostError("must be a plain IPv4 or IPv6 address")
    return host


def _to_ascii(host: str) -> str:
    if host.isascii() and "xn--" not in host.lower():
        return host
    if len(host) > MAX_HOST:
        raise HostError("is too long for a host name")
    import idna

    try:
        return idna.encode(host.lower(), std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise HostError("is not a valid internationalised host name") from error
