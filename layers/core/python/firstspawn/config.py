"""Configuration: one model, read from the environment once and refused at start if it is wrong.

Not pydantic-settings, because its import costs more than everything else here together
(docs/decisions/0002).
"""

import base64
import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

_PREFIX = "FIRSTSPAWN_"
_MIN_KEY_BYTES = 32


def _split(value: object) -> object:
    return (
        [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, str)
        else value
    )


_AsList = BeforeValidator(_split)
Words = Annotated[list[str], _AsList]
Networks = Annotated[list[IPv4Network | IPv6Network], _AsList]


class BadEnvironment(ValueError):
    """Variables of the environment are wrong; the text names each, and never shows a value."""


class Stack(StrEnum):
    """Where the platform runs."""

    EMBEDDED = "embedded"
    LOCALSTACK = "localstack"
    AWS = "aws"


class MailBackend(StrEnum):
    """Who delivers mail. On the embedded stack SES is emulated and its mailbox can be read."""

    SES = "ses"
    SMTP = "smtp"
    RESEND = "resend"


class Settings(BaseModel):
    """Every variable `FIRSTSPAWN_<NAME>` the functions read. Secrets are not among them."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    stack: Stack = Stack.EMBEDDED
    stage: str = "dev"
    table: str = "firstspawn-dev"
    region: str = Field("us-east-1", alias="AWS_REGION")
    uptime_queue_url: str = ""
    mail_queue_url: str = ""
    exports_queue_url: str = ""
    deletions_queue_url: str = ""
    identities_queue_url: str = ""
    reactions_queue_url: str = ""
    search_dead_letters_url: str = ""
    rebuild_queue_url: str = ""
    media_bucket: str = ""
    media_url: str = "http://localhost:8000/media"
    websocket_endpoint: str = ""
    websocket_url: str = "ws://localhost:8000/ws"
    search_url: str = "sqlite:///.state/search.db"
    search_index: str = "servers"
    secrets_parameter: str = ""
    vault_key_id: str = ""
    api_url: str = "http://localhost:8000"
    frontend_url: str = "http://localhost:3000"
    cors_origins: Words = ["http://localhost:3000"]
    mail_backend: MailBackend = MailBackend.SES
    mail_from: str = "FirstSpawn <noreply@firstspawn.com>"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_starttls: bool = True
    ping_allow: Networks = []
    # Where leaked passwords are known, asked by the prefix of a hash; empty means nobody is asked.
    breaches_url: str = ""
    eula_blocklist_url: str = ""
    discord_client_id: str = ""
    google_client_id: str = ""
    epic_client_id: str = ""
    steam_enabled: bool = False
    steam_realm: str = ""
    passkey_rp_id: str = ""
    # Stand-ins of the providers in tests; empty means the real ones.
    discord_url: str = ""
    google_url: str = ""
    epic_url: str = ""
    steam_url: str = ""
    log_level: str = "INFO"
    access_token_life: timedelta = timedelta(minutes=15)
    session_life: timedelta = timedelta(days=7)
    body_limit: int = 64 * 1024
    rate_scale: int = Field(1, ge=1)

    @property
    def passkey_domain(self) -> str:
        """What passkeys are bound to for good: the frontend's host unless a parent is named."""
        return self.passkey_rp_id or (urlsplit(self.frontend_url).hostname or "")

    @property
    def passkey_origins(self) -> list[str]:
        """The frontends that may ask for passkeys: those on the domain or below it."""
        origins = (
            f"{parts.scheme}://{parts.netloc}"
            for parts in map(urlsplit, [self.frontend_url, *self.cors_origins])
            if _is_within(parts.hostname or "", self.passkey_domain)
        )
        return list(dict.fromkeys(origins))

    @property
    def secure_cookies(self) -> bool:
        """Cookies demand TLS wherever the API is served over it."""
        return self.api_url.startswith("https://")

    @model_validator(mode="after")
    def _passkeys_fit_the_frontend(self) -> "Settings":
        host = urlsplit(self.frontend_url).hostname or ""
        if self.passkey_rp_id and not _is_within(host, self.passkey_rp_id):
            raise ValueError("passkey_rp_id must be the frontend's domain or a parent of it")
        if self.passkey_rp_id and "." not in self.passkey_rp_id and host != self.passkey_rp_id:
            raise ValueError("passkey_rp_id must not be a top level domain")
        return self

    @model_validator(mode="after")
    def _https_on_aws(self) -> "Settings":
        if self.stack is Stack.AWS and not self.secure_cookies:
            raise ValueError("api_url must be https on AWS")
        if self.stack is Stack.AWS and not self.vault_key_id:
            raise ValueError("vault_key_id must name a key of KMS on AWS")
        asked_plainly = self.breaches_url and not self.breaches_url.startswith("https://")
        if self.stack is Stack.AWS and asked_plainly:
            raise ValueError("breaches_url must be https on AWS")
        stand_ins = (self.discord_url, self.google_url, self.epic_url, self.steam_url)
        if self.stack is Stack.AWS and any(stand_ins):
            raise ValueError("sign-in providers have no stand-ins on AWS")
        is_public = self.stack is Stack.AWS and self.stage == "prod"
        if is_public and not all(one.startswith("https://") for one in self.cors_origins):
            raise ValueError("cors_origins must be https in production")
        if is_public and self.rate_scale != 1:
            raise ValueError("rate_scale must be 1 in production")
        return self

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the process's environment. Raises BadEnvironment naming each wrong variable."""
        values: dict[str, Any] = {
            name.removeprefix(_PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(_PREFIX) and value
        }
        if region := environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"):
            values["AWS_REGION"] = region
        try:
            return cls(**values)
        except ValidationError as error:
            raise BadEnvironment(_naming_variables(error)) from None


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _naming_variables(error: ValidationError) -> str:
    lines = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        variable = name if name.isupper() else f"{_PREFIX}{name.upper()}"
        lines.append(f"{variable if name else 'environment'}: {detail['msg']}")
    return "; ".join(dict.fromkeys(lines))


def _decoded_key(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


KeyBytes = Annotated[bytes, BeforeValidator(_decoded_key), Field(min_length=_MIN_KEY_BYTES)]


class Secrets(BaseModel):
    """The keys of a stack, kept together in one encrypted parameter; keys are base64, >= 32 bytes.

    `jwtKeys` maps key ids to keys: all of them verify, `jwtCurrentKid` signs. `macKey` seals
    cursors, session tokens and mailed links.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    jwtKeys: dict[str, KeyBytes] = Field(min_length=1, repr=False)
    jwtCurrentKid: str
    macKey: KeyBytes = Field(repr=False)
    smtpPassword: str = Field("", repr=False)
    resendApiKey: str = Field("", repr=False)
    discordClientSecret: str = Field("", repr=False)
    googleClientSecret: str = Field("", repr=False)
    epicClientSecret: str = Field("", repr=False)
    steamApiKey: str = Field("", repr=False)

    @model_validator(mode="after")
    def _signing_key_exists(self) -> "Secrets":
        if self.jwtCurrentKid not in self.jwtKeys:
            raise ValueError("jwtCurrentKid names no key")
        return self

    @staticmethod
    def generate_json(random: Callable[[int], bytes] = os.urandom) -> str:
        """Fresh keys for a new stack, as the parameter's value."""
        key, mac_key = (base64.b64encode(random(_MIN_KEY_BYTES)).decode() for _ in range(2))
        return json.dumps({"jwtKeys": {"1": key}, "jwtCurrentKid": "1", "macKey": mac_key})

    @classmethod
    def from_json(cls, text: str) -> "Secrets":
        """Read the parameter's value. Raises ValidationError, which never shows what it read."""
        return cls.model_validate_json(text)
