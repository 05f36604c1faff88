"""The items of reputation. None of them wakes a consumer."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item


class ReputationEntry(Item, discriminator="ReputationEntry"):
    """A line of the ledger, never written again.

    The lines of one action and cause are numbered: each is put where nothing is, so two cannot
    both follow the same one. `applies` tells whether the cause holds after this line, `held` the
    points that all lines of the cause come to, `isCapped` that the day's cap left fewer than the
    rule gives. A vote's `cause` names the voter: its owner is shown what it is `about` instead.
    """

    userId = UnicodeAttribute()
    action = UnicodeAttribute()
    cause = UnicodeAttribute()
    about = UnicodeAttribute(null=True)
    number = NumberAttribute()
    delta = NumberAttribute()
    held = NumberAttribute()
    applies = BooleanAttribute()
    isCapped = BooleanAttribute(default=False)
    reason = UnicodeAttribute(null=True)
    createdBy = UnicodeAttribute(null=True)


class ReputationSum(Item, discriminator="ReputationSum"):
    """What the ledger comes to for one action; `used` points have moved on `day`."""

    action = UnicodeAttribute()
    total = NumberAttribute(default=0)
    entries = NumberAttribute(default=0)
    day = UnicodeAttribute(null=True)
    used = NumberAttribute(default=0)
