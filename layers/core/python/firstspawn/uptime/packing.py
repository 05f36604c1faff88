"""A table of small integers as few bytes: columns of JSON, deflated.

Columns and not rows because alike numbers side by side compress best (a roster's state of 100
servers: ~2.4 KB); JSON and not structs because a column can be appended without a migration.
"""

import json
import zlib
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any

Row = tuple[int, ...]


def pack(rows: Mapping[int, Row], header: Mapping[str, Any] | None = None) -> bytes:
    """Pack rows of one length under ascending integer keys (slots, hours), and a small header."""
    ordered = sorted(rows)
    steps = ordered[:1] + [after - before for before, after in pairwise(ordered)]
    columns = list(zip(*(rows[key] for key in ordered), strict=True))
    text = json.dumps({"h": header or {}, "k": steps, "c": columns}, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def unpack(data: bytes) -> tuple[dict[int, Row], dict[str, Any]]:
    """Read what `pack` wrote: the rows by key, and the header."""
    content = json.loads(zlib.decompress(data))
    keys = accumulate(content["k"])
    return dict(zip(keys, zip(*content["c"], strict=True), strict=True)), content["h"]
