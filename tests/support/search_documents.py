"""Search documents for tests and benchmarks: one server, or a believable crowd of them."""

import hashlib
import random
from typing import Any

from firstspawn.clients.search.interface import Document
from firstspawn.discovery.languages import languages

_FIRST = "Sky Pixel Craft Ever Moon Dragon Iron Ember Frost Wild Nether Lucky Mystic Nova Royal Oak"
_SECOND = "Realms Block Lands Network Valley Kingdom Factions Haven Survival MC Craft Legends World"
_TAGS = "survival skyblock pvp economy factions creative minigames roleplay anarchy vanilla modded"
_WORDS = (
    "friendly community with custom enchantments weekly events player shops land claims quests"
    " ranks no lag active staff towns bosses dungeons seasons crates jobs pets parkour"
)
_REGIONS = ("eu", "na", "sa", "as", "oc")
_LANGUAGES = ("en", "de", "es", "ru", "zh", "ja", "pt-BR")


def document(id: str, name: str, *, revision: int = 1, **fields: Any) -> Document:  # noqa: A002
    """One listed server; anything can be set."""
    defaults: dict[str, Any] = {
        "id": id,
        # Says nothing, so that only what a test sets is found.
        "slug": hashlib.sha256(id.encode()).hexdigest()[:12],
        "name": name,
        "shortDescription": None,
        "description": None,
        "gameType": "MINECRAFT",
        "edition": "JAVA",
        "tags": [],
        "region": None,
        "language": None,
        "version": "1.21",
        "versions": ["1.21"],
        "listed": True,
        "isOnline": True,
        "isVerified": False,
        "isFeatured": False,
        "playerCount": 0,
        "maxPlayers": 100,
        "uptime": 0.0,
        "averageRating": 0.0,
        "reviewCount": 0,
        "favoriteCount": 0,
        "verifiedReviewCount": 0,
        "totalPlaytime": 0,
        "score": 3.0,
        "rankScore": 0,
        "rankParts": {},
        "trend": 0,
        "exposureGroup": None,
        "createdAt": "2026-01-01T00:00:00.000Z",
        "launchDate": None,
        "checkedAt": None,
        "location": None,
        "iconUrl": None,
        "bannerUrl": None,
        "logoUrl": None,
    }
    merged = defaults | fields
    return Document(id, revision, {"languages": languages(merged["language"]), **merged})


def crowd(size: int, seed: int = 7) -> list[Document]:
    """Made-up servers, the same ones for the same seed."""
    dice = random.Random(seed)
    return [_made_up(number, dice) for number in range(size)]


def _made_up(number: int, dice: random.Random) -> Document:
    name = f"{dice.choice(_FIRST.split())} {dice.choice(_SECOND.split())} {number}"
    day, hour = 1 + number % 28, number % 24
    return document(
        f"{number:08d}",
        name,
        shortDescription=" ".join(dice.sample(_WORDS.split(), 6)),
        description=" ".join(dice.choices(_WORDS.split(), k=60)),
        gameType=dice.choice(("MINECRAFT", "MINECRAFT", "HYTALE")),
        edition=dice.choice(("JAVA", "JAVA", "BEDROCK")),
        versions=dice.choice((["1.21"], ["1.20", "1.20.4"], ["1.20", "1.21"], ["1.8"])),
        tags=dice.sample(_TAGS.split(), dice.randint(1, 4)),
        region=dice.choice(_REGIONS),
        language=dice.choice(_LANGUAGES),
        isOnline=dice.random() < 0.8,
        isVerified=dice.random() < 0.3,
        isFeatured=number % 97 == 0,
        playerCount=int(dice.paretovariate(0.8)) % 5000,
        uptime=round(dice.uniform(50, 100), 2) if number % 9 else None,
        averageRating=round(dice.uniform(0, 5), 1),
        reviewCount=dice.randint(0, 300),
        rankScore=dice.randint(0, 40),
        trend=int(dice.paretovariate(1)),
        exposureGroup=dice.choice((None, *range(14))),
        favoriteCount=dice.randint(0, 200),
        maxPlayers=dice.choice((None, 20, 100, 500)),
        launchDate=dice.choice((None, f"202{6 + number % 2}-06-{day:02d}T12:00:00.000Z")),
        location=dice.choice((None, _place(dice))),
        createdAt=f"2026-{1 + number % 12:02d}-{day:02d}T{hour:02d}:00:00.000Z",
    )


def _place(dice: random.Random) -> dict[str, float]:
    return {"lat": round(dice.uniform(-80, 80), 3), "lon": round(dice.uniform(-180, 180), 3)}
