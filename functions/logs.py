"""Structured JSON logs that hold no secret and no mail address, whatever a message carries.

Values are scrubbed before they are serialised: no pattern has to know JSON's escapes, and none
can break the line. Every pattern is linear in the text (it runs on what clients send): a match
may only begin where a token begins, and repetitions are possessive.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from firstspawn.wiring import container

_HIDDEN = "***"
_HIDDEN_FIELDS = (
    "password|passwordHash|secret|token|accessToken|refreshToken|authorization|cookie|set-cookie|"
    "apiKey|api_key|seed|input_value"
)
_HIDDEN_FIELD = re.compile(rf"(?i)(?:{_HIDDEN_FIELDS})")
_LOCAL = r"[^\s\"@<>,;:()\[\]{}=/]"
_MAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@(?:[\w-]++\.?)++")
_MAIL_IN_URL = re.compile(r"(?<![\w.+%-])(?:(?!%40)[\w.+%-])++%40[\w.-]++", re.IGNORECASE)
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]++\.[\w-]++\.[\w-]++")
_HEADER = re.compile(r"(?i)\b((?:set-)?cookie|authorization)([\"']?\s{0,3}[=:]\s{0,3})[^\r\n]++")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s{1,3}[^\s\"',]++")
_SECRETS = re.compile(
    rf"(?i)({_HIDDEN_FIELDS})([\"']?\s{{0,3}}[=:]\s{{0,3}})"
    r"(?:\"(?:[^\"\\]|\\.)*+(?:\"|$)|'(?:[^'\\]|\\.)*+(?:'|$)|[^\s,}&]++)"
)


def scrub(text: str) -> str:
    """Blank out mail addresses, credentials and the values of fields named like secrets."""
    for pattern, replacement in (
        (_JWT, _HIDDEN),
        (_BEARER, rf"\1 {_HIDDEN}"),
        (_SECRETS, rf"\1\2{_HIDDEN}"),
        (_HEADER, rf"\1\2{_HIDDEN}"),
        (_MAIL, _HIDDEN),
        (_MAIL_IN_URL, _HIDDEN),
    ):
        text = pattern.sub(replacement, text)
    return text


def scrubbed(value: Any) -> Any:
    """Scrub every string of a JSON-like value; whatever is kept under a secret's name is hidden."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {
            key: _HIDDEN if _HIDDEN_FIELD.fullmatch(str(key)) else scrubbed(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple | set):
        return [scrubbed(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else scrub(str(value))


class _Formatter(LambdaPowertoolsFormatter):
    def serialize(self, log: dict[str, Any]) -> str:  # type: ignore[override]
        return super().serialize(scrubbed(log))


@lru_cache(maxsize=1)
def logger() -> Logger:
    """The process's logger. Loggers below `firstspawn` write through it."""
    return Logger(
        service="firstspawn",
        level=container().settings.log_level,
        logger_formatter=_Formatter(),
    )
