"""The texts: one source, two bodies, everything escaped."""

from collections import defaultdict

import pytest

from firstspawn.auth.tokens import Purpose
from firstspawn.mail.letters import Letter, Site
from firstspawn.mail.rendering import as_html, as_text
from firstspawn.mail.templates import TEMPLATES

SITE = Site("https://firstspawn.com/", lambda purpose, seed: f"{purpose}+{seed}/=")


def test_the_link_of_a_verification_carries_the_token_of_its_seed() -> None:
    letter = TEMPLATES["verify_email"]({"purpose": "VERIFY_EMAIL", "seed": "s"}, SITE)

    assert letter.link == "https://firstspawn.com/verify-email?token=VERIFY_EMAIL%2Bs%2F%3D"


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_of_a_token_has_a_text(purpose: Purpose) -> None:
    assert purpose.value.lower() in TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_both_bodies_say_the_same_and_lead_to_the_same_place(name: str) -> None:
    known = {"purpose": "VERIFY_EMAIL", "seed": "s", "action": "hide"}
    known["at"] = "2026-11-29T12:00:00.000Z"
    params = defaultdict(lambda: "something", known)
    letter = TEMPLATES[name](params, SITE)

    text, html = as_text(letter), as_html(letter)

    assert letter.subject
    for paragraph in letter.paragraphs:
        assert paragraph in text
        assert paragraph in html
    assert letter.link in text
    assert f'href="{letter.link}"' in html


def test_html_escapes_whatever_a_letter_holds() -> None:
    evil = '"><script>alert(1)</script>'

    html = as_html(Letter(evil, (evil,), evil, f"https://example.com/{evil}"))

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 4
    assert '/"' not in html.replace("&quot;", "")
