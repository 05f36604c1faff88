"""Which programs a person has let in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.apitokens.models import ApiToken
from firstspawn.apitokens.repository import ApiTokenRepository
from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.db.keys import Key


def erase_tokens(user_id: str) -> None:
    """Delete every token that a place or the index knows, and the places: two queries, batches."""
    repository = ApiTokenRepository()
    with ApiToken.batch_write() as batch:
        places = repository.places(user_id)
        hashes = {keys.api_token(place.tokenHash) for place in places}
        hashes |= {Key(token.PK, token.SK) for token in repository.of(user_id)}
        for item in [*places, *map(ApiToken.at, hashes)]:
            batch.delete(item)


def token_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """API tokens, without what makes them work: one query of the index."""
    found = ApiTokenRepository().of(user_id)
    return facts(one for one in found if one.is_alive(now))
