"""Which servers a person keeps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.favorites.models import Favorite


def favorite_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Favourites: one query."""
    prefix = keys.favorite(user_id, "")
    return facts(Favorite.query(prefix.pk, Favorite.SK.startswith(prefix.sk)))
