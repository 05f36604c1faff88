"""The items of a deletion."""

from pynamodb.attributes import UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute


class Deletion(Item, discriminator="Deletion"):
    """A person's deletion, from the wish to its end; listed by the day it is due (GSI2).

    `email` is where its end is told: noted when it begins, because then the profile forgets it.
    """

    userId = UnicodeAttribute()
    state = UnicodeAttribute()
    dueAt = MomentAttribute()
    email = UnicodeAttribute(null=True)


class DeletedUser(Item, discriminator="DeletedUser"):
    """The mark that an account is gone. Its insertion tells every feature."""

    userId = UnicodeAttribute()
