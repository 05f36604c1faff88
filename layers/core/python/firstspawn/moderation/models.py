"""The items of moderation."""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from firstspawn.db.item import Item, MomentAttribute


class ModerationCase(Item, discriminator="ModerationCase"):
    """All that was ever reported of a subject, and where that stands.

    Its key is its subject, so no second one can be opened. `version` grows with what the staff and
    the affected do, not with reports. `decisionId` is the decision that says how the subject
    stands. Who works on it (`assigneeId`) does so until `assignedUntil` at most.
    """

    kind = UnicodeAttribute()
    subjectId = UnicodeAttribute()
    affectedId = UnicodeAttribute()
    state = UnicodeAttribute()
    reasons = UnicodeSetAttribute(null=True)
    reportCount = NumberAttribute(default=0)
    openedAt = MomentAttribute()
    assigneeId = UnicodeAttribute(null=True)
    assignedUntil = MomentAttribute(null=True)
    decisionId = UnicodeAttribute(null=True)


class ModerationReport(Item, discriminator="ModerationReport"):
    """What somebody, or a rule, reported. Its insertion moves the case in the queue."""

    subject = UnicodeAttribute()
    reporterId = UnicodeAttribute()
    reason = UnicodeAttribute()
    text = UnicodeAttribute(null=True)


class ModerationNote(Item, discriminator="ModerationNote"):
    """What one of the staff tells the others."""

    authorId = UnicodeAttribute()
    text = UnicodeAttribute()


class ModerationDecision(Item, discriminator="ModerationDecision"):
    """What was decided, and what became of that. Its changes make the content follow."""

    id = UnicodeAttribute()
    kind = UnicodeAttribute()
    subjectId = UnicodeAttribute()
    affectedId = UnicodeAttribute()
    title = UnicodeAttribute()
    action = UnicodeAttribute()
    violation = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    moderatorId = UnicodeAttribute()
    until = MomentAttribute(null=True)
    hidesContent = BooleanAttribute(default=False)
    contentStep = UnicodeAttribute(null=True)
    standing = UnicodeAttribute()
    appeal = UnicodeAttribute(null=True)
    appealText = UnicodeAttribute(null=True)
    appealedAt = MomentAttribute(null=True)


class AppealToken(Item, discriminator="AppealToken"):
    """Lets whom a decision affects appeal once, with the link that was mailed."""

    decisionId = UnicodeAttribute()
    email = UnicodeAttribute()


class HiddenReview(Item, discriminator="HiddenReview"):
    """A review that a decision on its author has hidden, so that it can be shown again."""

    reviewId = UnicodeAttribute()


class ReviewFingerprint(Item, discriminator="ReviewFingerprint"):
    """That a review says what a fingerprint stands for; kept for 30 days."""
