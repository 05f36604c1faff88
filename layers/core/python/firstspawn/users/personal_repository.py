"""What the platform keeps of a person under their profile."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.users.models import User


def profile_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The profile: one consistent read."""
    user = User.find(keys.profile(user_id), now, consistent=True)
    return facts([user] if user else [])
