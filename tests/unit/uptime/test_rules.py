"""When a server counts as offline, and which changes people are shown."""

from dataclasses import replace
from typing import Any

import pytest

from firstspawn.clients.gameservers import PingResult
from firstspawn.clients.gameservers.icons import picture, vet_icon
from firstspawn.uptime.absence import INTERVAL
from firstspawn.uptime.rules import WINDOW, Change, have_moved, is_due, record, refuse
from firstspawn.uptime.state import NEVER, SOURCE_CHECK, RosterBook, Slot
from tests.support.gameservers import favicon, png
from tests.support.uptime import offline, online

NOON = 29_640_000
ICON = vet_icon(favicon(png())) or ""


@pytest.fixture
def book() -> RosterBook:
    """A roster nobody was asked in."""
    return RosterBook(hour=NOON // 60, rolled=0)


def play(book: RosterBook, answers: str, players: int = 10) -> list[Change | None]:
    """Record a run of answers for slot 0: `+` answered, `-` not."""
    checks = book.slots[0].checks if 0 in book.slots else 0
    return [
        record(
            book,
            0,
            online(players) if answer == "+" else offline(),
            NOON + (checks + number) * INTERVAL,
        )
        for number, answer in enumerate(answers)
    ]


@pytest.mark.parametrize(
    ("answers", "is_online"),
    [
        ("+", True),
        ("-", False),
        ("+-", True),
        ("+--", True),
        ("+---", False),
        ("+----", False),
        ("+---+", True),
        ("+--+--", True),
        ("-+", True),
        ("--", False),
    ],
)
def test_offline_takes_three_failures_and_online_takes_one_answer(
    book: RosterBook, answers: str, is_online: bool
) -> None:
    play(book, answers)

    assert book.slots[0].online is is_online


def test_a_server_that_never_answered_is_shown_offline_at_once(book: RosterBook) -> None:
    (change,) = play(book, "-")

    assert change == Change(
        0, {"isOnline": False, "uptime": 0.0, "playerCount": 0, "latency": None}, None
    )


def test_a_first_answer_is_shown_whole(book: RosterBook) -> None:
    (change,) = play(book, "+")

    shown: dict[str, Any] = {"isOnline": True, "uptime": 100.0, "playerCount": 10, "latency": 20}
    shown |= {"maxPlayers": 100, "gameVersion": "1.21.4", "motd": "Welcome", "motdCodes": None}
    shown |= {"source": SOURCE_CHECK, "iconUrl": None}
    assert change == Change(0, shown, NOON)


def test_a_query_that_is_silent_for_a_check_or_two_changes_nothing(book: RosterBook) -> None:
    # Given a server whose query tells its players
    alive = PingResult(online=True, latency_ms=9, alive_only=True)
    record(book, 0, online(7), NOON)
    # When only the game answers, twice, and then the query again
    answers = [alive, alive, online(7)]
    changes = [record(book, 0, answer, NOON + 5 * n) for n, answer in enumerate(answers, 1)]
    # Then
    assert changes == [None, None, None]


def test_what_a_query_told_once_does_not_stay_for_ever(book: RosterBook) -> None:
    # Given a server whose query told its players
    alive = PingResult(online=True, latency_ms=9, alive_only=True)
    record(book, 0, online(7), NOON)
    # When it falls silent for good, as for whoever takes the plugin away
    changes = [record(book, 0, alive, NOON + 5 * n) for n in range(1, 6)]
    # Then the third check takes the number back, once
    told = [change and change.values["playerCount"] for change in changes]
    assert told == [None, None, 0, None, None]


def test_a_query_that_hides_players_leaves_their_maximum_to_others(book: RosterBook) -> None:
    hidden = replace(online(), players=None, hides_players=True)

    change = record(book, 0, hidden, NOON)

    assert change is not None
    assert "maxPlayers" not in change.values
    assert (change.values["gameVersion"], change.values["motd"]) == ("1.21.4", "Welcome")


def test_an_unchanged_check_shows_nothing(book: RosterBook) -> None:
    assert play(book, "++++")[1:] == [None, None, None]


def test_going_offline_is_shown_with_the_last_answers_time(book: RosterBook) -> None:
    book.slots[0] = Slot(0, online=True, players=10, uptime=1000, checks=8000, answered=8000)
    play(book, "+")

    changes = play(book, "---")

    assert changes[:2] == [None, None]
    assert changes[2] is not None
    assert changes[2].values == {
        "isOnline": False, "uptime": 100.0, "playerCount": 0, "latency": None,
    }  # fmt: skip
    assert changes[2].seen == NOON + 8000 * INTERVAL


def test_a_failure_that_is_not_yet_shown_keeps_the_players(book: RosterBook) -> None:
    _, second = play(book, "+-")

    assert second is not None, "the percentage fell by half"
    assert (second.values["isOnline"], second.values["playerCount"]) == (True, 10)
    assert "motd" not in second.values


@pytest.mark.parametrize(
    ("shown", "players", "moved"),
    [
        (10, 14, False),
        (10, 15, True),
        (10, 5, True),
        (200, 219, False),
        (200, 220, True),
        (1, 0, True),
        (0, 1, True),
        (0, 0, False),
        (4, 1, False),
    ],
)
def test_players_are_shown_beyond_a_tenth_or_five_and_to_or_from_zero(
    shown: int, players: int, moved: bool
) -> None:
    assert have_moved(shown, players) is moved


@pytest.mark.parametrize("other", [{"motd": "Hi"}, {"version": "1.21.5"}, {"max_players": 50}])
def test_another_look_is_shown_once_half_an_hour(book: RosterBook, other: dict[str, Any]) -> None:
    record(book, 0, online(), NOON)

    assert record(book, 0, online(**other), NOON + 5) is None
    assert record(book, 0, online(**other), NOON + 30) is not None
    assert record(book, 0, online(**other), NOON + 35) is None


def test_a_look_that_changes_at_every_check_costs_two_writes_an_hour(book: RosterBook) -> None:
    shown = [
        record(book, 0, online(motd=f"frame {minute}"), NOON + minute) is not None
        for minute in range(0, 180, INTERVAL)
    ]

    assert sum(shown) == 6


def test_players_are_shown_at_once_without_the_look_that_waits(book: RosterBook) -> None:
    record(book, 0, online(), NOON)

    change = record(book, 0, online(50, motd="new"), NOON + 5)

    assert change is not None
    assert change.values["playerCount"] == 50
    assert "motd" not in change.values


def test_a_missed_check_in_maintenance_does_not_count(book: RosterBook) -> None:
    play(book, "++")

    for number in range(5):
        record(book, 0, offline(), NOON + 10 + number * INTERVAL, excused=True)

    slot = book.slots[0]
    assert (slot.checks, slot.answered, slot.hour.checks) == (2, 2, 2)
    assert (slot.online, slot.down, slot.uptime) == (False, NEVER, 1000)


def test_an_answered_check_in_maintenance_counts(book: RosterBook) -> None:
    record(book, 0, online(), NOON, excused=True)

    assert (book.slots[0].checks, book.slots[0].answered) == (1, 1)


def test_slow_drift_is_shown_once_it_adds_up(book: RosterBook) -> None:
    record(book, 0, online(20), NOON)
    shown = [record(book, 0, online(players), NOON) is not None for players in range(21, 31)]

    assert shown == [False] * 4 + [True] + [False] * 4 + [True]


def test_the_percentage_is_shown_when_it_moves_by_half_a_point(book: RosterBook) -> None:
    book.slots[0] = Slot(0, online=True, players=10, uptime=1000, checks=600, answered=600)
    book.slots[0].look = 1
    record(book, 0, online(), NOON)

    changes = play(book, "-+-+-+-+")

    shown = [change.values["uptime"] for change in changes if change]
    assert shown == [99.5]


def test_totals_fade_so_that_an_old_outage_is_forgotten(book: RosterBook) -> None:
    book.slots[0] = Slot(0, checks=WINDOW, answered=WINDOW // 2)

    play(book, "+")

    assert (book.slots[0].checks, book.slots[0].answered) == (WINDOW // 2 + 1, WINDOW // 4 + 1)


def test_an_hours_sums_add_up(book: RosterBook) -> None:
    for number, answer in enumerate([online(4, 10), online(8, 30), offline()]):
        record(book, 0, answer, NOON + number)

    assert book.slots[0].hour.row() == (3, 2, 12, 8, 40, 0)


def test_an_answer_without_players_is_not_nobody(book: RosterBook) -> None:
    answers = [online(4, 10), online(None, 20), PingResult(online=True, alive_only=True)]
    for number, answer in enumerate(answers):
        record(book, 0, answer, NOON + number)

    sums = book.slots[0].hour
    assert (sums.answered, sums.told, sums.players, sums.peak) == (3, 1, 4, 4)


def test_who_is_new_due_or_moved_is_asked() -> None:
    slot = Slot(due=NOON + 5, address=7)

    assert is_due(None, NOON, 7)
    assert is_due(slot, NOON + 5, 7)
    assert is_due(slot, NOON, 8)
    assert not is_due(slot, NOON + 4, 7)


def test_a_forced_check_without_an_answer_lets_the_next_answer_be_shown(book: RosterBook) -> None:
    play(book, "++")

    forced = record(book, 0, offline(), NOON + 10, force=True)
    following = record(book, 0, online(), NOON + 15)

    assert forced is not None
    assert forced.values["isOnline"] is True
    assert following is not None
    assert following.values["motd"] == "Welcome"


def test_an_icon_is_told_once_and_its_end_too(book: RosterBook) -> None:
    # Given a server with an icon
    first = record(book, 0, online(icon_text=ICON), NOON)
    # When nothing changes, then the message of the day, then the icon goes
    same = record(book, 0, online(icon_text=ICON), NOON + 60)
    look = record(book, 0, online(icon_text=ICON, motd="Hi"), NOON + 120)
    gone = record(book, 0, online(motd="Hi"), NOON + 180)
    # Then
    assert first is not None
    assert first.icon == picture(ICON)
    assert same is None
    assert look is not None
    assert (look.icon, "iconUrl" in look.values) == (None, False)
    assert gone is not None
    assert (gone.icon, gone.values["iconUrl"]) == (None, None)


def test_the_looks_of_a_message_are_shown_with_it(book: RosterBook) -> None:
    change = record(book, 0, online(motd="Hi", description={"text": "Hi", "color": "red"}), NOON)

    assert change is not None
    assert change.values["motdCodes"] == "§r§cHi"


def test_being_blocked_is_told_when_it_begins_and_ends(book: RosterBook) -> None:
    record(book, 0, online(), NOON)

    changes = [
        record(book, 0, online(), NOON + 5, blocked=blocked) for blocked in (True, True, False)
    ]

    told = [change and change.values["isEulaBlocked"] for change in changes]
    assert told == [True, None, None]
    assert changes[1] is None
    assert changes[2] is not None


def test_another_edition_dresses_no_server_that_is_briefly_silent(book: RosterBook) -> None:
    # Given a Java server in its own look
    bedrock = online(20, version="1.21.50", motd="Geyser", max_players=20)
    record(book, 0, online(icon_text=ICON), NOON)
    # When it is silent twice, so that only its Bedrock edition answers, and is back
    brief = [record(book, 0, bedrock, NOON + 40 + 5 * n, stands_in=True) for n in range(2)]
    back = record(book, 0, online(20, icon_text=ICON), NOON + 50)
    # Then its players are shown, and it keeps its look
    assert brief[0] is not None
    assert (brief[0].values["isOnline"], brief[0].values["playerCount"]) == (True, 20)
    assert {"motd", "gameVersion", "maxPlayers", "iconUrl"}.isdisjoint(brief[0].values)
    assert (brief[1], back) == (None, None)


def test_another_edition_dresses_a_server_whose_own_is_gone_until_it_is_back(
    book: RosterBook,
) -> None:
    # Given a Java server in its own look
    bedrock = online(version="1.21.50", motd="Geyser")
    record(book, 0, online(icon_text=ICON), NOON)
    # When it is silent for longer, and then back
    gone = [record(book, 0, bedrock, NOON + 40 + 5 * n, stands_in=True) for n in range(4)]
    back = record(book, 0, online(icon_text=ICON), NOON + 60)
    # Then both are shown at once
    assert [change and change.values["motd"] for change in gone] == [None, None, "Geyser", None]
    assert back is not None
    assert (back.values["motd"], back.icon) == ("Welcome", picture(ICON))


def test_a_new_server_of_which_another_edition_answers_wears_its_look(book: RosterBook) -> None:
    change = record(book, 0, online(motd="Geyser"), NOON, stands_in=True)

    assert change is not None
    assert change.values["motd"] == "Geyser"


def test_a_forced_check_shows_all_that_a_lost_round_may_have_shown(book: RosterBook) -> None:
    # Given a server with an icon, and a round that showed its end, a block and an absence
    record(book, 0, online(icon_text=ICON), NOON)
    # When what that round showed is lost, and the next finds none of it
    change = record(book, 0, online(icon_text=ICON), NOON + 5, force=True)
    # Then all of it is taken back
    assert change is not None
    ended = ("isEulaBlocked", "absenceStage", "unreachableSince", "isUnlisted")
    assert [change.values[name] for name in ended] == [None] * 4
    assert change.icon == picture(ICON)


def test_a_forced_check_without_an_answer_lets_the_next_show_the_icon(book: RosterBook) -> None:
    record(book, 0, online(icon_text=ICON), NOON)
    record(book, 0, offline(), NOON + 5, force=True)

    change = record(book, 0, online(icon_text=ICON), NOON + 10)

    assert change is not None
    assert change.icon == picture(ICON)


def test_what_was_refused_is_shown_whole_with_the_next_answer(book: RosterBook) -> None:
    # Given a first answer that was not shown
    record(book, 0, online(icon_text=ICON), NOON, blocked=True)
    refuse(book.slots[0], NOON)
    # When it answers again, and once more
    answers = [record(book, 0, online(icon_text=ICON), NOON + 5 * n, blocked=True) for n in (1, 2)]
    # Then
    assert answers[0] is not None
    assert answers[0].values["isEulaBlocked"] is True
    assert (answers[0].values["motd"], answers[0].icon) == ("Welcome", picture(ICON))
    assert answers[1] is None


def test_what_is_refused_without_an_answer_is_tried_again_once_a_day(book: RosterBook) -> None:
    tried = 0
    for minute in range(NOON, NOON + 3 * 24 * 60, INTERVAL):
        if record(book, 0, offline(), minute):
            tried += 1
            refuse(book.slots[0], minute)

    assert tried == 3
