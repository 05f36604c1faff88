"""The texts of our mails. Each is written once; the plain text and the HTML come from it."""

from collections.abc import Callable, Mapping

from firstspawn.mail.decision_letters import DECISION_TEMPLATES
from firstspawn.mail.factor_letters import FACTOR_TEMPLATES
from firstspawn.mail.letters import Letter, Params, Site


def _verify_email(params: Params, site: Site) -> Letter:
    token = site.token(params["purpose"], params["seed"])
    return Letter(
        "Confirm your e-mail address",
        (
            "Welcome to FirstSpawn! Confirm that this address is yours by following the link.",
            "It works once, within 24 hours.",
            "If you did not register, do not follow it: the account disappears by itself.",
        ),
        "Confirm my address",
        site.link("/verify-email", token=token),
    )


def _export_ready(params: Params, site: Site) -> Letter:
    token = site.token(params["purpose"], params["seed"])
    return Letter(
        "Your data is ready",
        (
            "You asked for a copy of what FirstSpawn knows of you. It is a zip of JSON files.",
            "The link works for 24 hours. Keep it to yourself: it needs no password.",
            "If you did not ask for it, set a new password at once: that ends the link as well.",
        ),
        "Download my data",
        site.api_link("/users/me/export/download", token=token),
    )


def _deletion_scheduled(params: Params, site: Site) -> Letter:
    day, _, time = params["at"].partition("T")
    return Letter(
        "Your account will be deleted",
        (
            f"You asked us to delete your account at FirstSpawn. It goes on {day}, {time[:5]} UTC.",
            "Until then you can sign in and change your mind.",
            "Your servers will be delisted. What you wrote for others stays, without your name.",
            "If it was not you, cancel the deletion and set a new password at once.",
        ),
        "Keep my account",
        site.link("/settings/account"),
    )


def _deletion_cancelled(params: Params, site: Site) -> Letter:  # noqa: ARG001
    return Letter(
        "Your account stays",
        ("The deletion of your account at FirstSpawn was cancelled. Nothing was removed.",),
        "Look at my account",
        site.link("/settings/account"),
    )


def _account_deleted(params: Params, site: Site) -> Letter:  # noqa: ARG001
    return Letter(
        "Your account was deleted",
        (
            "Your account at FirstSpawn is gone, as you wished, with all that belonged to it.",
            "What you wrote for others stays, without your name. This is our last mail to you.",
            "Your address is free again, should you ever want to come back.",
        ),
        "FirstSpawn",
        site.link("/"),
    )


def _account_exists(params: Params, site: Site) -> Letter:  # noqa: ARG001
    return Letter(
        "You already have an account",
        (
            "Somebody, perhaps you, tried to register at FirstSpawn with this address.",
            "It has an account already, so nothing was changed.",
            "If it was you, sign in instead. If it was not, you need not do anything.",
        ),
        "Sign in",
        site.link("/login"),
    )


def _address_contested(params: Params, site: Site) -> Letter:  # noqa: ARG001
    return Letter(
        "Set a password for your address",
        (
            "Somebody, perhaps you, registered at FirstSpawn with this address.",
            "It was registered before with another password, and waits to be confirmed.",
            "We cannot tell which password is yours: once it is confirmed, neither works.",
            "Set one by mail. That confirms the address as well.",
            "If you did not register, follow no link: the account disappears by itself.",
        ),
        "Set a password",
        site.link("/forgot-password"),
    )


def _reset_password(params: Params, site: Site) -> Letter:
    token = site.token(params["purpose"], params["seed"])
    return Letter(
        "Set a new password",
        (
            "Somebody, perhaps you, asked to set a new password for your account at FirstSpawn.",
            "The link works once, within an hour. Setting a password ends all of your sessions.",
            "If you did not ask for it, ignore this mail: your account stays as it is.",
        ),
        "Set a new password",
        site.link("/reset-password", token=token),
    )


def _password_changed(params: Params, site: Site) -> Letter:  # noqa: ARG001
    return Letter(
        "Your password was changed",
        (
            "The password of your account at FirstSpawn was changed; other sessions were ended.",
            "If it was you, you need not do anything. If it was not, set a new one at once.",
        ),
        "Set a new password",
        site.link("/forgot-password"),
    )


def _server_unreachable(params: Params, site: Site) -> Letter:
    return Letter(
        f"We cannot reach {params['server']}",
        (
            f"Your server {params['server']} has not answered for seven days.",
            "Its page says that it is offline. After two weeks searches do not find it any more.",
            "With its first answer everything is as before. If its address has changed, edit it.",
        ),
        "See my server",
        site.link(f"/servers/{params['slug']}"),
    )


def _server_unlisted_soon(params: Params, site: Site) -> Letter:
    return Letter(
        f"{params['server']} will be unlisted tomorrow",
        (
            f"Your server {params['server']} has not answered for thirteen days.",
            "From tomorrow on searches do not find it. Its page, reviews and numbers stay.",
            "With its first answer it is listed again, by itself.",
        ),
        "See my server",
        site.link(f"/servers/{params['slug']}"),
    )


