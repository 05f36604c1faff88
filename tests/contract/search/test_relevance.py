"""What people type finds what they mean, first things first, on every engine."""

import pytest

from firstspawn.clients.search.interface import SearchEngine, SearchQuery
from tests.contract.search.conftest import MakeEngine, filled
from tests.support.search_documents import document

# Ids say what a server is, ranks are there to tempt: a popular one must not beat an exact name.
SERVERS = [
    document("hypixel", "Hypixel", rankScore=5, tags=["minigames"]),
    document("hypixel-fans", "Hypixel Fans Network", rankScore=50),
    document("like-hypixel", "Lunar", shortDescription="Just like Hypixel", rankScore=50),
    document("skyblock", "Sky_Block", rankScore=10, tags=["skyblock"]),
    document("skyblocker", "SkyBlocker Pro", rankScore=50),
    document("islands", "Thousand Islands", tags=["skyblock", "economy"], rankScore=20),
    document("prose", "Greenfield", description="we also have a skyblock world", rankScore=50),
    document("café", "Café Crème", region="eu"),
    document("caps", "ᴍʏꜱᴛɪᴄ ʀᴇᴀʟᴍꜱ"),
    document("wide", "ＴＯＫＹＯ　ＭＣ"),
    document("chinese", "我的世界生存服务器", slug="shengcun"),
    document("chinese-2", "世界之剑", tags=["pvp"]),
    document("japanese", "マインクラフト日本"),
    document("korean", "한국마인크래프트"),
    document("russian", "Зимний Лес", description="выживание без вайпов"),
    document("russian-2", "Ёлки и Палки"),
    document("hytale", "Orbis Gate", gameType="HYTALE", tags=["survival"]),
    document("slugged", "★ The Best ★", slug="two-builders-two-tools"),
    document("oneword", "Factions"),
    document(
        "vanilla", "Quiet Meadow", tags=["vanilla", "survival"], shortDescription="No plugins"
    ),
    document("short", "PvP Arena", shortDescription="duels and tournaments"),
    document("weak", "Old Tavern", description="duels on sundays", rankScore=50),
    document("bedwars", "Big Bedwars Hub"),
    document("swords", "⚔️Анархия⚔️"),
    document("no-swords", "Анархия Плюс", rankScore=50),
    document("swords-2", "⚔️东方⚔️"),
    document("keycap", "1️⃣Lifesteal®️"),
    document("vowels", "مُحَمَّد"),
    document("no-vowels", "محمد واحد", rankScore=50),
    document("points", "שָׁלוֹם"),
    document("gone", "Hypixel Gone", listed=False, rankScore=50),
]

DOZEN = (
    "skyblock survival factions minigame creative anarchyx hardcore economyx roleplay bedwarsx"
    " parkourx vanillax"
)


@pytest.fixture(scope="module")
def servers(new_engine: MakeEngine) -> SearchEngine:
    return filled(new_engine(), SERVERS)


