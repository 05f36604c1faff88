"""Removing who has an address that they never proved was theirs, once its owner turns up."""

from datetime import datetime

from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.repository import guard


def evict(transaction: writes.Transaction, squatter: str, now: datetime) -> User:
    """Let a transaction remove an unverified account and its name: one read, two items.

    Returns the profile as it was. The address's credential is left to the transaction, which puts
    its owner's in its place; sessions end after it. Raises ChangedMeanwhile, now or then.
    """
    user = User.find(keys.profile(squatter), now, consistent=True)
    if user is None:
        raise ChangedMeanwhile
    unproven = User.emailVerified == False  # noqa: E712
    transaction.delete(user, unproven & (User.username == user.username), ChangedMeanwhile())
    held = guard(user.username, user.id)
    transaction.delete(held, UsernameGuard.userId == user.id, ChangedMeanwhile())
    return user
