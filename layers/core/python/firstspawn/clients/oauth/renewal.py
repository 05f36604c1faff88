"""Refresh tokens: traded and revoked.

Not by Authlib, which tells one refusal like another: only `invalid_grant` means that the person has
taken the permission back. A wrong secret of ours must never look like that.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firstspawn.clients.oauth.code_flow import TIMEOUT_SECONDS, Registration, failures
from firstspawn.clients.oauth.interface import ProviderRefused, ProviderUnavailable, Tokens

if TYPE_CHECKING:
    from requests import Response

_LONGEST = 2048


def refresh_token_of(answer: Mapping[str, Any]) -> str | None:
    """The refresh token in a token endpoint's answer, if there is a sound one."""
    found = answer.get("refresh_token")
    is_sound = isinstance(found, str) and found.isascii() and 0 < len(found) <= _LONGEST
    return found if is_sound else None


def renew(ours: Registration, url: str, refresh_token: str) -> Tokens:
    """Trade a refresh token: one call. Raises ProviderRefused, ProviderUnavailable.

    A provider that sends no new one lets the old one live on.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    with failures():
        answered = _post(ours, url, form)
        found = answered.json() if answered.content else {}
    status, answer = answered.status_code, found if isinstance(found, dict) else {}
    if status == 400 and answer.get("error") == "invalid_grant":
        raise ProviderRefused("invalid_grant")
    access = answer.get("access_token")
    if status != 200 or not isinstance(access, str):
        raise ProviderUnavailable(f"HTTP {status}")
    return Tokens(access, refresh_token_of(answer) or refresh_token)


def revoke(ours: Registration, url: str, refresh_token: str) -> None:
    """Revoke a refresh token, and what was issued with it: one call.

    The status alone tells, the body may be anything; a token that is not good any more is no
    failure (RFC 7009). Raises ProviderUnavailable.
    """
    form = {"token": refresh_token, "token_type_hint": "refresh_token"}
    with failures():
        answer = _post(ours, url, form)
    if answer.status_code != 200:
        raise ProviderUnavailable(f"HTTP {answer.status_code}")


def _post(ours: Registration, url: str, form: Mapping[str, str]) -> "Response":
    import requests

    return requests.post(
        url,
        data=form,
        auth=(ours.clientId, ours.secret),
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
