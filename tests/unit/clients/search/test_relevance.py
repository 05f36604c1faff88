"""How a typed text becomes a plan."""

from firstspawn.clients.search.relevance import Alternative, plan


def test_only_the_last_word_may_be_unfinished() -> None:
    made = plan("sky bl")

    assert made is not None
    own = [[a for a in unit if a.terms in (("sky",), ("bl",))] for unit in made.units]
    assert [any(a.prefix for a in unit) for unit in own] == [False, True]
    assert made.required == 2
    assert made.key == "skybl"


def test_slips_are_forgiven_by_length_and_only_when_asked() -> None:
    exact, close = plan("pvp hypixel survivals"), plan("pvp hypixel survivals", approximate=True)

    assert exact is not None
    assert close is not None
    assert not any(a.slips for unit in exact.units for a in unit)
    assert [max(a.slips for a in unit) for unit in close.units] == [0, 1, 2]
    assert (exact.required, close.required) == (3, 2)


def test_many_misspelt_words_mean_fewer_known_ones_each() -> None:
    def meanings(words: int) -> set[int]:
        made = plan(" ".join(f"survival{n}" for n in range(words)), approximate=True)
        assert made is not None
        return {a.meanings for unit in made.units for a in unit if a.slips}

    assert (meanings(1), meanings(6), meanings(12)) == ({50}, {50}, {25})


def test_pairs_of_a_run_have_to_match_in_one_field_and_never_loosely() -> None:
    made = plan("服务器", approximate=True)

    assert made is not None
    [unit] = made.units
    assert unit[0] == Alternative("nameTerms", ("服务", "务器"), 60)
    assert not any(a.prefix or a.slips for a in unit)


def test_a_text_without_words_has_no_plan() -> None:
    assert plan("★ !") is None


def test_long_texts_are_cut() -> None:
    made = plan("word " * 10 + " ".join(f"w{n}" for n in range(500)))

    assert made is not None
    assert len(made.units) == 12


def test_neighbours_are_also_looked_for_written_together() -> None:
    made = plan("sky block tower")

    assert made is not None
    together = [{a.terms[0]: a.prefix for a in unit} for unit in made.units]
    assert [sorted(one) for one in together] == [
        ["sky", "skyblock"],
        ["block", "blocktower", "skyblock"],
        ["blocktower", "tower"],
    ]
    assert [one.get("blocktower") for one in together] == [None, True, True]
    assert not any(one.get("skyblock") for one in together)


def test_a_misspelt_name_is_worth_more_the_nearer_it_is() -> None:
    short, middle, long = (plan(text, approximate=True) for text in ("abc", "abcd", "sky haven"))

    assert [made and made.slips for made in (short, middle, long)] == [0, 1, 2]
