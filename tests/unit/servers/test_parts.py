"""Three items as one server."""

from typing import Any

from firstspawn.servers.models import Location, Server, ServerParts, ServerStats
from firstspawn.uptime.models import ServerStatus
from firstspawn.users.models import User


def _server(**fields: Any) -> Server:
    return Server(id="01", version=4, **fields)


def test_parts_are_told_apart_whatever_their_order() -> None:
    server, stats, status = _server(), ServerStats(), ServerStatus()

    assert ServerParts.of([status, stats, User(), server]) == (server, stats, status)


def test_without_an_entry_there_is_no_server() -> None:
    assert ServerParts.of([ServerStats(), ServerStatus()]) is None


def test_the_revision_is_the_sum_of_the_versions_there_are() -> None:
    parts = ServerParts(_server(), None, ServerStatus(version=7))

    assert parts.revision == 11


def test_a_server_nobody_rated_or_checked_shows_zeros() -> None:
    shown = ServerParts(_server(), None, None).flat()

    assert [shown[name] for name in ("averageRating", "reviewCount", "playerCount", "uptime")] == [
        0, 0, 0, 0,
    ]  # fmt: skip
    assert shown["isOnline"] is False
    assert shown["maxPlayers"] is None
    assert shown["location"] is None


def test_counters_are_shown_as_averages_and_hours() -> None:
    stats = ServerStats(reviewCount=3, ratingSum=14, totalPlaytimeMinutes=179, favoriteCount=5)

    shown = ServerParts(_server(), stats, None).flat()

    assert (shown["averageRating"], shown["totalPlaytime"], shown["favoriteCount"]) == (4.67, 2, 5)


def test_the_owners_word_on_the_version_comes_first() -> None:
    status = ServerStatus(gameVersion="Paper 1.21.4")

    assert ServerParts(_server(), None, status).flat()["version"] == "Paper 1.21.4"
    said = ServerParts(_server(gameVersion="1.8-1.21"), None, status).flat()
    assert said["version"] == "1.8-1.21"


def test_a_region_gives_a_place_where_the_owner_gave_none() -> None:
    somewhere = ServerParts(_server(region="EU"), None, None).flat()["location"]
    here = Location(lat=1, lon=2)  # type: ignore[no-untyped-call]

    assert 40 < somewhere.lat < 60
    assert ServerParts(_server(region="EU", location=here), None, None).flat()["location"] is here
