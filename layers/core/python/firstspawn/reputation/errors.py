"""What can go wrong with reputation."""

from firstspawn.errors import Conflict


class CauseUsed(Conflict):
    """The same `Idempotency-Key` came with another adjustment."""

    code = "idempotency_key_reused"
    title = "This key belongs to another adjustment"


class Moved(Exception):
    """The ledger, its cause or the day's sum changed between our read and our write."""
