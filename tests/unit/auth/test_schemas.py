"""An address has one spelling, so that it can be the key of one account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.auth.schemas import normal_email


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Bob@Mail.Example.COM", "bob@mail.example.com"),
        ("bob+tag@mail.example.com", "bob+tag@mail.example.com"),
        ("o'bob@mail.example.com", "o'bob@mail.example.com"),
        ("bob@MÜNCHEN.de", "bob@xn--mnchen-3ya.de"),
        ("bob@xn--mnchen-3ya.de", "bob@xn--mnchen-3ya.de"),
        ("bob@ｍａｉｌ.example.com", "bob@mail.example.com"),
    ],
)
def test_an_address_is_folded_to_one_ascii_spelling(typed: str, key: str) -> None:
    assert normal_email(typed) == key
    assert normal_email(key) == key


@pytest.mark.parametrize(
    "typed",
    ["", "@", "a@", "@b.example.com", "a b@mail.example.com", "ü@mail.example.com",
     "mi\u212ae@mail.example.com", "ａ@mail.example.com", "a@localhost", "a@[127.0.0.1]",
     '"a b"@mail.example.com', "a@mail..example.com", "a\x00@mail.example.com", "\ud800@x.de",
     "a@mail.example.com\nBcc: b@mail.example.com", "a@\u202email.example.com"],
)  # fmt: skip
def test_what_cannot_be_delivered_or_looks_like_another_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a valid e-mail address"):
        normal_email(typed)


@given(st.text(max_size=60) | st.text(max_size=20).map(lambda text: f"{text}@mail.example.com"))
def test_whatever_is_typed_ends_in_ascii_or_a_refusal(typed: str) -> None:
    try:
        key = normal_email(typed)
    except ValueError:
        return
    assert key.isascii()
    assert key == key.lower() == normal_email(key)
