"""5,100 servers, the same ones every time, each with the truth about it that judges go by."""

import random
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from firstspawn.clients.search.interface import Document
from firstspawn.discovery.ranking import Proof, exposure_group
from tests.support.relevance import words as w
from tests.support.search_documents import document

SIZE, ARABIC = 5000, 100
_LISTED, _NOW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
_LANGUAGES = ("en",) * 10 + ("de", "es", "fr", "pl", "ru", "ru", "zh", "zh", "ja", "ko")
_REGION = {
    "en": ("NA", "EU", "OC"),
    "es": ("SA", "EU"),
    "zh": ("AS",),
    "ja": ("AS",),
    "ko": ("AS",),
    "ar": ("ME",),
}
_SMALL = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_CJK = ("zh", "ja", "ko")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a server is, whatever its texts look like.

    `plain` are its name's words as a player would say them, `theme` what is played there first,
    `tags` all that is played there, `imitates` the known server it names itself after.
    """

    id: str
    plain: tuple[str, ...]
    theme: str
    tags: tuple[str, ...]
    language: str
    edition: str
    version: str
    region: str
    imitates: str = ""


@cache
def corpus() -> tuple[tuple[Truth, Document], ...]:
    """Everything; known servers first, then their imitators, then the crowd."""
    dice = random.Random(20261124)
    made = [_brand(number, brand, dice) for number, brand in enumerate(w.BRANDS)]
    made += [
        _imitator(f"i{number:02d}{place}", brand, form, dice)
        for number, brand in enumerate(w.BRANDS)
        for place, form in enumerate(w.IMITATIONS)
    ]
    made += [_server(f"s{number:05d}", dice) for number in range(SIZE - len(made))]
    made += [_server(f"a{number:05d}", dice, ("ar",)) for number in range(ARABIC)]
    made += [_compound(f"c{number}", *two, dice) for number, two in enumerate(w.COMPOUNDS)]
    return tuple(made)


def _brand(number: int, brand: str, dice: random.Random) -> tuple[Truth, Document]:
    """A well-known name with little to show for it in rank."""
    truth = _truth(f"b{number:02d}", (brand.lower(),), "en", dice)
    return truth, _document(truth, brand, dice, rank=dice.randint(0, 10))


def _imitator(one: str, brand: str, form: str, dice: random.Random) -> tuple[Truth, Document]:
    """Somebody with all the rank there is, and another's name."""
    name = form.format(brand)
    truth = _truth(one, tuple(name.lower().split()), "en", dice, imitates=brand)
    return truth, _document(truth, name, dice, rank=40)


def _compound(one: str, first: str, second: str, dice: random.Random) -> tuple[Truth, Document]:
    """Two words in one, in the middle of a name, and no tag that says so."""
    truth = _truth(one, ("big", first, second, "hub"), "en", dice, "survival")
    truth = replace(truth, tags=("survival",))
    return truth, _document(truth, f"Big {first.capitalize()}{second} Hub", dice, rank=0)


def _server(
    one: str, dice: random.Random, languages: tuple[str, ...] = _LANGUAGES
) -> tuple[Truth, Document]:
    language = dice.choice(languages)
    first, second = dice.choice(w.FIRST[language]), dice.choice(w.SECOND[language])
    plain = [first, second]
    if language == "en":
        plain += dice.choice(w.SUFFIX).lower().split()
    truth = _truth(one, tuple(plain), language, dice)
    if dice.random() < 0.25:  # many say in their name what they are
        truth = _truth(one, (*plain, _called(truth.theme, language)), language, dice, truth.theme)
    return truth, _document(truth, _written(truth, dice), dice)


def _truth(
    one: str, plain: tuple[str, ...], language: str, dice: random.Random,
    theme: str = "", imitates: str = "",
) -> Truth:  # fmt: skip
    theme = theme or dice.choice(list(w.THEMES))
    others = [tag for tag in dice.sample(list(w.THEMES), dice.randint(0, 3)) if tag != theme]
    region = dice.choice(_REGION.get(language, ("EU",)))
    edition = dice.choice(("JAVA", "JAVA", "JAVA", "BEDROCK", "HYTALE"))
    version = dice.choice(("1.21", "1.21.4", "1.20.4", "1.20", "1.19.2", "1.8.9", "1.16.5"))
    return Truth(one, plain, theme, (theme, *others), language, edition, version, region, imitates)


def _called(theme: str, language: str) -> str:
    return w.THEMES[theme].get(language, w.THEMES[theme]["en"])


def _written(truth: Truth, dice: random.Random) -> str:
    """The name as its owner typed it: glued, separated, decorated."""
    number, decorated = divmod(zlib.crc32(truth.id.encode()), 10)
    decoration = w.DECORATIONS[number % len(w.DECORATIONS)]
    if truth.language in _CJK:
        return ("{}" if decorated else decoration).format("".join(truth.plain))
    titled = [word.capitalize() for word in truth.plain]
    style = dice.random()
    if style < 0.2:
        return "".join(titled)
    if style < 0.3:
        return dice.choice("_-.").join(titled)
    if style < 0.34 and truth.language == "en":
        return " ".join(truth.plain).translate(_SMALL)
    if style < 0.37 and truth.language == "en":
        return " ".join(titled).translate(_WIDE)
    if style < 0.5 and truth.language == "ar":  # with vowels, or drawn out
        return dice.choice("\u064e\u0640").join(" ".join(titled))
    return ("{}" if style < 0.9 else decoration).format(" ".join(titled))


def _document(truth: Truth, name: str, dice: random.Random, rank: int | None = None) -> Document:
    other = dice.choice([theme for theme in w.THEMES if theme not in truth.tags])
    prose = dice.sample(w.PROSE, 3)
    short = w.SHORT[truth.language].format(
        theme=_called(truth.theme, truth.language), extra=dice.choice(w.EXTRAS)
    )
    points = int(dice.triangular(0, 40, 4)) if rank is None else rank
    major = ".".join(truth.version.split(".")[:2])
    return document(
        truth.id,
        name,
        shortDescription=short,
        description=". ".join(prose).format(other=other),
        gameType="HYTALE" if truth.edition == "HYTALE" else "MINECRAFT",
        edition=truth.edition,
        tags=list(truth.tags),
        language=truth.language,
        region=truth.region,
        version=truth.version,
        versions=sorted({major, truth.version}),
        rankScore=points,
        exposureGroup=exposure_group(truth.id, points, Proof(isOnline=True), _LISTED, _NOW),
    )