def found(engine: SearchEngine, text: str, *, approximate: bool = False) -> list[str]:
    result = engine.search(SearchQuery(text=text, approximate=approximate, size=50))
    assert result.total == len(result.hits)
    return [hit["id"] for hit in result.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The exact name is first, whatever the others' rank; then names, then prose.
        ("hypixel", ["hypixel", "hypixel-fans", "like-hypixel"]),
        ("HYPIXEL", ["hypixel", "hypixel-fans", "like-hypixel"]),
        ("skyblock", ["skyblock", "skyblocker", "islands", "prose"]),
        # Written apart is also the tag.
        ("sky block", ["skyblock", "skyblocker", "islands"]),
        ("sky-block", ["skyblock", "skyblocker", "islands"]),
        # Written apart is also the name.
        ("bed wars", ["bedwars"]),
        ("hub big bed wa", ["bedwars"]),
        ("SkyBlocker", ["skyblocker"]),
        ("blocker", ["skyblocker"]),
        # The last word may be unfinished.
        ("hyp", ["hypixel-fans", "hypixel", "like-hypixel"]),
        ("hypixel f", ["hypixel-fans"]),
        ("fac", ["oneword"]),
        # All words have to be there.
        ("hypixel tavern", []),
        ("skyblock economy", ["islands"]),
        # A short description outweighs a long one, even against rank within reach.
        ("no plugins", ["vanilla"]),
        # Slugs count as names.
        ("two builders two tools", ["slugged"]),
        ("two-builders-two-tools", ["slugged"]),
        # Tags and the game are words like others.
        ("vanilla", ["vanilla"]),
        ("hytale survival", ["hytale"]),
        # Spellings of the same letters.
        ("cafe creme", ["café"]),
        ("CAFÉ", ["café"]),
        ("mystic realms", ["caps"]),
        ("tokyo", ["wide"]),
        # Scripts without blanks match anywhere.
        ("世界", ["chinese-2", "chinese"]),
        ("生存", ["chinese"]),
        ("剑", ["chinese-2"]),
        ("服务器", ["chinese"]),
        ("クラフト", ["japanese"]),
        ("日本", ["japanese"]),
        ("마인", ["korean"]),
        ("世界 pvp", ["chinese-2"]),
        ("shengcun", ["chinese"]),
        # Cyrillic.
        ("зимний", ["russian"]),
        ("ЛЕС", ["russian"]),
        ("елки", ["russian-2"]),
        ("выжив", ["russian"]),
        # The same words and the same name, however they are decorated.
        ("анархия", ["swords", "no-swords"]),
        ("⚔️анархия", ["swords", "no-swords"]),
        ("东方", ["swords-2"]),
        ("lifesteal", ["keycap"]),
        ("محمد", ["vowels", "no-vowels"]),
        ("مُحَمَّد", ["vowels", "no-vowels"]),
        ("שלום", ["points"]),
        # Nothing to find.
        ("★", []),
        ("gone", []),
        ('" OR name:*', []),
        ("zzzz", []),
    ],
)
def test_judged_queries(servers: SearchEngine, text: str, expected: list[str]) -> None:
    assert found(servers, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The whole name comes first here, too.
        ("hypixle", ["hypixel", "hypixel-fans"]),
        ("hpyixel", ["hypixel", "hypixel-fans"]),
        ("skybock", ["skyblock", "islands"]),
        ("factionz", ["oneword"]),
        ("минний", []),
        ("зинмий", ["russian"]),
        ("hypxl", []),
        # Two thirds of the words are enough.
        ("vanilla quiet seaside", ["vanilla"]),
    ],
)
def test_approximate_queries_forgive_slips(
    servers: SearchEngine, text: str, expected: list[str]
) -> None:
    assert found(servers, text) == []
    assert found(servers, text, approximate=True) == expected


@pytest.mark.parametrize("text", ["bed wars", "bed wa", "hub bed wars", "bed wars h"])
def test_names_are_completed_from_words_typed_apart(servers: SearchEngine, text: str) -> None:
    found = servers.search(SearchQuery(text=text, completing=True))

    assert [hit["id"] for hit in found.hits] == ["bedwars"]


def test_pages_of_a_text_search_neither_skip_nor_repeat(servers: SearchEngine) -> None:
    whole = found(servers, "s")

    pages, after = [], None
    for _ in whole:
        page = servers.search(SearchQuery(text="s", size=1, after=after))
        pages += [hit["id"] for hit in page.hits]
        after = page.next_after

    assert pages == whole
    assert after is None


def test_a_text_can_be_sorted_by_something_else(servers: SearchEngine) -> None:
    result = servers.search(SearchQuery(text="hypixel", sort="rankScore", direction="asc"))

    assert [hit["id"] for hit in result.hits] == ["hypixel", "hypixel-fans", "like-hypixel"]


def test_a_dozen_misspelt_words_are_answered_however_many_may_be_meant(
    engine: SearchEngine,
) -> None:
    # Given sixty servers, each with words of its own that are near the same twelve
    spelt = [
        [f"{word[:3]}{a}{b}{word[5:]}" for word in DOZEN.split()]
        for a in "bfgjqwz"
        for b in "bfgjqwzu"
    ]
    filled(engine, [document(f"d{n}", " ".join(own), tags=own) for n, own in enumerate(spelt)])

    # When the twelve are asked for
    assert len(found(engine, DOZEN, approximate=True)) > 0


def test_very_long_and_strange_texts_are_answered(servers: SearchEngine) -> None:
    assert found(servers, "x\x00b " * 2000) == []
    assert found(servers, "𝕳𝖞𝖕𝖎𝖝𝖊𝖑") == ["hypixel", "hypixel-fans", "like-hypixel"]
    assert found(servers, "'; DROP TABLE docs; --") == []
