"""Functions' logs as a person reads them."""

import json

from infra.local.logs import format_line

_NOW = 1_700_000_000.0


def test_json_is_unfolded_to_level_message_and_what_is_its_own() -> None:
    entry = {"level": "INFO", "message": "request", "service": "firstspawn", "status": 200}

    line = format_line("api_handler", "0123456789", json.dumps(entry), now=_NOW, colour=False)

    assert line.endswith("api_handler      01234567 INFO    request status=200")


def test_an_exception_follows_on_its_own_lines() -> None:
    entry = {"level": "ERROR", "message": "failed", "exception": "Traceback\n  here"}

    line = format_line("mail_worker", "1", json.dumps(entry), now=_NOW, colour=False)

    assert line.endswith("ERROR   failed\nTraceback\n  here")


def test_plain_lines_and_other_json_stay_as_they_are() -> None:
    for text in ("hello", '{"a": 1}', "{not json"):
        assert format_line("f", "r", text, now=_NOW, colour=False).endswith(text)


def test_colour_marks_the_function_and_errors() -> None:
    line = format_line("f", "r", '{"level": "ERROR", "message": "m"}', now=_NOW, colour=True)

    assert "\x1b[31mERROR" in line
