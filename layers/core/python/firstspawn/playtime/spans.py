"""Arithmetic on spans of whole seconds: `[start, end)`, in epoch seconds.

A set of spans is kept sorted, disjoint and without spans that touch.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.end - self.start


def measure(spans: Iterable[Span]) -> int:
    """Seconds in all of them."""
    return sum(span.seconds for span in spans)


def clip(span: Span, low: int, high: int) -> Span | None:
    """The part of a span between two moments, if any."""
    start, end = max(span.start, low), min(span.end, high)
    return Span(start, end) if start < end else None


def subtract(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of spans without those taken (a set)."""
    left = []
    for span in spans:
        start = span.start
        for other in taken:
            if other.end <= start or other.start >= span.end:
                continue
            if other.start > start:
                left.append(Span(start, other.start))
            start = max(start, other.end)
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def union(spans: Iterable[Span]) -> list[Span]:
    """Any spans as a set."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def within(spans: Sequence[Span], most: int) -> list[Span]:
    """A set of at most so many spans that covers another one: the smallest gaps are closed."""
    kept = list(spans)
    while len(kept) > most:
        gaps = [kept[at + 1].start - kept[at].end for at in range(len(kept) - 1)]
        at = gaps.index(min(gaps))
        kept[at : at + 2] = [Span(kept[at].start, kept[at + 1].end)]
    return kept


def by_hour(spans: Iterable[Span]) -> dict[int, int]:
    """Seconds in each hour since 1970."""
    hours: dict[int, int] = {}
    for start, end in spans:
        at = start
        while at < end:
            hour = at // 3600
            upto = min(end, (hour + 1) * 3600)
            hours[hour] = hours.get(hour, 0) + upto - at
            at = upto
    return hours


def most_at_once(spans: Iterable[Span]) -> int:
    """How many spans overlap in their busiest second."""
    edges = [edge for start, end in spans for edge in ((start, 1), (end, -1))]
    busiest = running = 0
    for _, step in sorted(edges):
        running += step
        busiest = max(busiest, running)
    return busiest
