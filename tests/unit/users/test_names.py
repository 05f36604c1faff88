"""Names that a reader would take for one another are one name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from firstspawn.users.names import fold_username, is_reserved
from firstspawn.users.schemas import USERNAME, Username

NAMES = TypeAdapter(Username)


@pytest.mark.parametrize(
    "names",
    [
        ("Steve", "STEVE", "5teve", "s_t-e_v-e"),
        ("Illi", "1ll1", "iiii", "LLLL"),
        ("Notch0", "NOTCHO"),
    ],
)
def test_names_that_read_the_same_fold_to_one(names: tuple[str, ...]) -> None:
    assert len({fold_username(name) for name in names}) == 1


@pytest.mark.parametrize(("one", "other"), [("steve", "stevo"), ("ab1", "ab2"), ("max", "maxx")])
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold_username(one) != fold_username(other)


@given(st.from_regex(USERNAME, fullmatch=True))
def test_folding_is_stable_and_never_empty(name: str) -> None:
    # When
    folded = fold_username(name)
    # Then
    assert folded
    assert fold_username(folded) == folded
    assert fold_username(name.swapcase()) == folded


@pytest.mark.parametrize(
    "name", ["admin", "ADMIN", "adm1n", "Ad-Min", "0fficia1", "me", "first-5pawn"]
)
def test_the_platforms_own_names_are_reserved_in_every_spelling(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize(
    "name",
    ["abc", "a-b", "A1_", "x" * 24, "x" * 25, "ab", "-ab", "ab-", "a b c", "äbc", "abc\n",
     "abc\x00", "аbс", "a__b", "1234"],
)  # fmt: skip
def test_a_name_is_ascii_and_3_to_24_long_with_an_alphanumeric_at_both_ends(name: str) -> None:
    # Given
    good = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{1,22}[A-Za-z0-9]", name) is not None
    # When
    try:
        NAMES.validate_python(name)
        taken = True
    except ValidationError:
        taken = False
    # Then
    assert taken is good
