"""Lets rules look at what is written, after it was: they block nothing."""

from contextlib import suppress
from datetime import timedelta

from firstspawn.kit.clock import Clock
from firstspawn.kit.signing import sha256_hex
from firstspawn.moderation.errors import AlreadyReported
from firstspawn.moderation.flag_repository import FlagRepository, Written
from firstspawn.moderation.flags import (
    FLOOD,
    FLOOD_WITHIN,
    REPEATED,
    Flag,
    Sight,
    fingerprint,
    flags,
)
from firstspawn.moderation.reports import until_current
from firstspawn.reactions.schemas import Happening
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.reviews.ids import read_id
from firstspawn.reviews.visibility import ReviewVisibility


class FlagService:
    """Flags reviews and opens their cases."""

    def __init__(
        self, repository: FlagRepository, visibility: ReviewVisibility, clock: Clock
    ) -> None:
        self._flags, self._visibility, self._clock = repository, visibility, clock

    def examine(self, happening: Happening) -> None:
        """`review.written {id}`: 4 reads and a write; a transaction if a rule finds something.

        What was found in a text is told once: if the staff approved it, it stays approved.
        """
        now = self._clock()
        written = self._flags.find(read_id(happening.data["id"]), now)
        found = self._look(written) if written else []
        if written is None or not found:
            return
        reasons, text_id = ", ".join(found), sha256_hex(written.text)[:32]
        also = self._flags.reporting(written.pair, text_id, reasons, now)
        with suppress(AlreadyReported, ReviewNotFound):
            if not self._visibility.flag(written.pair.id, reasons, also):
                # It bears that mark, of an earlier text perhaps: a warning leaves it there.
                until_current(lambda: self._flags.report(also))

    def _look(self, written: Written) -> list[Flag]:
        now, pair = self._clock(), written.pair
        print_of = fingerprint(written.text)
        repeated = self._flags.others_saying(print_of, pair.id, REPEATED, now) if print_of else 0
        lately = self._flags.written_since(pair.userId, now - FLOOD_WITHIN, FLOOD)
        age = now - written.authorSince if written.authorSince else timedelta.max
        return flags(Sight(written.text, age, repeated, lately))
