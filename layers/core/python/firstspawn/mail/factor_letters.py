"""What owners are told of their second factor and passkeys: each change, by whomever."""

from collections.abc import Callable, Mapping

from firstspawn.mail.letters import Letter, Params, Site

_NOT_YOU = "If it was not you, set a new password at once: that ends all sessions."


def _notice(subject: str, *paragraphs: str) -> Callable[[Params, Site], Letter]:
    """A letter that asks for nothing if its reader did it; `{name}` and `{left}` are filled in."""

    def written(params: Params, site: Site) -> Letter:
        known = {"name": params.get("name", ""), "left": params.get("left", "")}
        told = tuple(paragraph.format_map(known) for paragraph in (*paragraphs, _NOT_YOU))
        return Letter(subject, told, "Set a new password", site.link("/forgot-password"))

    return written


FACTOR_TEMPLATES: Mapping[str, Callable[[Params, Site], Letter]] = {
    "second_factor_on": _notice(
        "Your second factor is on",
        "Signing in to your account at FirstSpawn now needs a code of your authenticator, or one "
        "of your passkeys. Other sessions and API tokens were ended.",
        "Keep your recovery codes where you find them without your phone: without them a lost "
        "authenticator cannot be replaced.",
    ),
    "second_factor_off": _notice(
        "Your second factor is off",
        "Signing in to your account at FirstSpawn needs no second factor any more. Other sessions "
        "and API tokens were ended.",
    ),
    "recovery_codes_renewed": _notice(
        "You have new recovery codes",
        "New recovery codes were made for your account at FirstSpawn. The old ones do not work "
        "any more.",
    ),
    "recovery_code_used": _notice(
        "A recovery code was used",
        "Somebody, probably you, used a recovery code of your account at FirstSpawn. Codes left: "
        "{left}.",
    ),
    "passkey_added": _notice(
        "A passkey was added",
        "The passkey \u201c{name}\u201d can now sign in to your account at FirstSpawn.",
    ),
    "passkey_removed": _notice(
        "A passkey was removed",
        "The passkey \u201c{name}\u201d cannot sign in to your account at FirstSpawn any more. "
        "Sessions it opened go on until you end them.",
    ),
    "passkey_copied": _notice(
        "We refused a passkey",
        "The passkey \u201c{name}\u201d of your account at FirstSpawn was used with an old "
        "counter. That can mean that somebody has a copy of it, so nobody was let in.",
        "Remove it and register a new one.",
    ),
}