def _server_unlisted(params: Params, site: Site) -> Letter:
    return Letter(
        f"{params['server']} is not listed any more",
        (
            f"Your server {params['server']} has not answered for two weeks.",
            "Searches do not find it now. Its page, reviews and numbers stay.",
            "We go on asking every hour: with its first answer it is listed again, by itself.",
        ),
        "See my server",
        site.link(f"/servers/{params['slug']}"),
    )


def _confirm_new_email(params: Params, site: Site) -> Letter:
    token = site.token(params["purpose"], params["seed"])
    return Letter(
        "Confirm your new e-mail address",
        (
            "Somebody, perhaps you, wants this to be the address of their FirstSpawn account.",
            "Follow the link if it was you. It works once, within 24 hours.",
            "If it was not you, ignore this mail: nothing changes.",
        ),
        "Confirm my new address",
        site.link("/confirm-email-change", token=token),
    )


def _confirm_old_email(params: Params, site: Site) -> Letter:
    token = site.token(params["purpose"], params["seed"])
    return Letter(
        "Your e-mail address is to be changed",
        (
            "Somebody, perhaps you, asked to change the address of your account at FirstSpawn to:",
            params.get("about", "another address"),
            "Follow the link if it was you. It works once, within 24 hours.",
            "If it was not you, do not follow it: nothing changes without it.",
            "But then somebody else is signed in: set a new password, which ends all sessions.",
        ),
        "Agree to the change",
        site.link("/confirm-email-change", token=token),
    )


def _email_changed(params: Params, site: Site) -> Letter:
    return Letter(
        "Your e-mail address was changed",
        (
            "The address of your account at FirstSpawn was changed, as both addresses agreed, to:",
            params.get("about", "another address"),
            "Other sessions were ended. This address is not connected to the account any more.",
        ),
        "FirstSpawn",
        site.link("/"),
    )


def _address_in_use(params: Params, site: Site) -> Letter:  # noqa: ARG001
    return Letter(
        "You already have an account",
        (
            "Somebody, perhaps you, wants this to be the address of another FirstSpawn account.",
            "It has an account already, so nothing was changed.",
            "If it was you, sign in with this address instead, or free it first.",
        ),
        "Sign in",
        site.link("/login"),
    )


def _session_stolen(params: Params, site: Site) -> Letter:
    device = params.get("userAgent") or "an unknown program"
    address = params.get("ipAddress") or "an unknown address"
    return Letter(
        "We ended one of your sessions",
        (
            "The key of one of your sessions at FirstSpawn was used twice: somebody may have it.",
            "We ended that session; your others go on.",
            f"It was opened from {address} with: {device}",
            "Sign in again, look at your sessions, and end those you do not know.",
            "Change your password if somebody may know it.",
        ),
        "Look at my sessions",
        site.link("/settings/sessions"),
    )


def _plugin_silent(params: Params, site: Site) -> Letter:
    return Letter(
        "Your server's plugin is silent",
        (
            f"{params['plugin']}, the plugin of {params['server']}, has not reported for a day.",
            "While it is silent, no playtime of your players is counted.",
            "Start the game server, or look into its log.",
            "If you removed the plugin, revoke its key.",
        ),
        "Look at my servers",
        site.link("/dashboard/servers"),
    )


def _plugin_suspended(params: Params, site: Site) -> Letter:
    return Letter(
        "Your plugin was suspended",
        (
            f"What the plugin of {params['server']} told of playtime cannot be right.",
            f"Its calls are turned away for now. Found: {params['reasons']}.",
            "You can see what became of each report. Our moderators can let the plugin in again.",
        ),
        "See the verdicts",
        site.link(f"/servers/{params['slug']}/plugin"),
    )


TEMPLATES: Mapping[str, Callable[[Params, Site], Letter]] = {
    "verify_email": _verify_email,
    "export_ready": _export_ready,
    "deletion_scheduled": _deletion_scheduled,
    "deletion_cancelled": _deletion_cancelled,
    "account_deleted": _account_deleted,
    "account_exists": _account_exists,
    "address_contested": _address_contested,
    "reset_password": _reset_password,
    "password_changed": _password_changed,
    "server_unreachable": _server_unreachable,
    "server_unlisted_soon": _server_unlisted_soon,
    "server_unlisted": _server_unlisted,
    "session_stolen": _session_stolen,
    "confirm_new_email": _confirm_new_email,
    "confirm_old_email": _confirm_old_email,
    "email_changed": _email_changed,
    "address_in_use": _address_in_use,
    "plugin_suspended": _plugin_suspended,
    **DECISION_TEMPLATES,
    **FACTOR_TEMPLATES,
    "plugin_silent": _plugin_silent,
}
