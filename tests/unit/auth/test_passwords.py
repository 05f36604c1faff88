"""Passwords are strong enough going in, unreadable when stored, and equally slow to refuse."""

import statistics
import time

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from firstspawn.auth import passwords
from firstspawn.auth.passwords import check_password_rules, hash_password, password_matches


@pytest.mark.parametrize(
    "password", ["Abcdefg1", "ÄÖÜßabc1", "Пароль123", "Correct Horse 9 Battery"]
)
def test_a_password_with_all_kinds_of_characters_is_good(password: str) -> None:
    assert check_password_rules(password) == password


@pytest.mark.parametrize(
    ("password", "missing"),
    [("abcdefg1", "upper"), ("ABCDEFG1", "lower"), ("Abcdefgh", "digit"), ("", "upper")],
)
def test_the_rule_that_is_broken_is_named(password: str, missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        check_password_rules(password)


def test_a_hash_matches_its_password_alone() -> None:
    # Given
    stored = hash_password("Diamond-1")
    # When / Then
    assert password_matches(stored, "Diamond-1")
    for wrong in ("diamond-1", "Diamond-1 ", "", "Diamond-1\x00", "Dïamond-1"):
        assert not password_matches(stored, wrong)


def test_hashes_are_salted_argon2id_as_owasp_asks_for_one_core() -> None:
    # When
    one, other = hash_password("Diamond-1"), hash_password("Diamond-1")
    # Then
    assert one != other
    parameters = extract_parameters(one)
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_no_password_fits_an_account_without_one(stored: str | None) -> None:
    assert not any(password_matches(stored, guess) for guess in ("", "Diamond-1", "nobody"))


def test_the_hash_of_nobody_costs_what_a_real_one_does() -> None:
    # Given
    nobody, real = (extract_parameters(h) for h in (passwords._NOBODY, hash_password("Diamond-1")))
    # Then
    assert (nobody.type, nobody.memory_cost, nobody.time_cost, nobody.parallelism) == (
        real.type, real.memory_cost, real.time_cost, real.parallelism
    )  # fmt: skip


def test_an_unknown_account_is_refused_as_slowly_as_a_wrong_password() -> None:
    # Given
    stored = hash_password("Diamond-1")

    def cost(of: str | None) -> float:
        started = time.process_time()
        password_matches(of, "Wrong-1")
        return time.process_time() - started

    # When: CPU time, alternating, so that a busy machine weighs on both alike
    pairs = [(cost(stored), cost(None)) for _ in range(9)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    # Then
    assert 0.5 < unknown / known < 2
