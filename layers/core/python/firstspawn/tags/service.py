"""The catalogue: read from the table at most once a minute in each process."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from firstspawn.errors import Invalid
from firstspawn.kit.clock import Clock
from firstspawn.tags.catalogue import CATALOGUE
from firstspawn.tags.errors import CategoryNotFound
from firstspawn.tags.repository import TagRepository
from firstspawn.tags.schemas import Category, TagList, TagView

_KEPT = timedelta(seconds=60)


class TagService:
    """Lists tags and checks those that servers are given."""

    def __init__(self, repository: TagRepository, clock: Clock) -> None:
        self._repository, self._clock = repository, clock
        self._read_at: datetime | None = None
        self._active: dict[str, TagView] = {}

    def list(self, category: str | None = None) -> TagList:
        """The tags in use, of one category or all. Raises CategoryNotFound."""
        if category is not None and category not in set(Category):
            raise CategoryNotFound
        tags = self._catalogue().values()
        return TagList(items=[tag for tag in tags if category in (None, tag.category)])

    def check(self, slugs: Sequence[str]) -> Sequence[str]:
        """Return the tags without repetitions. Raises Invalid naming the unknown ones."""
        wanted = list(dict.fromkeys(slugs))
        known = self._catalogue() if wanted else {}
        if unknown := [slug for slug in wanted if slug not in known]:
            raise Invalid(
                [{"field": "tags", "message": f"there is no tag {slug!r}"} for slug in unknown],
                code="unknown_tag",
            )
        return wanted

    def seed(self) -> int:
        """Add what the catalogue lacks and leave the rest as it is; return how many were added."""
        present = {tag.slug for tag in self._repository.all()}
        missing = [entry for entry in CATALOGUE if entry.slug not in present]
        self._repository.add(missing, self._clock())
        self._read_at = None
        return len(missing)

    def _catalogue(self) -> dict[str, TagView]:
        now = self._clock()
        if self._read_at is None or now - self._read_at >= _KEPT:
            tags = [TagView.model_validate(tag) for tag in self._repository.all() if tag.isActive]
            tags.sort(key=lambda tag: (tag.sortOrder, tag.slug))
            self._active, self._read_at = {tag.slug: tag for tag in tags}, now
        return self._active
