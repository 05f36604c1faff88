"""What the API says of tags."""

from enum import StrEnum

from firstspawn.kit.dto import Dto


class Category(StrEnum):
    """What a tag tells of a server."""

    GAMEMODE = "gamemode"
    FEATURE = "feature"
    COMMUNITY = "community"
    PLATFORM = "platform"
    DIFFICULTY = "difficulty"


class TagView(Dto):
    """A tag. `icon` names a symbol of the frontend, `color` is `#rrggbb`."""

    slug: str
    name: str
    category: Category
    color: str | None
    icon: str | None
    description: str | None
    isActive: bool
    sortOrder: int


class TagList(Dto):
    """Tags that may be used, in the order to show them; the list is never longer than a page."""

    items: list[TagView]
    nextCursor: str | None = None
