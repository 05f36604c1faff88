"""From a message to a delivered mail, once."""

import logging

from firstspawn.clients.mail import Mailer, MailRefused, OutgoingMail
from firstspawn.effects.repository import EffectRepository
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.ids import NewId
from firstspawn.kit.text import clean
from firstspawn.mail.errors import UnknownTemplate
from firstspawn.mail.letters import Site
from firstspawn.mail.rendering import as_html, as_text
from firstspawn.mail.schemas import MailMessage
from firstspawn.mail.templates import TEMPLATES

CONSUMER = "mail"
_SENT, _REFUSED = "SENT", "REFUSED"
_log = logging.getLogger("firstspawn.mail")


class MailService:
    """Writes mails and hands them over."""

    def __init__(
        self,
        effects: EffectRepository,
        mailer: Mailer,
        site: Site,
        sender: str,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._effects, self._mailer, self._site, self._sender = effects, mailer, site, sender
        self._clock, self._new_id = clock, new_id

    def deliver(self, message: MailMessage) -> None:
        """Send a message's mail unless that was done: two writes and one call of the backend.

        A worker that dies between sending and noting it sends a second time after the lease; no
        order of the two steps can do better. What is refused for good is noted and not tried
        again; after any other error the message must come again. Raises UnknownTemplate,
        MailUnavailable, EffectBusy.
        """
        now = self._clock()
        if message.expiresAt is not None and message.expiresAt <= epoch(now):
            _log.warning("mail too late", extra={"mailId": message.id})
            return
        holder = self._new_id()
        if not self._effects.claim(message.id, holder, now):
            return
        outcome = None
        try:
            outcome = self._send(message)
        finally:
            if outcome is None:
                self._effects.release(message.id, holder)
        self._effects.finish(message.id, outcome)

    def _send(self, message: MailMessage) -> str:
        details = {"mailId": message.id, "template": message.template}
        try:
            self._mailer.send(self._write(message))
        except MailRefused as error:
            _log.warning("mail refused", extra={**details, "reason": str(error)})
            return _REFUSED
        _log.info("mail sent", extra=details)
        return _SENT

    def _write(self, message: MailMessage) -> OutgoingMail:
        if message.template not in TEMPLATES:
            raise UnknownTemplate(message.template)
        letter = TEMPLATES[message.template](message.params, self._site)
        return OutgoingMail(
            id=message.id,
            sender=self._sender,
            to=_deliverable(message.to),
            subject=clean(letter.subject),
            text=as_text(letter),
            html=as_html(letter),
        )


def _deliverable(address: str) -> str:
    """The ASCII spelling of exactly one address. Raises MailRefused."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        raise MailRefused("not one e-mail address") from None
    return found.ascii_email or found.normalized
