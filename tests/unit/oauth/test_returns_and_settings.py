"""Where browsers are sent, and that production knows no stand-ins."""

import pytest

from firstspawn.config import BadEnvironment, Settings
from firstspawn.errors import Invalid
from firstspawn.oauth.returns import Returns, with_outcome

RETURNS = Returns("https://firstspawn.com/", ["https://beta.firstspawn.com"])


@pytest.mark.parametrize(
    "page",
    ["https://firstspawn.com", "https://firstspawn.com/a?b=c", "https://BETA.firstspawn.com/"],
)
def test_a_frontends_page_is_allowed(page: str) -> None:
    assert RETURNS.checked(page) == page


@pytest.mark.parametrize(
    "page", ["http://firstspawn.com/", "https://firstspawn.com:8443/", "https://a.firstspawn.com/",
             "https://firstspawn.com/\n", "https://user@firstspawn.com/"],
)  # fmt: skip
def test_any_other_is_not(page: str) -> None:
    with pytest.raises(Invalid):
        RETURNS.checked(page)


def test_without_one_the_browser_goes_to_the_configured_page() -> None:
    assert RETURNS.checked(None) == "https://firstspawn.com/auth/callback"
    assert with_outcome(RETURNS.default, error="x y") == f"{RETURNS.default}?error=x+y"


@pytest.mark.parametrize("provider", ["DISCORD", "GOOGLE", "EPIC", "STEAM"])
def test_a_provider_has_no_stand_in_on_aws(provider: str) -> None:
    environment = {
        "FIRSTSPAWN_STACK": "aws",
        "FIRSTSPAWN_API_URL": "https://api.example",
        "FIRSTSPAWN_VAULT_KEY_ID": "key",
        f"FIRSTSPAWN_{provider}_URL": "http://127.0.0.1:1",
    }
    with pytest.raises(BadEnvironment, match="stand-ins"):
        Settings.from_environment(environment)
