"""Wrong configuration is refused at start, by the variable's name and never by its value."""

import base64
import json

import pytest
from pydantic import ValidationError

from firstspawn.config import BadEnvironment, Secrets, Settings, Stack

GOOD = base64.b64encode(b"k" * 32).decode()
SHORT = base64.b64encode(b"short-and-secret").decode()


def test_the_environment_is_read_by_prefix_and_unknown_variables_are_left_alone() -> None:
    # When
    settings = Settings.from_environment(
        {
            "FIRSTSPAWN_TABLE": "t",
            "FIRSTSPAWN_CORS_ORIGINS": "https://a.example, https://b.example,",
            "FIRSTSPAWN_PING_ALLOW": "127.0.0.0/8,::1/128",
            "FIRSTSPAWN_TEST_SOMETHING": "1",
            "FIRSTSPAWN_STAGE": "",
            "AWS_REGION": "eu-central-1",
        }
    )
    # Then
    assert (settings.table, settings.stage, settings.region) == ("t", "dev", "eu-central-1")
    assert settings.cors_origins == ["https://a.example", "https://b.example"]
    assert [str(network) for network in settings.ping_allow] == ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRSTSPAWN_BODY_LIMIT", "hunter2"),
        ("FIRSTSPAWN_STACK", "hunter2"),
        ("FIRSTSPAWN_PING_ALLOW", "hunter2"),
        ("FIRSTSPAWN_ACCESS_TOKEN_LIFE", "hunter2"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_shown(name: str, value: str) -> None:
    with pytest.raises(BadEnvironment) as raised:
        Settings.from_environment({name: value})
    assert name in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_every_wrong_variable_is_named_at_once() -> None:
    # Given
    environment = {"FIRSTSPAWN_SMTP_PORT": "x", "FIRSTSPAWN_MAIL_BACKEND": "pigeon"}
    # When / Then
    with pytest.raises(BadEnvironment, match=r"FIRSTSPAWN_SMTP_PORT.*|.*FIRSTSPAWN_MAIL_BACKEND"):
        Settings.from_environment(environment)


def test_aws_demands_tls_and_gets_secure_cookies() -> None:
    # Given
    secure = Settings(stack=Stack.AWS, api_url="https://api.example", vault_key_id="key")
    # When / Then
    assert secure.secure_cookies
    with pytest.raises(BadEnvironment, match="https"):
        Settings.from_environment(
            {"FIRSTSPAWN_STACK": "aws", "FIRSTSPAWN_API_URL": "http://api.example"}
        )


def test_aws_demands_a_key_to_seal_secrets_with() -> None:
    with pytest.raises(BadEnvironment, match="vault_key_id"):
        Settings.from_environment(
            {"FIRSTSPAWN_STACK": "aws", "FIRSTSPAWN_API_URL": "https://api.example"}
        )


@pytest.mark.parametrize("scale", ["0", "2"])
def test_production_has_the_limits_as_they_stand(scale: str) -> None:
    # Given
    production = {
        "FIRSTSPAWN_STACK": "aws", "FIRSTSPAWN_STAGE": "prod",
        "FIRSTSPAWN_API_URL": "https://api.example",
        "FIRSTSPAWN_CORS_ORIGINS": "https://a.example", "FIRSTSPAWN_VAULT_KEY_ID": "key",
    }  # fmt: skip
    # When / Then
    assert Settings.from_environment(production).rate_scale == 1
    with pytest.raises(BadEnvironment, match=r"(?i)rate_scale"):
        Settings.from_environment({**production, "FIRSTSPAWN_RATE_SCALE": scale})


def test_generated_secrets_are_good() -> None:
    # When
    secrets = Secrets.from_json(Secrets.generate_json())
    # Then
    assert len(secrets.macKey) == len(secrets.jwtKeys[secrets.jwtCurrentKid]) == 32


@pytest.mark.parametrize(
    "value",
    [
        {"jwtKeys": {"1": SHORT}, "jwtCurrentKid": "1", "macKey": GOOD},
        {"jwtKeys": {"1": GOOD}, "jwtCurrentKid": "1", "macKey": SHORT},
        {"jwtKeys": {"1": GOOD}, "jwtCurrentKid": "2", "macKey": GOOD},
        {"jwtKeys": {}, "jwtCurrentKid": "1", "macKey": GOOD},
        {"jwtKeys": {"1": "not base64!" + SHORT}, "jwtCurrentKid": "1", "macKey": GOOD},
        {"jwtKeys": {"1": GOOD}, "jwtCurrentKid": "1", "macKey": GOOD, "macKye": SHORT},
        [SHORT],
    ],
)
def test_weak_or_missing_keys_are_refused_without_being_shown(value: object) -> None:
    with pytest.raises(ValidationError) as raised:
        Secrets.from_json(json.dumps(value))
    assert SHORT not in str(raised.value)


def test_what_is_no_json_is_refused_without_being_shown() -> None:
    with pytest.raises(ValidationError) as raised:
        Secrets.from_json(f'{{"macKey": "{SHORT}"')
    assert SHORT not in str(raised.value)


def test_keys_do_not_show_when_secrets_are_printed() -> None:
    # Given
    secrets = Secrets(
        jwtKeys={"1": b"j" * 32}, jwtCurrentKid="1", macKey=b"m" * 32, smtpPassword="hunter2"
    )
    # When / Then
    assert not any(part in repr(secrets) for part in ("jjj", "mmm", "hunter2"))


def test_passkeys_belong_to_the_frontends_domain_and_to_the_origins_on_it() -> None:
    # Given
    origins = ["https://www.example.net", "https://admin.example.net", "https://evilexample.net"]
    frontend = {"frontend_url": "https://www.example.net/app", "cors_origins": origins}
    # When
    alone, above = Settings(**frontend), Settings(**frontend, passkey_rp_id="example.net")
    # Then
    assert alone.passkey_domain == "www.example.net"
    assert alone.passkey_origins == ["https://www.example.net"]
    assert above.passkey_domain == "example.net"
    assert above.passkey_origins == ["https://www.example.net", "https://admin.example.net"]


@pytest.mark.parametrize("domain", ["net", "other.net", "ample.net", "app.www.example.net"])
def test_passkeys_of_another_domain_are_refused(domain: str) -> None:
    with pytest.raises(BadEnvironment, match="passkey_rp_id"):
        Settings.from_environment(
            {
                "FIRSTSPAWN_FRONTEND_URL": "https://www.example.net",
                "FIRSTSPAWN_PASSKEY_RP_ID": domain,
            }
        )
