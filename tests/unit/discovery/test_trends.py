"""What recent growth is, night by night."""

from firstspawn.discovery.trends import Counts, noted, trend


def test_growth_counts_from_the_newest_note_that_is_a_week_old() -> None:
    past = [Counts(100, 600, 2, 3), Counts(104, 6000, 4, 3), Counts(109, 12000, 6, 3)]

    # Ten days after the first note, the one of a week and a bit ago is the base
    assert trend(Counts(112, 12600, 7, 13), past) == (12600 - 6000) // 60 + 3 * 20 + 10 * 5


def test_what_was_never_noted_has_grown_from_nothing() -> None:
    assert trend(Counts(112, 120, 1, 0), []) == 2 + 20
    assert trend(Counts(112, 120, 1, 0), [Counts(111, 60, 1, 0)]) == 2 + 20


def test_growth_ends_when_nothing_happens_for_a_week() -> None:
    past = [Counts(100, 600, 2, 3)]

    assert trend(Counts(106, 600, 2, 3), past) > 0
    assert trend(Counts(107, 600, 2, 3), past) == 0


def test_what_shrinks_is_no_growth() -> None:
    assert trend(Counts(112, 0, 0, 0), [Counts(100, 600, 2, 3)]) == 0


def test_only_changes_are_noted_and_few_notes_are_kept() -> None:
    # Given a server that changes every night for a month, then rests
    past: list[Counts] = []
    for day in range(100, 130):
        past = noted(Counts(day, day * 60, 1, 1), past) or past
    rested = noted(Counts(140, 129 * 60, 1, 1), past)

    assert [note.day for note in past] == list(range(122, 130))
    assert rested is None
    assert noted(Counts(100), []) is None
