"""The key strings of accounts elsewhere; else as `keys.py`."""

from firstspawn.db.keys import Key


def identity(user_id: str, platform: str, server_id: str = "") -> Key:
    """A user's account elsewhere; one that holds on a single server stands beside the others."""
    return Key(f"USER#{user_id}", f"IDENTITY#{platform}{_scope(server_id)}")


def identity_guard(platform: str, platform_user_id: str, server_id: str = "") -> Key:
    """The guard that makes an account elsewhere unique and finds its user."""
    return Key(f"IDENTITY#{platform}#{platform_user_id}{_scope(server_id)}", "GUARD")


def provider_token(platform: str, platform_user_id: str) -> Key:
    """The refresh token that a platform gave us for an account of its."""
    return Key(f"IDENTITY#{platform}#{platform_user_id}", "TOKEN")


def provider_tokens_due(shard: str) -> str:
    """GSI2 partition: a sixteenth of the refresh tokens, by when to look after them."""
    return f"PROVIDERTOKEN#{shard}"


def _scope(server_id: str) -> str:
    return f"@{server_id}" if server_id else ""
