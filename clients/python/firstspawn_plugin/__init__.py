"""A client of FirstSpawn's plugin API with nothing but Python's standard library."""

from .client import Answer, PluginClient, Refused, Unreachable
from .disk_queue import DiskQueue
from .handover import Handover
from .signing import Credentials, canonical_query, sign

__all__ = [
    "Answer", "Credentials", "DiskQueue", "Handover", "PluginClient", "Refused", "Unreachable",
    "canonical_query", "sign",
]  # fmt: skip
