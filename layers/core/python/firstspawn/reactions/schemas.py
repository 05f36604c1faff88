"""A happening: what the table's stream told, as the domain speaks of it."""

from typing import Any

from firstspawn.kit.dto import Dto


class Happening(Dto):
    """What happened, `identity.changed` say. `id` stays the same when it is told again.

    `data` are the attributes that say to whom it happened; how things stand by now has to be read
    again, for happenings come at least once and in any order.
    """

    id: str
    event: str
    data: dict[str, Any]
