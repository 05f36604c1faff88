"""The way to a provider and back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from firstspawn.auth.errors import SecondFactorNeeded
from firstspawn.auth.service import AuthService, Device
from firstspawn.clients.oauth.interface import (
    Flow,
    Person,
    Provider,
    ProviderRefused,
    ProviderUnavailable,
)
from firstspawn.errors import ProblemError
from firstspawn.identities.profiles import metadata_of, name_of
from firstspawn.identities.schemas import Linkable, Platform
from firstspawn.identities.service import IdentityService
from firstspawn.kit.clock import Clock
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.signing import mac
from firstspawn.oauth.errors import (
    AccessDenied,
    InvalidAnswer,
    InvalidState,
    ProviderDown,
    ProviderNotConfigured,
)
from firstspawn.oauth.repository import Attempt, AttemptRepository
from firstspawn.oauth.returns import Returns, with_outcome
from firstspawn.oauth.schemas import Finished, ProviderList, ProviderView, Started
from firstspawn.oauth.sign_in import SignInService
from firstspawn.users.schemas import Caller

_SECRET_BYTES = 32


class OAuthService:
    """Starts and finishes attempts to sign in, or to link. `site` is where the API is served."""

    def __init__(
        self,
        attempts: AttemptRepository,
        providers: Mapping[str, Provider],
        sign_in: SignInService,
        auth: AuthService,
        identities: IdentityService,
        returns: Returns,
        site: str,
        key: bytes,
        *,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._attempts, self._providers, self._sign_in = attempts, providers, sign_in
        self._auth, self._identities, self._returns = auth, identities, returns
        self._site, self._key = site, key
        self._clock, self._random = clock, random

    def providers(self) -> ProviderList:
        """The providers of this stack; no call."""
        items = [ProviderView(name=name, url=self._url(name)) for name in self._providers]
        return ProviderList(items=items)

    def start(self, name: str, return_to: str | None, caller: Caller | None = None) -> Started:
        """Begin to sign in, or to link with the caller's account: one write.

        Raises ProviderNotConfigured, Invalid, ProviderDown.
        """
        provider = self._provider(name)
        page, now = self._returns.checked(return_to), self._clock()
        state, browser = (to_base64url(self._random(_SECRET_BYTES)) for _ in range(2))
        try:
            url = provider.authorization_url(self._flow(name, state, now))
        except ProviderUnavailable as error:
            raise ProviderDown from error
        user = (caller.userId, caller.epoch) if caller else (None, None)
        self._attempts.store(state, browser, Attempt(name, page, *user), now)
        return Started(url, browser)

    def finish(
        self, name: str, query: Mapping[str, Sequence[str]], browser: str | None, device: Device
    ) -> Finished:
        """Take a provider's answer; whatever it is, the browser goes back to the frontend.

        Raises ProviderNotConfigured alone.
        """
        provider, page = self._provider(name), self._returns.default
        try:
            answer = _single(query)
            attempt = self._attempts.take(
                answer.get("state", ""), browser or "", name, self._clock()
            )
            page = attempt.returnTo
            link, email = self._proven(name, provider, answer)
            if attempt.userId is not None:
                self._identities.link(attempt.userId, attempt.authEpoch, link)
                return Finished(with_outcome(page, linked=name))
            _, refresh = self._auth.open(self._sign_in.account_of(link, email), device)
            return Finished(with_outcome(page, signedIn=name), refresh)
        except SecondFactorNeeded as needed:
            challenge = self._auth.challenge(needed.proof)
            return Finished(with_outcome(page, secondFactor=name), challenge=challenge)
        except ProblemError as error:
            return Finished(with_outcome(page, error=error.code))

    def _proven(
        self, name: str, provider: Provider, answer: Mapping[str, str]
    ) -> tuple[Linkable, str | None]:
        if "error" in answer:
            raise AccessDenied if answer["error"] == "access_denied" else InvalidAnswer
        now = self._clock()
        try:
            person = provider.person(answer, self._flow(name, answer["state"], now))
        except ProviderRefused as error:
            raise InvalidAnswer from error
        except ProviderUnavailable as error:
            raise ProviderDown from error
        if person.assertion:
            self._attempts.use_assertion(name, person.assertion, now)
        return _linkable(name, person), person.verifiedEmail

    def _provider(self, name: str) -> Provider:
        if name not in self._providers:
            raise ProviderNotConfigured
        return self._providers[name]

    def _flow(self, name: str, state: str, now: datetime) -> Flow:
        def derived(purpose: str) -> str:
            return to_base64url(mac(self._key, f"oauth/{purpose}", state.encode()))

        return Flow(state, derived("pkce"), derived("nonce"), f"{self._url(name)}/callback", now)

    def _url(self, name: str) -> str:
        return f"{self._site}/api/v1/auth/{name}"


def _single(query: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each parameter once. Raises InvalidState: which of two to believe is nobody's guess."""
    if any(len(values) != 1 for values in query.values()):
        raise InvalidState
    return {name: values[0] for name, values in query.items()}


def _linkable(name: str, person: Person) -> Linkable:
    shown, metadata = name_of(person.name), metadata_of(person.profile)
    return Linkable(
        Platform(name.upper()), person.subject, shown, metadata, refreshToken=person.refreshToken
    )
