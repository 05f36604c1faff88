"""Which programs a person has let in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.apitokens.repository import ApiTokenRepository
from firstspawn.db.facts import facts


def token_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """API tokens, without what makes them work: one query of the index."""
    found = ApiTokenRepository().of(user_id)
    return facts(one for one in found if one.is_alive(now))
