"""Rate limits: who is let in, and what the answer says."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from firstspawn.errors import Unauthenticated, Unavailable
from firstspawn.ratelimit.errors import RateLimited
from firstspawn.ratelimit.policies import AUTH, POLICIES, REVIEWS, SEARCH, Audience, Window
from firstspawn.ratelimit.repository import Count, RateRepository
from firstspawn.ratelimit.service import RateLimiter, Subject
from firstspawn.users.schemas import Caller, Tier
from tests.support.rates import Counters

NOON = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)
OURS = {"writes", "mails", "refused", "reports", "staff"}  # not in the table of the seed
SEED_TABLE = {
    ("search", Audience.GUEST): Window(30, 60),
    ("search", Audience.USER): Window(60, 60),
    ("search", Audience.PREMIUM): Window(120, 60),
    ("search", Audience.SERVER_OWNER): Window(120, 60),
    ("reviews", Audience.USER): Window(5, 3600),
    ("reviews", Audience.PREMIUM): Window(10, 3600),
    ("reviews", Audience.SERVER_OWNER): Window(10, 3600),
    ("plugin", Audience.PLUGIN): Window(1000, 60),
    ("auth", Audience.GUEST): Window(5, 60),
    ("auth", Audience.USER): Window(10, 60),
    ("auth", Audience.PREMIUM): Window(10, 60),
    ("auth", Audience.SERVER_OWNER): Window(10, 60),
    ("favorites", Audience.USER): Window(100, 3600),
    ("favorites", Audience.PREMIUM): Window(200, 3600),
    ("favorites", Audience.SERVER_OWNER): Window(200, 3600),
}


class Silent(RateRepository):
    """An engine that refuses without showing the item."""

    def take(
        self, policy: str, subject: str, windows: Sequence[Window], second: int
    ) -> tuple[bool, list[Count]]:
        return False, [Count(w, 0, w.seconds - second % w.seconds) for w in windows]


def limiter(counters: RateRepository, now: datetime = NOON, scale: int = 1) -> RateLimiter:
    return RateLimiter(counters, b"k" * 32, lambda: now, scale)


@pytest.mark.parametrize(("name", "audience"), SEED_TABLE)
def test_every_row_of_the_seeds_table_is_a_limit(name: str, audience: Audience) -> None:
    assert POLICIES[name].windows[audience][-1] == SEED_TABLE[name, audience]


def test_nobody_else_is_in_a_row_of_the_seeds_table() -> None:
    # Given what the table leaves out is not allowed at all
    rows = {(n, a) for n in POLICIES.keys() - OURS for a in POLICIES[n].windows}
    # Then
    assert rows == SEED_TABLE.keys()


@pytest.mark.parametrize("audience", list(POLICIES["writes"].windows))
def test_the_seeds_bursts_hold_for_all_other_writes(audience: Audience) -> None:
    assert POLICIES["writes"].windows[audience] == (
        Window(10, 1),
        Window(60, 60),
        Window(100, 3600),
    )


def test_headers_count_down_to_the_refusal() -> None:
    # Given a guest at the start of a minute
    guards, guest = limiter(Counters()), Subject(Audience.GUEST, "ip")
    # When it signs in until it is refused
    left = [guards.check(AUTH, guest)["RateLimit"] for _ in range(5)]
    with pytest.raises(RateLimited) as refused:
        guards.check(AUTH, guest)
    # Then every answer told what was left, and the refusal when to come back
    assert left == [f'"auth";r={n};t=50' for n in (4, 3, 2, 1, 0)]
    assert refused.value.headers["Retry-After"] == "50"
    assert refused.value.headers["RateLimit-Policy"] == '"auth";q=5;w=60'
    assert refused.value.headers["RateLimit"] == '"auth";r=0;t=50'
    assert refused.value.extensions["type"].endswith("#quota-exceeded")


def test_a_burst_is_refused_for_a_second_only() -> None:
    # Given a user who used the second's ten requests
    counters, user = Counters(), Subject(Audience.USER, "u")
    for _ in range(10):
        limiter(counters).check(SEARCH, user)
    # When one more comes, and one a second later
    with pytest.raises(RateLimited) as refused:
        limiter(counters).check(SEARCH, user)
    headers = limiter(counters, NOON + timedelta(seconds=1)).check(SEARCH, user)
    # Then the first waits a second, and the second passes
    assert refused.value.headers["Retry-After"] == "1"
    assert headers["RateLimit-Policy"] == '"search-1s";q=10;w=1, "search";q=60;w=60'
    assert headers["RateLimit"] == '"search-1s";r=9;t=1, "search";r=49;t=49'


def test_a_refusal_waits_for_the_longest_of_the_full_windows() -> None:
    # Given a guest who used the minute's thirty requests, ten of them in this second
    counters, guest = Counters(), Subject(Audience.GUEST, "ip")
    for second in range(3):
        for _ in range(10):
            limiter(counters, NOON + timedelta(seconds=second)).check(SEARCH, guest)
    # When
    with pytest.raises(RateLimited) as refused:
        limiter(counters, NOON + timedelta(seconds=2)).check(SEARCH, guest)
    # Then
    assert refused.value.headers["Retry-After"] == "48"


def test_a_refusal_without_numbers_names_the_shortest_window() -> None:
    with pytest.raises(RateLimited) as refused:
        limiter(Silent()).check(SEARCH, Subject(Audience.GUEST, "ip"))
    assert refused.value.headers["Retry-After"] == "1"


def test_a_scale_multiplies_every_limit() -> None:
    headers = limiter(Counters(), scale=20).check(SEARCH, Subject(Audience.GUEST, "ip"))

    assert headers["RateLimit-Policy"] == '"search-1s";q=200;w=1, "search";q=600;w=60'


def test_what_is_not_for_guests_asks_them_to_sign_in() -> None:
    with pytest.raises(Unauthenticated):
        limiter(Counters()).check(REVIEWS, Subject(Audience.GUEST, "ip"))


def test_reads_pass_with_a_metric_and_logins_wait_when_the_counters_are_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Given
    guards, guest = limiter(Counters(down=True)), Subject(Audience.GUEST, "ip")
    # When
    with caplog.at_level(logging.WARNING):
        passed = guards.check(SEARCH, guest)
    with pytest.raises(Unavailable):
        guards.check(AUTH, guest)
    # Then
    assert passed == {}
    (line,) = caplog.records
    assert vars(line)["RateLimitFailedOpen"] == 1
    assert vars(line)["policy"] == "search"
    (directive,) = vars(line)["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["policy"]]
    assert directive["Metrics"] == [{"Name": "RateLimitFailedOpen", "Unit": "Count"}]


@pytest.mark.parametrize("name", ["auth", "mails", "plugin"])
def test_what_guards_secrets_and_rewards_fails_closed(name: str) -> None:
    closed = {policy.name for policy in POLICIES.values() if policy.closed}
    assert closed == {"auth", "mails", "plugin"}
    subject = Subject(next(iter(POLICIES[name].windows)), "x")
    with pytest.raises(Unavailable):
        limiter(Counters(down=True)).check(POLICIES[name], subject)


def test_a_site_of_ipv6_addresses_is_one_guest_and_no_address_is_kept() -> None:
    guards = limiter(Counters())

    assert guards.guest("2001:db8:1:2::1") == guards.guest("2001:db8:1:2:ffff::9")
    assert guards.guest("2001:db8:1:3::1") != guards.guest("2001:db8:1:2::1")
    assert guards.guest("::ffff:192.0.2.7") == guards.guest("192.0.2.7")
    assert guards.guest("192.0.2.7") != guards.guest("192.0.2.8")
    assert "192.0.2.7" not in guards.guest("192.0.2.7").key
    assert guards.guest("not an address") == guards.guest("")


def test_the_key_of_an_address_depends_on_the_stacks_key() -> None:
    other = RateLimiter(Counters(), b"o" * 32, lambda: NOON, 1)

    assert other.guest("192.0.2.7") != limiter(Counters()).guest("192.0.2.7")


@pytest.mark.parametrize("tier", Tier)
def test_a_user_has_the_limits_of_their_tier(tier: Tier) -> None:
    subject = limiter(Counters()).user(Caller("u", "s", 1, tier))

    assert subject == Subject(Audience[tier.name], "u")
