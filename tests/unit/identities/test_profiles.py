"""What is kept of a profile elsewhere: nothing that could do harm where it is shown."""

from typing import Any

import pytest

from firstspawn.identities.profiles import metadata_of, name_of


def test_a_name_and_addresses_are_kept_and_nothing_else() -> None:
    said = {
        "displayName": "  Nelly\u202e \n the  Great ",
        "avatarUrl": "https://cdn.discordapp.com/avatars/80351/8342729096ea.png",
        "profileUrl": "https://steamcommunity.com/id/nelly/?l=en",
        "email": "nelly@example.com",
        "isAdmin": True,
    }

    assert metadata_of(said) == {
        "displayName": "Nelly the Great",
        "avatarUrl": said["avatarUrl"],
        "profileUrl": said["profileUrl"],
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png", "javascript:alert(1)", "//cdn.example/a.png", "https://",
        "https://user@evil.example/a.png", "https://cdn.example\\@evil.example/", "data:,x",
        "https://cdn.example/a b.png", 'https://cdn.example/"onload=x', "https://cdn.example/<b>",
        "https://cdn.example/a.png\n", "https://cdn.example/" + "a" * 500, "https://evil.example",
        "https://кириллица.example/a.png", "", None, 7, ["https://cdn.example/a.png"],
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_plain_https_address_is_not_kept(url: Any) -> None:
    assert metadata_of({"avatarUrl": url, "profileUrl": url}) == {}


@pytest.mark.parametrize("said", [None, 5, {}, [], "", " \u200b\x00 "], ids=repr)
def test_what_is_no_name_is_none(said: Any) -> None:
    assert name_of(said) is None
    assert metadata_of({"displayName": said}) == {}


def test_a_name_is_bounded() -> None:
    assert name_of("a" * 5000) == "a" * 64
    assert len(str(metadata_of({"displayName": "ы" * 5000})).encode()) < 200
