"""What the demo's players think of its servers: reviews, votes, favourites, and their counters.

Written in batches, as the services' transactions would have left them one by one: only into a
demo that has just been made, whose servers nobody has counted anything of yet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple, TypeVar

from firstspawn.db import keys
from firstspawn.db.item import Item
from firstspawn.favorites.repository import count_item, favorite_item
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.models import Review
from firstspawn.reviews.repository import entry_of, new_review
from firstspawn.reviews.verification import VERIFIED_MINUTES, is_verified
from firstspawn.reviews.vote_repository import vote_item
from firstspawn.servers.models import ServerStats
from infra.demo.data_people import NAMES
from infra.demo.data_reviews import OPINIONS, REPLIES
from infra.demo.data_servers import DemoServer
from infra.demo.seed_accounts import joined, user_id
from infra.demo.seed_forms import owners, registered_at

_WRITERS, _BATCH = 8, 250
_MOST_REVIEWS, _MOST_VOTES = 14, 5


T = TypeVar("T")


class Seeded(NamedTuple):
    """How much was added."""

    reviews: int
    votes: int
    favorites: int


def seed_reviews(servers: Mapping[str, DemoServer], now: datetime) -> Seeded:
    """Let players have their say of these servers (by id): batch writes. Return how much."""
    counted: dict[str, Counter[str]] = {server: Counter() for server in servers}
    reviews = [one for server in servers.items() for one in _reviews(*server, now)]
    votes = [vote for review in reviews for vote in _votes(review, now)]
    for review in reviews:
        counted[review.serverId].update(review.counted())
    kept = list(_favorites(servers))
    counts = Counter(user for user, _ in kept)
    for _, server in kept:
        counted[server]["favoriteCount"] += 1
    stats = (
        ServerStats.at(keys.server_stats(server), serverId=server, **numbers)
        for server, numbers in counted.items()
        if numbers
    )
    _write(
        [
            *reviews, *map(entry_of, reviews), *votes, *stats,
            *(favorite_item(user, server, _moment(user, server, now)) for user, server in kept),
            *(count_item(user, number) for user, number in counts.items()),
        ]
    )  # fmt: skip
    return Seeded(len(reviews), len(votes), len(kept))


def _reviews(server_id: str, server: DemoServer, now: datetime) -> Iterator[Review]:
    owner = owners()[server.slug]
    opened = registered_at(server, owner)
    people = sorted(NAMES, key=lambda name: _draw(server.slug, name))
    for name in islice(people, _number(server)):
        written = max(opened, joined(name)) + timedelta(days=1)
        if name == owner or written >= now:
            continue
        moment = written + (now - written) * (_draw(server.slug, name, "when") % 1000 / 1000)
        played = _draw(server.slug, name, "played")
        minutes = VERIFIED_MINUTES + played % 6000 if played % 5 < 3 else 0
        review = new_review(
            Pair(server_id, user_id(name)), _said(server, name), is_verified(minutes), minutes,
            moment.replace(microsecond=0),
        )  # fmt: skip
        if _draw(server.slug, name, "reply") % 6 == 0:
            review.reply = _one(REPLIES, server.slug, name)
            review.repliedAt = min(now, moment + timedelta(hours=20)).replace(microsecond=0)
        yield review


def _number(server: DemoServer) -> int:
    """A few servers have many reviews, many have a few."""
    popular = _draw(server.slug, "reviews") % 1000 / 1000
    return round(_MOST_REVIEWS * popular**2)


def _said(server: DemoServer, name: str) -> dict[str, object]:
    """Stars around what the server is worth, and words to them."""
    worth, taste = _draw(server.slug, "worth") % 25, _draw(server.slug, name, "taste") % 25
    stars = max(1, min(5, round((23 + worth + taste - 12) / 10)))
    opinions = OPINIONS.get(server.language, OPINIONS["en"])[stars]
    first, second = _one(opinions.firsts, name, "1"), _one(opinions.seconds, name, server.slug)
    title = _one(opinions.titles, server.slug, name)
    return {"rating": stars, "title": title, "content": f"{first} {second}"}


def _votes(review: Review, now: datetime) -> Iterator[Item]:
    """Some reviews are voted on, good ones for the most part up; also in the review."""
    number = max(0, _draw(review.id, "votes") % (3 * _MOST_VOTES) - 2 * _MOST_VOTES)
    voters = sorted(NAMES, key=lambda name: _draw(review.id, name))
    for name in islice((one for one in voters if user_id(one) != review.userId), number):
        upvote = _draw(review.id, name, "vote") % 4 > 0
        review.upvotes += upvote
        review.downvotes += not upvote
        yield vote_item(review, user_id(name), upvote, now)


def _favorites(servers: Mapping[str, DemoServer]) -> Iterator[tuple[str, str]]:
    most = max(1, len(servers) // 12)
    for name in ("demo", *NAMES):
        liked = sorted(servers, key=lambda one: _draw(servers[one].slug, name, "liked"))
        for server in liked[: _draw(name, "favorites") % (most + 1)]:
            yield user_id(name), server


def _moment(user: str, server: str, now: datetime) -> datetime:
    return now - timedelta(minutes=1 + _draw(user, server) % 40_000)


def _write(items: Iterable[Item]) -> None:
    left = iter(items)
    batches = iter(lambda: list(islice(left, _BATCH)), [])

    def write(batch: list[Item]) -> None:
        with Item.batch_write() as writer:
            for item in batch:
                writer.save(item)

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(write, batches))


def _one(choices: tuple[T, ...], *what: str) -> T:
    return choices[_draw(*what) % len(choices)]


def _draw(*what: str) -> int:
    return int.from_bytes(blake2b("/".join(what).encode(), digest_size=8).digest(), "big")
