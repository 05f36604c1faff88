"""Text people type loses what cannot be seen, and nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.kit.text import clean, fold, slugify


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \t b  ", "a b"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("pay\u202epal", "paypal"),
        ("zero\u200bwidth", "zerowidth"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("one\ntwo", "one two"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_line_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_newlines_stay_where_they_are_meant() -> None:
    assert clean("one\r\ntwo \n\tthree", multiline=True) == "one\ntwo \n three"


@given(st.text(), st.booleans())
def test_cleaning_twice_changes_nothing_more(text: str, multiline: bool) -> None:
    # When
    once = clean(text, multiline=multiline)
    # Then
    assert clean(once, multiline=multiline) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


def test_names_that_look_alike_fold_alike() -> None:
    assert fold("ＦｉｒｓｔＳｐａｗｎ") == fold("firstspawn") == "firstspawn"


@given(st.text(), st.integers(1, 64))
def test_a_slug_is_short_ascii_without_stray_hyphens(text: str, longest: int) -> None:
    # When
    slug = slugify(text, longest)
    # Then
    assert len(slug) <= longest
    assert slug == slug.strip("-")
    assert "--" not in slug
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in slug)


def test_accents_are_dropped_in_slugs() -> None:
    assert slugify("Crème Brûlée — 2!") == "creme-brulee-2"
