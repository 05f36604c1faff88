"""Identities for tests."""

from itertools import count
from typing import Any

from firstspawn.auth.models import Credential
from firstspawn.db import keys
from firstspawn.identities.schemas import Linkable, Platform
from firstspawn.wiring import Container
from tests.support.factories import Account

_numbers = count(1)


def an_identity(platform: Platform = Platform.DISCORD, **fields: Any) -> Linkable:
    """An account elsewhere that nobody has linked yet."""
    return Linkable(platform, **{"platformUserId": f"1000{next(_numbers)}", **fields})


def link(stack: Container, account: Account, identity: Linkable) -> Linkable:
    """Link it with an account, as its owner would."""
    stack.identities.link(account.id, account.caller.epoch, identity)
    return identity


def forget_password(account: Account) -> None:
    """Make the account one that was never given a password."""
    Credential.at(keys.credential(account.email)).update([Credential.passwordHash.remove()])
