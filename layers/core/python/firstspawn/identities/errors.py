"""What can go wrong when identities are linked and unlinked."""

from firstspawn.errors import BadRequest, Conflict, Forbidden, NotFound


class IdentityTaken(Conflict):
    """Another account of ours is linked with this account elsewhere."""

    code = "identity_taken"
    title = "This account is linked to somebody else"


class PlatformAlreadyLinked(Conflict):
    """The user is linked with another account of this platform."""

    code = "platform_already_linked"
    title = "Unlink the other account of this platform first"


class LastWayToSignIn(Conflict):
    """Without this identity nobody could sign in to the account any more."""

    code = "last_way_to_sign_in"
    title = "This is the last way to sign in"


class IdentityNotFound(NotFound):
    """The user is not linked with this platform."""

    code = "identity_not_found"
    title = "Not linked"


class UnknownPlatform(NotFound):
    """There is no such platform."""

    code = "unknown_platform"
    title = "No such platform"


class NotLinkable(Forbidden):
    """The account may not be linked: its address is unverified, or its logins were ended."""

    code = "not_linkable"
    title = "Verify your e-mail address first, or sign in again"


class InvalidLinkCode(BadRequest):
    """The code is unknown, used or too old."""

    code = "invalid_link_code"
    title = "The code is not valid any more"
