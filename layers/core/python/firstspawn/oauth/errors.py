"""What can go wrong on the way to a provider and back."""

from firstspawn.errors import BadRequest, NotFound, Unavailable


class ProviderNotConfigured(NotFound):
    """This stack was given no registration with that provider."""

    code = "provider_not_configured"
    title = "No such provider here"


class InvalidState(BadRequest):
    """The answer belongs to no attempt of this browser, or to one that is used or too old."""

    code = "invalid_state"
    title = "The attempt to sign in is not valid any more"


class InvalidAnswer(BadRequest):
    """The provider's answer does not prove who somebody is."""

    code = "provider_refused"
    title = "The provider did not confirm the account"


class AccessDenied(BadRequest):
    """The person said no at the provider."""

    code = "access_denied"
    title = "Access was denied"


class ProviderDown(Unavailable):
    """The provider does not answer."""

    code = "provider_unavailable"
    title = "The provider does not answer"


class AccountGone(NotFound):
    """The identity's account is no more."""

    code = "account_gone"
    title = "The account is gone"
