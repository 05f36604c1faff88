"""Asking game servers we do not trust how they are: vetted addresses, bounded bytes, one deadline.

This package root stays light (request handlers import it to validate addresses). What does the
asking is in `firstspawn.clients.gameservers.pinger`, which the uptime worker imports.
"""

from firstspawn.clients.gameservers.addresses import (
    HostError,
    is_pingable,
    is_pingable_port,
    vet_endpoint,
    vet_host,
)
from firstspawn.clients.gameservers.models import Edition, Failure, PingResult, Target

__all__ = [
    "Edition",
    "Failure",
    "HostError",
    "PingResult",
    "Target",
    "is_pingable",
    "is_pingable_port",
    "vet_endpoint",
    "vet_host",
]
