"""The demo's accounts, written as registration and verification would have left them.

Not through registration, because that would hash 57 passwords and mail 57 links.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from firstspawn.auth.models import Credential
from firstspawn.auth.passwords import hash_password
from firstspawn.db import keys
from firstspawn.db.item import Item
from firstspawn.kit.ids import ulid
from firstspawn.users.models import User
from firstspawn.users.repository import guard
from firstspawn.users.schemas import Role, Tier
from infra.demo.data_people import NAMES, SERVICE_ACCOUNTS

PASSWORD = "Demo-Player-1"  # noqa: S105 -- published on purpose; never seeded on AWS
_FIRST = datetime(2024, 1, 6, 9, 0, tzinfo=UTC)
_ROLES = {"demo-moderator": Role.MODERATOR, "demo-admin": Role.ADMIN}
_NUMBERS = {name: number for number, name in enumerate((*SERVICE_ACCOUNTS, *NAMES))}
_BIOS = ("Builder", "Redstone enough to be dangerous", "Here for the farms", "Explorer", None)


def user_id(name: str) -> str:
    """The account's id: the same in every demo."""
    return ulid(int(joined(name).timestamp() * 1000), sha256(name.encode()).digest()[:10])


def joined(name: str) -> datetime:
    """When the account was made: one every eleven days and a bit."""
    number = _NUMBERS[name]
    return _FIRST + timedelta(days=11 * number, minutes=7 * number * number)


def tier(name: str) -> Tier:
    """What the account pays for."""
    if _NUMBERS[name] % 7 == 1:
        return Tier.SERVER_OWNER
    return Tier.PREMIUM if _NUMBERS[name] % 3 == 0 else Tier.USER


def seed_accounts() -> int:
    """Write the accounts that are not there: two batch reads, batch writes. Return how many.

    `demo@example.com` owns servers; `demo-moderator@` and `demo-admin@` have those roles.
    """
    wanted = {user_id(name): name for name in _NUMBERS}
    present = {user.id for user in User.batch_get([tuple(keys.profile(one)) for one in wanted])}
    missing = [one for one in wanted if one not in present]
    if missing:
        hashed = hash_password(PASSWORD)
        with Item.batch_write() as batch:
            for one in missing:
                for item in _account(one, wanted[one], hashed):
                    batch.save(item)
    return len(missing)


def _account(identifier: str, name: str, hashed: str) -> list[Item]:
    number, moment, email = _NUMBERS[name], joined(name), f"{name.lower()}@example.com"
    life: dict[str, Any] = {"createdAt": moment, "updatedAt": moment}
    user = User.at(
        keys.profile(identifier), id=identifier, username=name, displayName=name, email=email,
        emailVerified=True, emailVerifiedAt=moment, bio=_BIOS[number % len(_BIOS)],
        role=_ROLES.get(name, Role.USER).value, reputation=(number * 37) % 400,
        isPremium=tier(name) is Tier.PREMIUM, isServerOwner=tier(name) is Tier.SERVER_OWNER, **life,
    )  # fmt: skip
    credential = Credential.at(
        keys.credential(email), userId=identifier, passwordHash=hashed, verified=True, **life
    )
    held = guard(name, identifier)
    held.createdAt = moment
    return [credential, user, held]
