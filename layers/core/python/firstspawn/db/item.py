"""The base of every item, and the one connection all of them share."""

from datetime import datetime
from typing import Any, ClassVar, Self

from pynamodb.attributes import (
    Attribute,
    DiscriminatorAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import STRING
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from firstspawn.db.keys import Key
from firstspawn.kit.clock import epoch, parse_rfc3339, rfc3339


class MomentAttribute(Attribute[datetime]):
    """A UTC time, stored as RFC 3339 with milliseconds: readable, and sorts as it should."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """Format for the table."""
        return rfc3339(value)

    def deserialize(self, value: str) -> datetime:
        """Read what was stored."""
        return parse_rfc3339(value)


class Index1(GlobalSecondaryIndex[Any]):
    """Lists people look at: all attributes are projected."""

    class Meta:
        index_name = "GSI1"
        projection = AllProjection()

    GSI1PK = UnicodeAttribute(hash_key=True)
    GSI1SK = UnicodeAttribute(range_key=True)


class Index2(GlobalSecondaryIndex[Any]):
    """Second orderings and work lists: keys only."""

    class Meta:
        index_name = "GSI2"
        projection = KeysOnlyProjection()

    GSI2PK = UnicodeAttribute(hash_key=True)
    GSI2SK = UnicodeAttribute(range_key=True)


class Item(Model):
    """One item. A subclass names its discriminator: `class Session(Item, discriminator="Session")`.

    `version` grows by one at every write of something people or readers compare (ETag, If-Match,
    the search document's external version). `expiresAt` is DynamoDB's TTL in epoch seconds; an
    expired item counts as absent although it may still be there.
    """

    class Meta:
        table_name: ClassVar[str] = ""
        region: ClassVar[str] = ""
        host: ClassVar[str | None] = None
        max_pool_connections: ClassVar[int] = 64
        connect_timeout_seconds: ClassVar[float] = 2
        read_timeout_seconds: ClassVar[float] = 8
        max_retry_attempts: ClassVar[int] = 3

    PK = UnicodeAttribute(hash_key=True)
    SK = UnicodeAttribute(range_key=True)
    type = DiscriminatorAttribute()
    version = NumberAttribute(default=1)
    createdAt = MomentAttribute(null=True)
    updatedAt = MomentAttribute(null=True)
    expiresAt = NumberAttribute(null=True)
    GSI1PK = UnicodeAttribute(null=True)
    GSI1SK = UnicodeAttribute(null=True)
    GSI2PK = UnicodeAttribute(null=True)
    GSI2SK = UnicodeAttribute(null=True)
    index1 = Index1()
    index2 = Index2()

    @classmethod
    def at(cls, key: Key, **attributes: Any) -> Self:
        """Make an instance under a key of `keys.py`."""
        return cls(key.pk, key.sk, **attributes)

    @classmethod
    def find(cls, key: Key, now: datetime, *, consistent: bool = False) -> Self | None:
        """Read one item by key: one call. None if it is absent or expired.

        Raises ValueError for an item of another type: two kinds never share a key.
        """
        try:
            item = cls.get(key.pk, key.sk, consistent_read=consistent)
        except cls.DoesNotExist:
            return None
        return item if item.is_alive(now) else None

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the TTL still lies ahead."""
        return self.expiresAt is None or self.expiresAt > epoch(now)

    @classmethod
    def absent(cls, now: datetime) -> Any:
        """Condition: nothing (alive) is stored under this key."""
        return cls.PK.does_not_exist() | (cls.expiresAt <= epoch(now))

    @classmethod
    def present(cls, now: datetime) -> Any:
        """Condition: something alive is stored under this key."""
        return cls.PK.exists() & (cls.expiresAt.does_not_exist() | (cls.expiresAt > epoch(now)))


def connect(table: str, region: str, endpoint: str | None = None) -> None:
    """Point every item class at a table.

    The base connects first: a subclass finds its connection by inheritance instead of making a
    client of its own (66-220 ms each).
    """
    meta = Item.Meta
    meta.table_name, meta.region, meta.host = table, region, endpoint
    Item._connection = None  # noqa: SLF001 -- PynamoDB has no public way to reconnect
    Item._get_connection()  # noqa: SLF001


def make_client() -> None:
    """Make the client of the connection now. Threads that start with it would each make one."""
    _ = Item._get_connection().connection.client  # noqa: SLF001
