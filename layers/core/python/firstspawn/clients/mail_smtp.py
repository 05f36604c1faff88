"""Mail through an SMTP server, over TLS."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime, parseaddr

from firstspawn.clients.mail import MailRefused, MailUnavailable, OutgoingMail

_TIMEOUT_SECONDS = 10
_IMPLICIT_TLS_PORT = 465
_PERMANENT = range(500, 600)


class SmtpMailer:
    """Opens a connection a mail. Port 465 speaks TLS from the start, others by STARTTLS."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        *,
        starttls: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port, self._user, self._password = host, port, user, password
        self._starttls, self._tls = starttls, tls or ssl.create_default_context()

    def send(self, mail: OutgoingMail) -> None:
        """Send it. Raises MailRefused if the server refuses the recipient or the text for good."""
        try:
            with self._connect() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(_message(mail))
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _failure(min(codes, default=0)) from None
        except smtplib.SMTPDataError as error:
            raise _failure(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise MailUnavailable("the server lacks STARTTLS, AUTH or SMTPUTF8") from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        if self._port == _IMPLICIT_TLS_PORT:
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=_TIMEOUT_SECONDS, context=self._tls
            )
        server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)
        if self._starttls:
            try:
                server.starttls(context=self._tls)
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server


def _failure(code: int) -> MailRefused | MailUnavailable:
    reason = f"SMTP {code}"
    return MailRefused(reason) if code in _PERMANENT else MailUnavailable(reason)


def _message(mail: OutgoingMail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, mail.to, mail.subject
    message["Date"] = localtime()
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
