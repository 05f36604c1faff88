"""The items of signing in elsewhere: all short-lived, none of them wakes a consumer."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item


class OAuthState(Item, discriminator="OAuthState"):
    """One attempt, stored under the hash of its state and bound to one browser.

    What ties the provider's answer to it (PKCE verifier, nonce) is an HMAC of the state under the
    stack's key, so the table holds no secret. `userId` is set if the account is to be linked.
    """

    provider = UnicodeAttribute()
    browserHash = UnicodeAttribute()
    returnTo = UnicodeAttribute()
    userId = UnicodeAttribute(null=True)
    authEpoch = NumberAttribute(null=True)


class Assertion(Item, discriminator="Assertion"):
    """A provider's answer that was used; remembered for as long as it could be good."""
