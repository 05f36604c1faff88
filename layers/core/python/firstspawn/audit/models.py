"""The item of the audit log. None wakes a consumer, and none is ever written again."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from firstspawn.db.item import Item


class AuditEntry(Item, discriminator="AuditEntry"):
    """What somebody of the staff did."""

    id = UnicodeAttribute()
    actorId = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    before = JSONAttribute(default=dict)
    after = JSONAttribute(default=dict)
    requestId = UnicodeAttribute(null=True)
