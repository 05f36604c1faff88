"""What can go wrong with plugins. Each refusal of a signed call tells its author what to mend."""

from typing import Any

from firstspawn.errors import Conflict, Forbidden, NotFound, ProblemError, Unauthenticated

_CHALLENGE = {"WWW-Authenticate": 'FirstSpawn realm="plugin"'}


class SignatureRefused(Unauthenticated):
    """401: who signed this is not known. Every subclass has a code of its own."""

    def __init__(self, detail: str = "", **options: Any) -> None:
        super().__init__(detail, **options)
        self.headers |= _CHALLENGE


class SignatureRequired(SignatureRefused):
    """A header of the signature is missing; `missing` names all of them."""

    code, title = "signature_required", "This call has to be signed"


class MalformedSignature(SignatureRefused):
    """A header of the signature cannot be read; `header` names it."""

    code, title = "malformed_signature", "A header of the signature cannot be read"


class ClockSkew(SignatureRefused):
    """The timestamp is too far from our clock; `serverTime` (ms) tells what we have."""

    code, title = "clock_skew", "The timestamp is more than five minutes off"


class UnknownKey(SignatureRefused):
    """No instance has this key."""

    code, title = "unknown_key", "No such key"


class BadSignature(SignatureRefused):
    """The signature fits none of the instance's secrets; `signedOver` tells what it must cover."""

    code, title = "bad_signature", "The signature does not fit"


class Replayed(Conflict):
    """This very request was seen before. To send it again, sign it again."""

    code, title = "replayed", "Seen before: sign it anew to send it again"


class Revoked(Forbidden):
    """These credentials have ended; `reason` tells why, if it was not by the owner's hand."""

    code, title = "revoked", "These credentials were revoked"


class Suspended(Forbidden):
    """The staff, or our own checks, suspended the instance; `reason` tells why."""

    code, title = "suspended", "This instance is suspended"


class IpNotAllowed(Forbidden):
    """The owner allows other addresses; `sourceIp` is the one we see."""

    code, title = "ip_not_allowed", "Calls from this address are not allowed"


class NotVerified(Forbidden):
    """The instance has to call `/plugin/verify` first."""

    code, title = "not_verified", "Call /plugin/verify first"


class PluginOutdated(ProblemError):
    """426: the plugin is too old; `minimumVersion` and `download` tell what to install."""

    status, code, title = 426, "plugin_outdated", "Update the plugin"


class PluginNotFound(NotFound):
    """The server has no such instance."""

    code, title = "plugin_not_found", "No such instance"


class PluginLimitReached(Conflict):
    """The server has as many instances as it may; revoke one."""

    code, title = "plugin_limit_reached", "No more instances on this server"
