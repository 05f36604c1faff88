"""A client of FirstSpawn's plugin API with nothing but Python's standard library."""

from .signing import Credentials, canonical_query, sign

__all__ = ["Credentials", "canonical_query", "sign"]
