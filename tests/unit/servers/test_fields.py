"""What owners may fill in."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from firstspawn.servers.schemas import RegisterServer, UpdateServer, field_values
from tests.support.servers import server_form


def _refused_fields(**fields: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        server_form(**fields)
    return [str(error["loc"][0]) for error in refused.value.errors()]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("emerald-isles", "emerald-isles"),
        ("Emerald  Isles!", "emerald-isles"),
        ("Grüne Höhle", "grune-hohle"),
        ("--a--b--c--", "a-b-c"),
        ("x" * 48, "x" * 48),
    ],
)
def test_a_slug_is_brought_into_its_form(given: str, stored: str) -> None:
    assert server_form(slug=given).slug == stored


@pytest.mark.parametrize(
    "slug", ["ab", "桃花源生存", "---", "search", "Suggest", "me!", "x" * 49, ""]
)
def test_a_slug_that_cannot_be_one_is_refused(slug: str) -> None:
    assert _refused_fields(slug=slug) == ["slug"]


@pytest.mark.parametrize("name", ["江湖", "Crème & Brûlée", "Наш сервер"])
def test_names_of_any_script_are_taken(name: str) -> None:
    assert server_form(name=name).name == name


def test_names_lose_what_cannot_be_seen() -> None:
    assert server_form(name="  Em\u202eer\u0000ald \n Isles ").name == "Emerald Isles"


@pytest.mark.parametrize("name", ["x", "   ", "\u200b\u200b\u200b", "y" * 65])
def test_names_must_be_seen_and_fit(name: str) -> None:
    assert _refused_fields(name=name) == ["name"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@example.com",
        "https://example.com/<script>",
        "https://example.com/a b",
        "https://example.com:99999/",
        "https://exämple.com",
        "https://[::1",
        "https://example.com/" + "x" * 500,
    ],
)
def test_web_addresses_must_be_plain_https(url: str) -> None:
    assert _refused_fields(websiteUrl=url) == ["websiteUrl"]


@pytest.mark.parametrize("url", ["https://example.com", "https://example.com:8443/a?b=c#d"])
def test_web_addresses_are_kept_as_they_are(url: str) -> None:
    assert server_form(websiteUrl=url).websiteUrl == url


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://discord.gg/abc", True),
        ("https://discord.com/invite/abc", True),
        ("https://discord.gg", False),
        ("https://discord.gg.evil.example/abc", False),
        ("https://evil.example/discord.gg", False),
    ],
)
def test_discord_addresses_lead_to_discord(url: str, taken: bool) -> None:
    if taken:
        assert server_form(discordUrl=url).discordUrl == url
    else:
        assert _refused_fields(discordUrl=url) == ["discordUrl"]


@pytest.mark.parametrize(
    ("language", "taken"),
    [
        ("en", True),
        ("pt-BR", True),
        ("zh-Hans", True),
        ("fil", True),
        ("EN", False),
        ("english", False),
        ("en_US", False),
        ("", False),
        ("en\n", False),
    ],
)
def test_languages_are_bcp_47_tags(language: str, taken: bool) -> None:
    if taken:
        assert server_form(language=language).language == language
    else:
        assert _refused_fields(language=language) == ["language"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("port", 0), ("port", 65536), ("port", "25565"), ("port", 25565.5), ("port", True),
        ("gameType", "CHESS"), ("edition", "POCKET"), ("region", "MOON"),
        ("location", {"lat": 91, "lon": 0}), ("location", {"lat": 0}),
        ("launchDate", "0001-01-01T00:00:00+14:00"), ("launchDate", "9999-12-31T23:59:59-14:00"),
        ("launchDate", "yesterday"), ("tags", ["a"] * 11), ("tags", "survival"),
        ("isVerified", True), ("ownerId", "me"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(field: str, value: Any) -> None:
    assert _refused_fields(**{field: value}) == [field]


def test_a_launch_date_is_stored_in_utc() -> None:
    form = server_form(launchDate="2024-05-01T02:00:00+02:00")

    assert form.launchDate is not None
    assert form.launchDate.isoformat() == "2024-05-01T00:00:00+00:00"


def test_only_what_was_given_changes_and_empty_text_is_none() -> None:
    changes = UpdateServer.model_validate_json(json.dumps({"description": "", "version": "1.21"}))

    assert field_values(changes) == {"description": None, "gameVersion": "1.21"}


def test_a_registration_may_be_as_short_as_this() -> None:
    form = RegisterServer.model_validate_json(
        '{"gameType": "HYTALE", "name": "Orbis", "ip": "play.example.com"}'
    )

    assert (form.slug, form.port, form.tags) == (None, None, [])
