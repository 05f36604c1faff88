"""What a search says about its texts: marks, corrections, versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.clients.search.relevance import plan
from firstspawn.clients.search.spelling import distance
from firstspawn.discovery.corrections import corrected
from firstspawn.discovery.highlights import highlights
from firstspawn.discovery.languages import languages, usual_case
from firstspawn.discovery.versions import versions


def marked(text: str, query: str, *, approximate: bool = False) -> str | None:
    made = plan(query, approximate=approximate)
    assert made is not None
    return highlights({"name": text}, made).get("name")


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Sky Realms", "sky", "<em>Sky</em> Realms"),
        ("Sky Realms", "re", "Sky <em>Realms</em>"),
        ("ＳＫＹ Café", "cafe sky", "<em>ＳＫＹ</em> <em>Café</em>"),
        ("Sky_Block", "skyblock", "<em>Sky_Block</em>"),
        ("<b>Sky</b> & Co", "sky", "&lt;b&gt;<em>Sky</em>&lt;/b&gt; &amp; Co"),
        ("生存服务器", "服务器", "生存<em>服务器</em>"),
        ("Зимний Лес", "лес", "Зимний <em>Лес</em>"),
        ("Paper 1.21.4", "1.21", "Paper <em>1.21.4</em>"),
        ("⚔️Анархия⚔️ 2", "анархия", "⚔️<em>Анархия</em>⚔️ 2"),
        ("1️⃣Survival", "surv", "1️⃣<em>Survival</em>"),
        ("Sky\u200dBlock", "skyblock", "<em>Sky\u200dBlock</em>"),
        ("مُحَمَّد هنا", "محمد", "<em>مُحَمَّد</em> هنا"),
        ("🅱️edwars", "bedwars", "<em>🅱️edwars</em>"),
        ("हिन्दी सर्वर", "हिन्दी", "<em>हिन्दी</em> सर्वर"),
        ("Nothing here", "sky", None),
    ],
)
def test_what_was_typed_is_marked_and_the_rest_escaped(
    text: str, query: str, expected: str | None
) -> None:
    assert marked(text, query) == expected


def test_a_misspelt_word_is_marked_where_it_was_forgiven() -> None:
    assert marked("Hypixel", "hypixle", approximate=True) == "<em>Hypixel</em>"
    assert marked("Hypixel", "hypixle") is None


def test_of_a_long_description_the_part_around_the_mark_is_given() -> None:
    made = plan("dragons")
    assert made is not None

    text = highlights({"description": "word " * 100 + "here be dragons " + "more " * 100}, made)

    assert "<em>dragons</em>" in text["description"]
    assert text["description"][0] == text["description"][-1] == "…"
    assert len(text["description"]) < 200


def test_slips_are_looked_for_once_a_word_and_not_beyond_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given two long descriptions of nearly the word that was typed, and of nearly many words
    compared: list[tuple[str, str]] = []

    def counting(term: str, word: str, slips: int) -> int:
        compared.append((term, word))
        return distance(term, word, slips)

    monkeypatch.setattr("firstspawn.discovery.highlights.distance", counting)
    made = plan("adventrue", approximate=True)
    assert made is not None

    # When both are marked
    same = highlights({"description": "adventura " * 300}, made)
    many = highlights({"description": " ".join(f"adv{n}" for n in range(600))}, made)

    # Then letters are compared once a word, and of a few words only
    assert same["description"].startswith("<em>adventura</em> <em>adventura</em>")
    assert many == {}
    assert compared.count(("adventrue", "adventura")) == 1
    assert len(compared) == len(set(compared)) < 100


@given(st.text(max_size=80), st.text(min_size=1, max_size=20))
def test_marks_never_break_markup_or_lose_text(text: str, query: str) -> None:
    made = plan(query, approximate=True)
    if made is None:
        return

    for html in highlights({"name": text}, made).values():
        assert html.count("<") == 2 * html.count("</em>")
        assert len(html) >= len(text)


@pytest.mark.parametrize(
    ("text", "hits", "expected"),
    [
        ("hypixle", ["Hypixel Network", "Hypixels"], "hypixel"),
        ("Hypixle survival", ["Hypixel", "Old Survival"], "hypixel survival"),
        ("skybock 1.21", ["Sky Block"], "skyblock 1.21"),
        ("zinmij les", ["Зимний Лес"], None),
        ("сервр", ["Сервер"], "сервер"),
        ("hypixel", ["Hypixel"], None),
        ("hypixle", [], None),
    ],
)
def test_a_misspelt_text_is_corrected_from_the_best_hits(
    text: str, hits: list[str], expected: str | None
) -> None:
    made = plan(text, approximate=True)
    assert made is not None

    assert corrected(text, made, [{"name": name} for name in hits]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, []),
        ("1.21", ["1.21"]),
        ("Paper 1.21.4", ["1.21", "1.21.4"]),
        ("1.19.x - 1.21.1", ["1.19", "1.20", "1.21", "1.21.1"]),
        ("Requires MC 1.8 / 1.21", ["1.8", "1.21"]),
        ("Velocity 1.8-1.10", ["1.8", "1.9", "1.10"]),
        ("1.2-1.999", ["1.2", "1.999"]),
        ("24w14a / 24w14a", ["24w14a"]),
        ("Early Access", []),
        ("skyblock bedwars 1.21 hypixel 8b", ["1.21"]),
        ("9" * 5000 + ".1", None),
    ],
)
def test_versions_are_found_in_what_servers_say(
    text: str | None, expected: list[str] | None
) -> None:
    found = versions(text and text[:64])

    assert expected is None or found == expected


@pytest.mark.parametrize(
    ("typed", "tag", "found_by"),
    [
        ("EN", "en", ["en"]),
        ("pt-br", "pt-BR", ["pt", "pt-BR"]),
        ("ZH-HANS-cn", "zh-Hans-CN", ["zh", "zh-Hans", "zh-Hans-CN"]),
    ],
)
def test_languages_are_found_by_what_they_belong_to_in_any_case(
    typed: str, tag: str, found_by: list[str]
) -> None:
    assert usual_case(typed) == tag
    assert languages(tag) == found_by
    assert languages(None) == []


def test_a_long_row_of_digits_is_no_version_and_no_work() -> None:
    assert versions("1" * 20_000 + ".2") == []
