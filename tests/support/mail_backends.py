"""The backends of the mail contract: each with its mailer, and a way to read and to break it."""

import json
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

from firstspawn.clients.mail import Mailer
from firstspawn.clients.mail_resend import ResendMailer
from firstspawn.clients.mail_smtp import SmtpMailer
from tests.support.certificates import client_context, server_context

_LOOPBACK = "127.0.0.1"
API_KEY = "re_test"


@dataclass(frozen=True)
class Delivered:
    """A mail as the backend got it."""

    to: list[str]
    sender: str
    subject: str
    text: str
    html: str
    key: str


@dataclass
class Backend:
    """`status` is what the next answers say: None takes mail, else an SMTP or HTTP status."""

    mailer: Mailer
    refusal: int
    failure: int
    port: int
    status: int | None = None
    inbox: list[Delivered] = field(default_factory=list)


class _Smtp:
    """What aiosmtpd asks for."""

    def __init__(self) -> None:
        self.backend: Backend

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.backend.status:
            return f"{self.backend.status} not for {address}"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        texts = (mail["From"], mail["Subject"], _part(mail, "plain"), _part(mail, "html"))
        self.backend.inbox.append(Delivered(envelope.rcpt_tos, *texts, mail["Message-ID"]))
        return "250 ok"


@contextmanager
def smtp(folder: Path) -> Iterator[Backend]:
    """An SMTP server that demands TLS."""
    port, handler = _free_port(), _Smtp()
    mailer = SmtpMailer(_LOOPBACK, port, tls=client_context(folder))
    handler.backend = Backend(mailer, refusal=550, failure=451, port=port)
    controller = Controller(
        handler,
        hostname=_LOOPBACK,
        port=port,
        tls_context=server_context(folder),
        require_starttls=True,
    )
    controller.start()
    try:
        yield handler.backend
    finally:
        controller.stop()


class _Resend(BaseHTTPRequestHandler):
    """Resend's API; its server holds the backend."""

    def do_POST(self) -> None:
        backend: Backend = self.server.backend  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        authorized = self.headers["Authorization"] == f"Bearer {API_KEY}"
        status = backend.status or (200 if authorized else 401)
        if status == 200:
            texts = (body["from"], body["subject"], body["text"], body["html"])
            backend.inbox.append(Delivered(body["to"], *texts, self.headers["Idempotency-Key"]))
        answer = b'{"id": "49a3999c"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def resend() -> Iterator[Backend]:
    """A server that speaks Resend's API."""
    server = ThreadingHTTPServer((_LOOPBACK, 0), _Resend)
    port = server.server_port
    mailer = ResendMailer(API_KEY, f"http://{_LOOPBACK}:{port}/emails")
    backend = Backend(mailer, refusal=422, failure=500, port=port)
    server.backend = backend  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield backend
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _free_port() -> int:
    for port in range(9300, 9350):
        with socket.socket() as probe:
            if probe.connect_ex((_LOOPBACK, port)):
                return port
    raise smtplib.SMTPConnectError(0, "no free port")
