"""Sending mail: one interface, three backends, of which a process loads the one it uses."""

from dataclasses import dataclass
from typing import Protocol
from unicodedata import category

from firstspawn.config import MailBackend, Secrets, Settings


class MailRefused(Exception):
    """The backend will never deliver this mail. The text names no address."""


class MailUnavailable(Exception):
    """The mail could not be handed over now; another time it can. The text names no address."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A finished mail. `id` stays the same when it is tried again.

    Raises MailRefused at once if a header would hold a control character: no value can start
    another header.
    """

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str

    def __post_init__(self) -> None:
        headers = self.id + self.sender + self.to + self.subject
        if any(category(character) in {"Cc", "Zl", "Zp"} for character in headers):
            raise MailRefused("a control character in a header")


class Mailer(Protocol):
    """Hands mails over to somebody who delivers them."""

    def send(self, mail: OutgoingMail) -> None:
        """Hand over one mail. Raises MailRefused (for good) or MailUnavailable (for now)."""
        ...


def mailer(settings: Settings, secrets: Secrets) -> Mailer:
    """Make the backend that `mail_backend` names."""
    if settings.mail_backend is MailBackend.SMTP:
        from firstspawn.clients.mail_smtp import SmtpMailer

        return SmtpMailer(
            settings.smtp_host, settings.smtp_port, settings.smtp_user, secrets.smtpPassword,
            starttls=settings.smtp_starttls,
        )  # fmt: skip
    if settings.mail_backend is MailBackend.RESEND:
        from firstspawn.clients.mail_resend import ResendMailer

        return ResendMailer(secrets.resendApiKey)
    from firstspawn.clients.mail_ses import SesMailer

    return SesMailer(settings.region)
