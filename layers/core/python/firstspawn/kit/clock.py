"""Time as a dependency: services ask a clock, tests freeze it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return now in UTC, to the millisecond (what the table and the API show)."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(moment: datetime) -> datetime:
    """Cut a moment to whole milliseconds, so that a stored time equals the time answered."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970: what DynamoDB's TTL and JWT claims count in."""
    return int(moment.timestamp())


def rfc3339(moment: datetime) -> str:
    """Format as `2026-11-23T01:02:03.456Z`; strings sort as the moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment.microsecond // 1000:03d}Z"
    )


def parse_rfc3339(text: str) -> datetime:
    """Read what `rfc3339` wrote. Raises ValueError for anything that is no date with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return moment.astimezone(UTC)
