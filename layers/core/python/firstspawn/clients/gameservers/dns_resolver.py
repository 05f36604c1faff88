"""The resolver that asks the DNS, with dnspython; imported by whoever pings real names."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver

from firstspawn.clients.gameservers.addresses import IPAddress
from firstspawn.clients.gameservers.resolver import MAX_ANSWERS, ResolverError, SrvRecord

LIFETIME: Final = 1.5


class DnsResolver:
    """Asks the system's name servers, each question within `lifetime` seconds in all."""

    def __init__(
        self, lifetime: float = LIFETIME, nameservers: Sequence[str] = (), port: int = 53
    ) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=not nameservers)
        if nameservers:
            self._resolver.nameservers = list(nameservers)
            self._resolver.port = port
        self._lifetime = lifetime

    async def srv(self, name: str) -> Sequence[SrvRecord]:
        return [
            SrvRecord(
                record.priority,
                record.weight,
                record.port,
                record.target.to_text(omit_final_dot=True),
            )
            for record in await self._ask(name, "SRV")
            if record.target != dns.name.root  # the root says "no such service here"
        ]

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        records = await self._ask(host, "A") or await self._ask(host, "AAAA")
        return [ip_address(record.address) for record in records]

    def forget(self, host: str) -> None:
        """It remembers nothing."""

    async def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            answer = await self._resolver.resolve(
                dns.name.from_text(name),
                kind,
                lifetime=self._lifetime,
                raise_on_no_answer=False,
                search=False,
            )
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise ResolverError(kind) from error
        return list(answer.rrset or ())[:MAX_ANSWERS]
