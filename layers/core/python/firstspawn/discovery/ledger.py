"""Telling whether two large sets of documents are the same, without holding either in memory.

Ids fall into 64 buckets; each keeps a count, a checksum that does not depend on the order, and the
sum of the revisions. Buckets that differ tell where to look.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from firstspawn.discovery.documents import LAST_REVISION

BUCKETS = 64
_MODULUS = 2**64
Bucket = tuple[int, int, int]


@dataclass
class Ledger:
    """Counts, checksums and sums of revisions by bucket; tombstones count without a revision."""

    buckets: list[Bucket] = field(default_factory=lambda: [(0, 0, 0)] * BUCKETS)

    def add(self, entries: Iterable[tuple[str, int]], before: str = "") -> None:
        """Enter ids with their revisions; only those that sort before an id, if one is given."""
        for one, revision in entries:
            if before and one >= before:
                continue
            number, digest = _digest(one)
            count, checksum, revisions = self.buckets[number]
            known = 0 if revision == LAST_REVISION else revision
            self.buckets[number] = (
                count + 1,
                (checksum + digest) % _MODULUS,
                revisions + known,
            )

    @property
    def count(self) -> int:
        """How many were entered."""
        return sum(count for count, _, _ in self.buckets)

    def other_ids(self, other: "Ledger") -> set[int]:
        """The buckets in which the ids are not the same."""
        pairs = enumerate(zip(self.buckets, other.buckets, strict=True))
        return {number for number, (mine, theirs) in pairs if mine[:2] != theirs[:2]}

    def newer_than(self, other: "Ledger") -> set[int]:
        """The buckets whose revisions sum up to more than those of the other."""
        pairs = enumerate(zip(self.buckets, other.buckets, strict=True))
        return {number for number, (mine, theirs) in pairs if mine[2] > theirs[2]}


def bucket_of(one: str) -> int:
    """The bucket of an id."""
    return _digest(one)[0]


def in_buckets(entries: Sequence[tuple[str, int]], numbers: set[int]) -> list[tuple[str, int]]:
    """Those entries that fall into the buckets."""
    return [entry for entry in entries if bucket_of(entry[0]) in numbers]


def _digest(one: str) -> tuple[int, int]:
    digest = int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest())
    return digest % BUCKETS, digest
