"""What makes a review a verified one."""

from collections.abc import Callable

# Active minutes on the server that a plugin vouched for, of accounts linked with the author.
VERIFIED_MINUTES = 60
_HOUR = 60

Minutes = Callable[[str, str], int]
"""Verified minutes of a user (first) on a server (second)."""


def is_verified(minutes: int) -> bool:
    """Whether so much playtime verifies a review."""
    return minutes >= VERIFIED_MINUTES


def is_news(shown: int, minutes: int) -> bool:
    """Whether playtime has changed by so much that a review should tell: another whole hour.

    Plugins report every few minutes, and each of a player's reports would be a write.
    """
    return shown // _HOUR != minutes // _HOUR
