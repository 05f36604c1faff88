"""The terms texts become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.clients.search.analysis import (
    fold,
    index_terms,
    key,
    name_terms,
    query_terms,
    searchable,
    words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("SKY", "sky"),
        ("ＳＫＹ", "sky"),
        ("ꜱᴋʏ", "sky"),
        ("𝕾𝖐𝖞", "sky"),
        ("Crème Brûlée", "creme brulee"),
        ("Straße", "strasse"),
        ("Łódź Øst ÆON", "lodz ost aeon"),
        ("Ёлка", "елка"),
        ("İstanbul ılık", "istanbul ilik"),
        # Marks that make another letter stay.
        ("ガンダム", "ガンダム"),
        ("한국", "한국"),
        ("हिन्दी", "हिन्दी"),
        ("เซิร์ฟเวอร์", "เซิร์ฟเวอร์"),
        # Vowels that are mostly not written, and a dash that makes words longer.
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("شبــكة", "شبكة"),
        ("שָׁלוֹם", "שלום"),
        # What decorates a letter, or cannot be seen.
        ("S\u0489k\u20ddy\u0336", "sky"),
        ("sky\u200dblock\u00ad\u2060", "skyblock"),
        ("葛\U000e0100", "葛"),
        ("क्\u200dष", "क्ष"),
    ],
)
def test_fold_brings_spellings_together(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_separated_by_everything_that_is_none() -> None:
    assert words("Sky_Block-PvP! 2.0★наш мир") == ["sky", "block", "pvp", "2v0", "наш", "мир"]
    assert words(" ★ ") == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("⚔️Анархия⚔️", "анархия"),
        ("❤️Love❤️Craft", "love craft"),
        ("👨🏽\u200d🌾Farms", "farms"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿England🏴\u200d☠️", "england"),
        ("1️⃣Survival2️⃣", "1 survival 2"),
        ("❶Survival ⑩PvP ⒈Sky", "1 survival 10 pvp 1 sky"),
        ("Hypixel™️ Two℠", "hypixel two"),
        ("🅱️edwars ⓈⓀⓎ 🅢🅚🅨 🄢🄚🄨", "bedwars sky sky sky"),
        ("Sky\u3164Block\u2800X", "sky block x"),
        ("⚔️生存服⚔️", "生存服"),
        ("✨مَدينة✨", "مدينة"),
        ("⚔️\ufe0f\u200d", ""),
    ],
)
def test_decorated_names_have_the_words_of_plain_ones(name: str, plain: str) -> None:
    assert words(name) == plain.split()
    assert key(name) == plain.replace(" ", "")


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_is_read_like_any_other_text(text: str) -> None:
    # Given a word beyond ASCII behind it, which takes the general way
    assert [*words(text), "я"] == words(f"{text} я")


def test_key_ignores_what_separates() -> None:
    assert key("Sky Block") == key("sky_block") == key("SkyBlock") == "skyblock"


def test_names_are_found_apart_and_together() -> None:
    assert {"skyblock", "sky", "block"} <= name_terms("SkyBlock")
    assert {"skyblock", "sky", "block"} <= name_terms("Sky Block")
    assert name_terms("PvP") == {"pvp"}


def test_scripts_without_blanks_become_pairs_and_singles() -> None:
    assert index_terms("生存服") == {"生存", "存服", "生", "存", "服"}
    assert query_terms("生存服") == [("生存", "存服")]
    assert query_terms("生") == [("生",)]


def test_mixed_scripts_are_cut_where_the_script_changes() -> None:
    assert query_terms("MC生存 pvp pvp") == [("mc",), ("生存",), ("pvp",)]


def test_terms_have_a_greatest_length() -> None:
    assert max(map(len, name_terms("a" * 500 + " " + "b" * 500))) == 64
    assert key("ß" * 64) == "s" * 64


def test_a_document_is_found_by_name_slug_tags_and_game() -> None:
    terms = searchable(
        {
            "name": "Sky Realm",
            "slug": "sky-realm-2",
            "tags": ["pvp"],
            "gameType": "HYTALE",
            "shortDescription": None,
            "description": "Long",
        }
    )

    assert terms == {
        "nameKey": "skyrealm",
        "slugKey": "skyrealm2",
        "nameTerms": "2 realm realm2 sky skyrealm",
        "tagTerms": "hytale pvp",
        "shortTerms": "",
        "descriptionTerms": "long",
    }
