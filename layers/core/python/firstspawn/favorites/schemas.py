"""What the API says of favourites."""

from datetime import datetime

from firstspawn.kit.dto import Dto
from firstspawn.servers.schemas import ServerView


class FavoriteView(Dto):
    """A server somebody keeps; `server` is null once its owner has removed it."""

    serverId: str
    createdAt: datetime
    server: ServerView | None


class FavoriteList(Dto):
    """A page of favourites, the newest first."""

    items: list[FavoriteView]
    nextCursor: str | None
