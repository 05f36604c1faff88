"""A demo to look at: accounts, 200 servers that answer pings, a day of their past, reviews.

    python -m infra.demo.seed

fills the stack of the environment: the same every time, and only what is missing. Everybody's
password is `Demo-Player-1`; log in as `demo@example.com` (an owner), `demo-moderator@example.com`
or `demo-admin@example.com`.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import shake_256
from ipaddress import IPv4Network

from firstspawn.audit.schemas import Actor
from firstspawn.availability.errors import MaintenanceOverlaps
from firstspawn.availability.schemas import PlanMaintenance
from firstspawn.clients.gameservers import Failure, PingResult
from firstspawn.clients.gameservers.text import plain
from firstspawn.config import Settings, Stack
from firstspawn.db import keys
from firstspawn.discovery.schemas import SearchParams
from firstspawn.kit.ids import id_source
from firstspawn.moderation.schemas import ChangeListing
from firstspawn.servers.entry_repository import EntryRepository
from firstspawn.servers.models import SlugGuard
from firstspawn.servers.registration import ServerRegistration
from firstspawn.uptime.repository import RosterRepository
from firstspawn.users.schemas import Caller, Role
from firstspawn.wiring import Container
from infra.demo.data_servers import SERVERS, DemoServer
from infra.demo.population import snapshot
from infra.demo.seed_accounts import seed_accounts, user_id
from infra.demo.seed_forms import owners, registered_at, registration
from infra.demo.seed_reviews import seed_reviews

PORT, BEDROCK_PORT = 25601, 25602
_WRITERS = 8
_PAST = timedelta(days=1)
_PAUSE_SECONDS = 0.2
_LOOPBACK = IPv4Network("127.0.0.0/8")

Progress = Callable[[str], None]


def seed(container: Container, progress: Progress = lambda _: None) -> None:
    """Add what the demo lacks; `progress` is told each step. Raises ValueError on AWS.

    Servers come through the registration service, so that index, first checks and everything else
    that follows from a registration follow here too.
    """
    if container.settings.stack is Stack.AWS:
        raise ValueError("the demo's password is public: it is not for AWS")
    container.database()
    progress(f"{container.tags.seed()} tags added")
    progress(f"{seed_accounts()} accounts added")
    added = _seed_servers(container)
    progress(f"{added} servers added")
    if added:
        progress(f"{_invent_past(container)} servers were given a past")
    if added == len(SERVERS):
        seeded = seed_reviews(_by_id(), container.clock())
        progress("{} reviews, {} votes and {} favourites added".format(*seeded))
        progress(f"{_plan_maintenance(container)} servers will be maintained")
        progress(f"{_feature(container)} servers are featured")


def await_index(container: Container, seconds: float = 60) -> bool:
    """Wait until a search finds every demo server: the index follows the table's stream.

    Returns False if it does not within `seconds`, as where nothing consumes the stream.
    """
    everything = SearchParams(limit=1)
    deadline = time.monotonic() + seconds
    while container.discovery.search(everything).total < len(SERVERS):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def _seed_servers(container: Container) -> int:
    present = _present()
    missing = [server for server in SERVERS if server.slug not in present]
    owned_by, users, tags = owners(), container.users, container.tags
    entries = EntryRepository(RosterRepository())

    def register(server: DemoServer) -> None:
        owner = owned_by[server.slug]
        moment = registered_at(server, owner)

        def random(size: int) -> bytes:
            return shake_256(server.slug.encode()).digest(size)

        service = ServerRegistration(
            entries, tags, users,
            clock=lambda: moment, random=random,
            new_id=id_source(lambda: moment, random), ping_allow=[_LOOPBACK],
        )  # fmt: skip
        form = registration(server, PORT, BEDROCK_PORT, container.clock())
        service.register(Caller(user_id(owner), "demo", 1), form)

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(register, missing))
    return len(missing)


def _invent_past(container: Container) -> int:
    """Let every roster remember yesterday, as the demo's world would have answered."""
    slugs = {server_id: slug for slug, server_id in _present().items()}
    return container.uptime_replay.import_history(
        container.clock() - _PAST, lambda server_id, moment: _answer(slugs, server_id, moment)
    )


def _plan_maintenance(container: Container) -> int:
    """Announce an hour of tomorrow's small hours (UTC) for one server in 25."""
    tomorrow = container.clock().replace(hour=4, minute=0) + timedelta(days=1)
    window = PlanMaintenance(begins=tomorrow, ends=tomorrow + timedelta(hours=1))
    owned_by, maintained = owners(), SERVERS[::25]
    for server in maintained:
        owner = Caller(user_id(owned_by[server.slug]), "demo", 1)
        with suppress(MaintenanceOverlaps):  # a seeding that broke off had announced it
            container.maintenance.plan(owner, server.slug, window)
    return len(maintained)


def _feature(container: Container) -> int:
    """Recommend one server in 50, as the demo's admin."""
    admin = Actor(user_id("demo-admin"), Role.ADMIN, "demo")
    form = ChangeListing(isFeatured=True, reason="The demo's choice")
    featured = SERVERS[3::50]
    for server in featured:
        container.staff.feature(admin, server.slug, form)
    return len(featured)


def _present() -> Mapping[str, str]:
    """Slug -> server id of the demo's servers that are there: two batch reads."""
    wanted = {keys.slug(server.slug): server.slug for server in SERVERS}
    guards = SlugGuard.batch_get([tuple(key) for key in wanted])
    return {wanted[keys.Key(guard.PK, guard.SK)]: guard.serverId for guard in guards}


def _by_id() -> Mapping[str, DemoServer]:
    """The demo's servers by id: two batch reads."""
    present = _present()
    return {present[server.slug]: server for server in SERVERS}


def _answer(slugs: Mapping[str, str], server_id: str, moment: datetime) -> PingResult:
    if server_id not in slugs:
        return PingResult.failed(Failure.UNREACHABLE)
    seen = snapshot(slugs[server_id], moment)
    if not seen.online:
        return PingResult.failed(Failure.REFUSED)
    return PingResult(
        online=True,
        latency_ms=12 + round(seen.delay * 1000),
        players=seen.players,
        max_players=seen.max_players,
        version=seen.version,
        motd=_plain(seen.motd),
    )


@lru_cache(maxsize=len(SERVERS))
def _plain(motd: str) -> str | None:
    """A server says the same at every check."""
    return plain(motd)


def main() -> None:
    """Seed the stack that the environment names."""
    seed(Container(Settings.from_environment()), print)


if __name__ == "__main__":
    main()
