"""The item whose insertion sends a mail."""

from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from firstspawn.db import keys
from firstspawn.db.item import Item
from firstspawn.kit.clock import epoch

_KEPT = timedelta(days=1)


class Mail(Item, discriminator="Mail"):
    """A mail to be sent: a template's name and its parameters; never a secret."""

    template = UnicodeAttribute()
    to = UnicodeAttribute()
    params = JSONAttribute(default=dict)


def mail_item(mail_id: str, template: str, to: str, params: dict[str, Any], now: datetime) -> Mail:
    """Make the item; put it in the transaction of what the mail tells."""
    return Mail.at(
        keys.mail(mail_id),
        template=template, to=to, params=params, createdAt=now, expiresAt=epoch(now + _KEPT),
    )  # fmt: skip
