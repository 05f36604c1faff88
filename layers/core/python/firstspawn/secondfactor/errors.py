"""What can go wrong with second factors."""

from firstspawn.errors import Conflict, Forbidden


class WrongCode(Forbidden):
    """The code is wrong, too old or was used: which of them is not said."""

    code = "wrong_code"
    title = "The code is wrong or was used before"


class NoSecondFactor(Conflict):
    """The account has no second factor to show, change or turn off."""

    code = "no_second_factor"
    title = "The second factor is not turned on"


class NothingToConfirm(Conflict):
    """No enrolment waits for its code: begin again."""

    code = "nothing_to_confirm"
    title = "Begin to set up the second factor again"


class PasswordNotEnough(Forbidden):
    """Whoever has a second factor proves who they are with it, not with what was phished."""

    code = "second_factor_required"
    title = "Use your second factor or a passkey"
