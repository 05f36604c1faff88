"""The fields of a server's entry as owners may fill them in."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from firstspawn.kit.text import clean
from firstspawn.servers.slugs import LONGEST_SLUG, normal_slug

_URL = re.compile(r"https://[!#-;=?-\[\]_a-z~]+", re.ASCII)  # no quotes, brackets, spaces
_DISCORD_HOSTS = {"discord.gg", "discord.com", "www.discord.com"}
_EARLIEST_LAUNCH, _LATEST_LAUNCH = 2009, 2100
_LONGEST_URL = 512


class GameType(StrEnum):
    """The game that is played."""

    MINECRAFT = "MINECRAFT"
    HYTALE = "HYTALE"


class ServerEdition(StrEnum):
    """How a server is spoken to at its main address."""

    JAVA = "JAVA"
    BEDROCK = "BEDROCK"
    HYTALE = "HYTALE"


class Region(StrEnum):
    """Where a server stands, roughly."""

    EU = "EU"
    NA = "NA"
    SA = "SA"
    AS = "AS"
    OC = "OC"
    AF = "AF"
    ME = "ME"


def visible_line(text: str) -> str:
    """Clean one line. Raises ValueError if nothing to be seen is left."""
    cleaned = clean(text)
    if not cleaned:
        raise ValueError("must not be blank")
    return cleaned


def secure_url(text: str) -> str:
    """Check a web address. Raises ValueError unless it is https, without credentials."""
    if not _URL.fullmatch(text):
        raise ValueError("must be an https URL, percent-encoded where it is not ASCII")
    parts = urlsplit(text)
    try:
        valid = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("must be an https URL with a host and without credentials")
    return text


def discord_url(text: str) -> str:
    """Check an invitation's address. Raises ValueError."""
    parts = urlsplit(secure_url(text))
    if parts.netloc.lower() not in _DISCORD_HOSTS or len(parts.path) < 2:
        raise ValueError("must be an invitation at https://discord.gg or https://discord.com")
    return text


def launch_date(moment: datetime) -> datetime:
    """Read a moment without an offset as UTC. Raises ValueError for years nobody can mean."""
    if not _EARLIEST_LAUNCH <= moment.year < _LATEST_LAUNCH:
        raise ValueError(f"must lie between {_EARLIEST_LAUNCH} and {_LATEST_LAUNCH - 1}")
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


Slug = Annotated[
    str,
    Field(
        min_length=3,
        max_length=LONGEST_SLUG,
        description="Made of lower case letters, digits and single hyphens; unique",
        examples=["emerald-isles"],
    ),
    AfterValidator(normal_slug),
]
Name = Annotated[str, Field(min_length=2, max_length=64), AfterValidator(visible_line)]
ShortDescription = Annotated[str, Field(max_length=160), AfterValidator(clean)]
Description = Annotated[
    str, Field(max_length=4000), AfterValidator(lambda text: clean(text, multiline=True))
]
Host = Annotated[
    str,
    Field(min_length=1, max_length=253, description="A host name or an IP address, without port"),
]
Port = Annotated[int, Field(ge=1, le=65535)]
QueryPort = Annotated[
    int,
    Field(ge=1, le=65535, description="Where the Nitrado Query plugin answers; usually port + 3"),
]
Url = Annotated[
    str,
    Field(max_length=_LONGEST_URL, json_schema_extra={"format": "uri"}),
    AfterValidator(secure_url),
]
DiscordUrl = Annotated[
    str,
    Field(max_length=_LONGEST_URL, json_schema_extra={"format": "uri"}),
    AfterValidator(discord_url),
]
GameVersion = Annotated[str, Field(max_length=32), AfterValidator(clean)]
Language = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
        description="A BCP 47 tag: language, optional script, optional region",
        examples=["en", "pt-BR", "zh-Hans"],
    ),
]
LaunchDate = Annotated[datetime, AfterValidator(launch_date)]
TagSlugs = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64)]],
    Field(max_length=10, description="Slugs of `GET /tags`"),
]
