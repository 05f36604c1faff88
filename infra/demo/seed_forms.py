"""What the demo's owners fill in for their servers: always the same for the same server."""

from datetime import datetime, timedelta
from hashlib import blake2b

from firstspawn.servers.fields import GameType, Region
from firstspawn.servers.schemas import Location, RegisterServer
from firstspawn.users.schemas import Tier
from infra.demo.data_people import NAMES
from infra.demo.data_servers import SERVERS, DemoServer
from infra.demo.data_texts import TEXTS, THEMES
from infra.demo.gameworld import BEDROCK_SLUG, DOMAIN
from infra.demo.population import Temper, temper
from infra.demo.seed_accounts import joined, tier

_WEIGHTS = {Tier.USER: 2, Tier.PREMIUM: 5, Tier.SERVER_OWNER: 9}
_OWNERS = ("demo", *NAMES)
_LONGEST_WAIT = 400  # days between an owner's joining and the registration
_CITIES = {
    Region.EU: ((50.1, 8.7), (52.4, 4.9), (48.9, 2.3), (60.2, 24.9), (52.2, 21.0)),
    Region.NA: ((40.7, -74.0), (32.8, -96.8), (45.5, -73.6), (34.1, -118.2)),
    Region.SA: ((-23.5, -46.6), (-34.6, -58.4), (-33.4, -70.7)),
    Region.AS: ((1.35, 103.8), (35.7, 139.7), (37.6, 127.0), (31.2, 121.5)),
    Region.OC: ((-33.9, 151.2), (-36.8, 174.8)),
}


def owners() -> dict[str, str]:
    """Slug -> the owner's name, within what each owner's tier allows."""
    slots = [(name, number) for name in _OWNERS for number in range(_WEIGHTS[tier(name)])]
    slots.sort(key=lambda slot: (slot[0] != "demo", _draw(slot[0], str(slot[1]))))
    slugs = sorted((server.slug for server in SERVERS), key=lambda slug: _draw(slug, "owner"))
    return {slug: name for slug, (name, _) in zip(slugs, slots, strict=False)}


def registered_at(server: DemoServer, owner: str) -> datetime:
    """Some time after the owner joined."""
    return joined(owner) + timedelta(minutes=_draw(server.slug, "age") % (_LONGEST_WAIT * 1440))


def registration(server: DemoServer, port: int, bedrock_port: int, now: datetime) -> RegisterServer:
    """The form; the server's address leads to the demo's world of game servers.

    Who does not answer there has not opened yet: in one to five weeks from `now`.
    """
    theme, host = THEMES[server.theme], server.slug + DOMAIN
    short, text = (
        TEXTS[server.language]
        if server.language in TEXTS
        else (_one(theme.shorts, server.slug), _one(theme.longs, server.slug))
    )
    cities = _CITIES[Region(server.region)]
    lat, lon = cities[_draw(server.slug, "city") % len(cities)]
    first, *others = theme.tags
    two_editions = server.slug == BEDROCK_SLUG
    if two_editions:
        others = ["crossplay", *(tag for tag in others if tag != "crossplay")]
    return RegisterServer(
        gameType=GameType.HYTALE if server.theme == "hytale" else GameType.MINECRAFT,
        name=server.name,
        slug=server.slug,
        ip=host,
        port=port,
        bedrockIp=host if two_editions else None,
        bedrockPort=bedrock_port if two_editions else None,
        shortDescription=short,
        description=f"{server.name}\n\n{text}",
        tags=[first, *others[: 1 + _draw(server.slug, "tags") % 4]],
        region=Region(server.region),
        language=server.language,
        location=Location(lat=lat, lon=lon) if _draw(server.slug, "place") % 2 else None,
        websiteUrl=f"https://{server.slug}.example.com" if _draw(server.slug, "web") % 3 else None,
        discordUrl=f"https://discord.gg/demo-{server.slug}",
        launchDate=_opening(server.slug, now) if temper(server.slug) is Temper.DOWN else None,
    )


def _opening(slug: str, now: datetime) -> datetime:
    evening = now.replace(hour=18, minute=0, second=0, microsecond=0)
    return evening + timedelta(days=7 + _draw(slug, "opens") % 28)


def _one(texts: tuple[str, ...], slug: str) -> str:
    return texts[_draw(slug, "text") % len(texts)]


def _draw(slug: str, what: str) -> int:
    return int.from_bytes(blake2b(f"{slug}/{what}".encode(), digest_size=8).digest(), "big")
