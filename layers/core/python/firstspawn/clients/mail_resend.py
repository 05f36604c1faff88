"""Mail through Resend's HTTP API, with the HTTP client that botocore brings."""

import json
from functools import cached_property
from typing import Any

from firstspawn.clients.mail import MailRefused, MailUnavailable, OutgoingMail

_URL = "https://api.resend.com/emails"
_CONNECT_SECONDS, _READ_SECONDS = 2, 8
_REFUSALS = {400, 413, 422}


class ResendMailer:
    """Sends with one call under an idempotency key: tried again, it is still one mail."""

    def __init__(self, api_key: str, url: str = _URL) -> None:
        self._key, self._url = api_key, url

    @cached_property
    def _http(self) -> Any:
        import urllib3

        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
        return urllib3.PoolManager(timeout=timeout, retries=False)

    def send(self, mail: OutgoingMail) -> None:
        """Send it. Raises MailRefused for what Resend calls invalid, else MailUnavailable."""
        from urllib3.exceptions import HTTPError

        body = {
            "from": mail.sender, "to": [mail.to], "subject": mail.subject,
            "text": mail.text, "html": mail.html,
        }  # fmt: skip
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": mail.id,
        }
        try:
            answer = self._http.request("POST", self._url, body=json.dumps(body), headers=headers)
        except HTTPError as error:
            raise MailUnavailable(type(error).__name__) from None
        if answer.status in _REFUSALS:
            raise MailRefused(f"HTTP {answer.status}")
        if not 200 <= answer.status < 300:
            raise MailUnavailable(f"HTTP {answer.status}")
