"""What goes into a ping and what comes out: values only, so that anyone may import them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from firstspawn.clients.gameservers.icons import picture
from firstspawn.clients.gameservers.markup import codes


class Edition(StrEnum):
    """How a server is spoken to: Minecraft's Java (TCP) and Bedrock (UDP), Hytale (QUIC, UDP)."""

    JAVA = "JAVA"
    BEDROCK = "BEDROCK"
    HYTALE = "HYTALE"

    @property
    def default_port(self) -> int:
        """The port a player's client uses when an address names none."""
        return {Edition.JAVA: 25565, Edition.BEDROCK: 19132, Edition.HYTALE: 5520}[self]


class Failure(StrEnum):
    """Why a ping gave no answer; stable codes, never a server's or an exception's words."""

    INVALID_HOST = "invalid_host"
    UNRESOLVABLE = "unresolvable"
    FORBIDDEN_ADDRESS = "forbidden_address"
    FORBIDDEN_PORT = "forbidden_port"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    TOO_LARGE = "too_large"
    PROTOCOL = "protocol"


class PingError(Exception):
    """Carries a failure code from where it is noticed to the ping's result."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to ask. `port` is None if the owner gave none. SRV moves the default one (Java).

    `query_port` is where a Hytale server answers the Nitrado Query plugin's requests, if it does.
    """

    host: str
    port: int | None
    edition: Edition
    query_port: int | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A server's sanitised answer; None stands for "not said, or said nonsense".

    `players` and `max_players` are 0..1,000,000; `version` and `motd` are plain text without
    formatting codes, control or invisible characters (not HTML-escaped: escape when rendering);
    `icon_text` is the base64 of a 64x64 PNG of at most 24 KiB; `description` is the message of the
    day as it came, for `markup.codes` alone.
    """

    players: int | None = None
    max_players: int | None = None
    version: str | None = None
    motd: str | None = None
    icon_text: str | None = None
    description: Any = None


@dataclass(frozen=True, slots=True)
class PingResult:
    """One ping's outcome: online with the fields of `Status`, or offline with a failure code.

    `latency_ms` is the time from our question to the whole answer, connecting not included. One
    that is `alive_only` was there and said nothing else. One that `hides_players` told its look
    but not how many play. Of both, somebody else may know.
    """

    online: bool
    latency_ms: int | None = None
    players: int | None = None
    max_players: int | None = None
    version: str | None = None
    motd: str | None = None
    icon_text: str | None = None
    description: Any = None
    failure: Failure | None = None
    alive_only: bool = False
    hides_players: bool = False

    @property
    def leaves_players(self) -> bool:
        """How many play is left to others to tell."""
        return self.alive_only or self.hides_players

    @property
    def icon(self) -> bytes | None:
        """The icon as a PNG, decoded when asked for."""
        return None if self.icon_text is None else picture(self.icon_text)

    @property
    def motd_codes(self) -> str | None:
        """The message of the day as compact text with its looks, made when asked for."""
        return None if self.description is None else codes(self.description)

    @classmethod
    def failed(cls, failure: Failure) -> "PingResult":
        return cls(online=False, failure=failure)

    @classmethod
    def answered(cls, status: Status, latency_ms: int) -> "PingResult":
        return cls(
            online=True,
            latency_ms=latency_ms,
            players=status.players,
            max_players=status.max_players,
            version=status.version,
            motd=status.motd,
            icon_text=status.icon_text,
            description=status.description,
        )
