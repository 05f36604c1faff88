"""Mails on the mailbox page."""

from infra.local.mailbox import linked


def test_addresses_become_links_and_everything_else_is_escaped() -> None:
    shown = linked("<b> https://example.org/verify?token=a&b=c now")

    assert shown == (
        '&lt;b&gt; <a href="https://example.org/verify?token=a&amp;b=c">'
        "https://example.org/verify?token=a&amp;b=c</a> now"
    )


def test_text_without_addresses_is_only_escaped() -> None:
    assert linked("a < b") == "a &lt; b"
