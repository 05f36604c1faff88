"""The functions' logs for a person: a line each, with time, function, request and what matters."""

import json
import time
import zlib
from typing import Any

_COLOURS = (36, 32, 35, 34, 33, 96, 92, 95)
_LEVELS = {"WARNING": 33, "ERROR": 31, "CRITICAL": 31}
_NOISE = {
    "level", "message", "timestamp", "service", "location", "name", "cold_start", "xray_trace_id",
    "function_name", "function_arn", "function_memory_size", "function_request_id", "exception",
    "exception_name", "stack_trace",
}  # fmt: skip
_NAME_WIDTH = 16


def format_line(function: str, request_id: str, text: str, *, now: float, colour: bool) -> str:
    """One readable entry for one line that a function wrote; JSON is unfolded.

    `function` is the short name; `now` is in epoch seconds, shown as local time.
    """
    clock = time.strftime("%H:%M:%S", time.localtime(now))
    shade = _COLOURS[zlib.crc32(function.encode()) % len(_COLOURS)]
    name = _paint(f"{function:{_NAME_WIDTH}}", shade, colour)
    return f"{clock} {name} {request_id[:8]:8} {_body(text, colour)}"


def _body(text: str, colour: bool) -> str:
    entry = _parse(text)
    if entry is None:
        return text
    level = str(entry.get("level", "INFO"))
    extras = " ".join(f"{key}={_short(value)}" for key, value in entry.items() if key not in _NOISE)
    painted = _paint(f"{level:7}", _LEVELS.get(level, 2), colour)
    line = f"{painted} {entry['message']} {extras}".rstrip()
    return f"{line}\n{entry['exception']}" if "exception" in entry else line


def _parse(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        entry = json.loads(text)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "message" in entry else None


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _paint(text: str, code: int, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
