"""What can go wrong with passkeys."""

from firstspawn.errors import BadRequest, Conflict, Forbidden, NotFound


class InvalidPasskey(Forbidden):
    """The passkey is unknown, or its answer proves nothing: which of the two is not said."""

    code = "invalid_passkey"
    title = "The passkey was not accepted"


class PasskeyNotRegistered(BadRequest):
    """What the authenticator answered makes no passkey here."""

    code = "passkey_refused"
    title = "This passkey cannot be registered"


class PasskeyTaken(Conflict):
    """The passkey is registered already, by whomever."""

    code = "passkey_taken"
    title = "This passkey is registered already"


class PasskeyLimit(Forbidden):
    """The account has as many passkeys as it may."""

    code = "passkey_limit"
    title = "Too many passkeys: remove one first"


class PasskeyNotFound(NotFound):
    """No such passkey of this user."""

    code = "passkey_not_found"
    title = "No such passkey"
