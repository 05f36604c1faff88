"""Mail through Amazon SES (API v1, which the local emulators have too)."""

from firstspawn.clients.aws import aws_client
from firstspawn.clients.mail import MailRefused, MailUnavailable, OutgoingMail

_REFUSALS = {"InvalidParameterValue", "MessageRejected"}
# The operator's to mend (an unverified sender, the sandbox), so worth another try.
_NOT_VERIFIED = "not verified"


class SesMailer:
    """Sends with one call; the queue is the retry, so that no try can double another."""

    def __init__(self, region: str) -> None:
        self._region = region

    def send(self, mail: OutgoingMail) -> None:
        """Send it. Raises MailRefused or MailUnavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        client = aws_client("ses", self._region, attempts=1)
        body = {"Text": _content(mail.text), "Html": _content(mail.html)}
        try:
            client.send_email(
                Source=mail.sender,
                Destination={"ToAddresses": [mail.to]},
                Message={"Subject": _content(mail.subject), "Body": body},
            )
        except ClientError as error:
            code, reason = error.response["Error"]["Code"], error.response["Error"]["Message"]
            if code in _REFUSALS and _NOT_VERIFIED not in reason:
                raise MailRefused(code) from None
            raise MailUnavailable(code) from None
        except BotoCoreError as error:
            raise MailUnavailable(type(error).__name__) from None


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
