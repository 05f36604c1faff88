"""What can keep a consumer from an effect."""


class EffectBusy(Exception):
    """Another worker holds the lease: the message must come again later."""
