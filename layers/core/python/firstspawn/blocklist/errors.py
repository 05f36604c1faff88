"""What can go wrong with the list of blocked servers."""


class BlocklistRefused(Exception):
    """What was fetched is no such list: the one that is kept stays."""
