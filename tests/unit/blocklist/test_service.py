"""Who is on Mojang's list, and that a broken list never replaces a good one."""

import hashlib

import pytest

from firstspawn.blocklist.errors import BlocklistRefused
from firstspawn.blocklist.service import BlocklistService
from firstspawn.clients.objects import ObjectUnavailable
from tests.support.clock import FrozenClock


class Site:
    """Publishes a list, and keeps objects."""

    def __init__(self, *patterns: str) -> None:
        self.text = "\n".join(hashlib.sha1(pattern.encode()).hexdigest() for pattern in patterns)
        self.objects: dict[str, bytes] = {}
        self.reads = 0
        self.is_down = False

    def fetch(self) -> str:
        return self.text

    def read(self, key: str, max_bytes: int) -> bytes | None:
        self.reads += 1
        if self.is_down:
            raise ObjectUnavailable(key)
        return self.objects.get(key)

    def write(self, key: str, data: bytes, content_type: str) -> None:
        self.objects[key] = data


def service(site: Site, clock: FrozenClock) -> BlocklistService:
    return BlocklistService(site, site, clock)


@pytest.mark.parametrize(
    ("host", "is_blocked"),
    [
        ("play.exact.example", True),
        ("PLAY.Exact.example", True),
        ("other.exact.example", False),
        ("any.wild.example", True),
        ("a.b.wild.example", True),
        ("wild.example", True),
        ("wild.example.org", False),
        ("192.0.2.7", True),
        ("192.0.3.7", False),
        ("198.51.100.1", True),
        ("2001:db8::1", False),
        ("", False),
        ("é\ud800", False),
    ],
)
def test_hosts_are_blocked_by_themselves_and_by_patterns(
    clock: FrozenClock, host: str, is_blocked: bool
) -> None:
    # Given
    site = Site("play.exact.example", "*.wild.example", "192.0.2.*", "198.*")
    blocklist = service(site, clock)
    assert blocklist.refresh() == 4
    # When / Then
    assert blocklist.is_blocked(host) is is_blocked


def test_without_a_list_nobody_is_blocked(clock: FrozenClock) -> None:
    assert not service(Site(), clock).is_blocked("play.example.com")


@pytest.mark.parametrize("text", ["", "\n \n", "<html>", "ab" * 20 + "\nxyz", "ab" * 20 + " x"])
def test_what_is_no_list_replaces_nothing(clock: FrozenClock, text: str) -> None:
    # Given a list that is kept
    site = Site("play.example.com")
    blocklist = service(site, clock)
    blocklist.refresh()
    # When
    site.text = text
    with pytest.raises(BlocklistRefused):
        blocklist.refresh()
    # Then
    assert blocklist.is_blocked("play.example.com")


def test_a_list_that_lost_more_than_half_of_itself_is_refused(clock: FrozenClock) -> None:
    # Given
    site = Site(*(f"s{number}.example" for number in range(10)))
    blocklist = service(site, clock)
    blocklist.refresh()
    lines = site.text.splitlines()
    # When / Then
    site.text = "\n".join(lines[:4])
    with pytest.raises(BlocklistRefused):
        blocklist.refresh()
    site.text = "\n".join(lines[:5])
    assert blocklist.refresh() == 5


def test_the_list_is_read_once_an_hour(clock: FrozenClock) -> None:
    site = Site("play.example.com")
    blocklist = service(site, clock)

    assert not blocklist.is_blocked("play.example.com")
    service(site, clock).refresh()
    assert not blocklist.is_blocked("play.example.com")
    clock.advance(hours=1)
    assert blocklist.is_blocked("play.example.com")
    assert site.reads == 3


def test_a_store_that_is_down_stops_nobody_and_takes_no_list_away(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a list that was read, and a store that went down since
    site = Site("play.example.com")
    blocklist = service(site, clock)
    blocklist.refresh()
    assert blocklist.is_blocked("play.example.com")
    site.is_down, site.reads = True, 0
    clock.advance(hours=1)
    # When hosts are looked up for a while
    for _ in range(10):
        assert blocklist.is_blocked("play.example.com")
        clock.advance(minutes=1)
    # Then it was asked again every five minutes, and each time was told
    assert site.reads == 2
    assert [record.BlocklistNotRead for record in caplog.records] == [1, 1]  # type: ignore[attr-defined]
    # And a process that never read it blocks nobody
    assert not service(site, clock).is_blocked("play.example.com")
    # And when it is back the list is what it says
    site.is_down = False
    site.objects.clear()
    assert not blocklist.is_blocked("play.example.com")
