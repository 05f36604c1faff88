"""Structured JSON logs that hold no secret and no mail address, whatever a message carries."""

import re
from functools import lru_cache
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from firstspawn.wiring import container

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]+")
_SECRETS = re.compile(
    r"(?i)(\"?(?:password|passwordHash|authorization|cookie|secret|token|accessToken|refreshToken)\"?"
    r"\s*[=:]\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,}]+)"
)
_JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+")


def scrub(line: str) -> str:
    """Blank out mail addresses, JSON web tokens and the values of fields named like secrets."""
    return _SECRETS.sub(r'\1"***"', _JWT.sub("***", _MAIL.sub("***@***", line)))


class _Formatter(LambdaPowertoolsFormatter):
    def serialize(self, log: dict[str, Any]) -> str:  # type: ignore[override]
        return scrub(super().serialize(log))


@lru_cache(maxsize=1)
def logger() -> Logger:
    """The process's logger. Loggers below `firstspawn` write through it."""
    return Logger(
        service="firstspawn",
        level=container().settings.log_level,
        logger_formatter=_Formatter(),
    )
