"""The mailbox of the embedded stack: the mails that emulated SES took, for people and for tests."""

import html
import re
from typing import Any

from aiohttp import web

from infra.local.pages import page
from infra.local.proxy import Forwarder

_LINK = re.compile(r"https?://[^\s<>\"']+")


class Mailbox:
    """Reads what was sent out of the emulator."""

    def __init__(self, forwarder: Forwarder, endpoint: str) -> None:
        self._forwarder = forwarder
        self._url = f"{endpoint}/_ministack/ses/messages"

    async def messages(self, to: str = "") -> list[dict[str, Any]]:
        """The mails, newest first: id, from, to, subject, text, html, sentAt (epoch seconds)."""
        async with self._forwarder.session.get(self._url) as answer:
            accounts = (await answer.json())["messages"].values()
        mails = [_mail(raw) for account in accounts for raw in account]
        wanted = [mail for mail in mails if not to or to in mail["to"]]
        return sorted(wanted, key=lambda mail: -mail["sentAt"])

    async def as_json(self, request: web.Request) -> web.Response:
        """`GET /mailbox/messages?to=address`."""
        return web.json_response({"items": await self.messages(request.query.get("to", ""))})

    async def as_page(self, request: web.Request) -> web.Response:
        """`GET /mailbox`."""
        mails = await self.messages(request.query.get("to", ""))
        return page("Mailbox", "".join(map(_article, mails)) or "<p>No mail yet.</p>")


def _mail(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": raw["MessageId"],
        "from": raw["Source"],
        "to": raw["To"],
        "subject": raw["Subject"],
        "text": raw["BodyText"] or "",
        "html": raw["BodyHtml"] or "",
        "sentAt": raw["Timestamp"],
    }


def _article(mail: dict[str, Any]) -> str:
    to = html.escape(", ".join(mail["to"]))
    return (
        f"<article><h2>{html.escape(mail['subject'])}</h2><p class=quiet>to {to}</p>"
        f"<pre>{linked(mail['text'] or mail['html'])}</pre></article>"
    )


def linked(text: str) -> str:
    """`text` as HTML whose addresses can be clicked."""
    parts, end = [], 0
    for match in _LINK.finditer(text):
        url = html.escape(match.group())
        parts += [html.escape(text[end : match.start()]), f'<a href="{url}">{url}</a>']
        end = match.end()
    return "".join([*parts, html.escape(text[end:])])
