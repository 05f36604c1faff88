"""The published vectors hold for server and Python client; headers are read strictly."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clients.python.firstspawn_plugin import Credentials, canonical_query, sign
from firstspawn.plugins.errors import ClockSkew, MalformedSignature, SignatureRequired
from firstspawn.plugins.schemas import SignedCall
from firstspawn.plugins.signatures import (
    base_string,
    check_clock,
    explanation,
    is_signed_with,
    read_claim,
)

VECTORS = Path(__file__).parents[3] / "clients/vectors"


def _vectors() -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
    found = []
    for version in (1, 2):
        file = json.loads((VECTORS / f"v{version}.json").read_text(encoding="utf-8"))
        found += [(version, file, vector) for vector in file["vectors"]]
    return found


ALL = _vectors()
NAMES = [f"v{version}-{vector['name']}" for version, _, vector in ALL]


def call_of(version: int, file: dict[str, Any], vector: dict[str, Any]) -> SignedCall:
    """The call a vector describes, signed as it says."""
    headers = {
        "x-firstspawn-key": file["key"],
        "x-firstspawn-timestamp": vector["timestamp"],
        "x-firstspawn-signature": vector["signature"],
    }
    if version == 2:
        headers["x-firstspawn-nonce"] = vector["nonce"]
    path, _, query = vector.get("target", "/").partition("?")
    body = base64.b64decode(vector["bodyBase64"])
    return SignedCall(vector.get("method", "POST"), path, query, headers, body, "203.0.113.7")


@pytest.mark.parametrize(("version", "file", "vector"), ALL, ids=NAMES)
def test_the_server_accepts_every_vector_and_nothing_near_it(
    version: int, file: dict[str, Any], vector: dict[str, Any]
) -> None:
    # Given
    call = call_of(version, file, vector)
    claim = read_claim(call)
    # Then
    assert is_signed_with(file["secret"].encode(), claim, call)
    assert not is_signed_with(file["secret"].encode() + b"x", claim, call)
    if "base" in vector:
        assert base_string(claim, call).decode() == vector["base"]
        assert explanation(claim, call)["base"] == vector["base"]


@pytest.mark.parametrize(("version", "file", "vector"), ALL, ids=NAMES)
def test_the_python_client_signs_every_vector(
    version: int, file: dict[str, Any], vector: dict[str, Any]
) -> None:
    # Given
    target = vector.get("path", "/")
    if vector.get("query"):
        target += "?" + canonical_query((name, value) for name, value in vector["query"])
    # When
    headers = sign(
        Credentials(file["key"], file["secret"]), vector.get("method", "POST"), target,
        base64.b64decode(vector["bodyBase64"]), timestamp=vector["timestamp"],
        nonce=vector.get("nonce", ""), version=version,
    )  # fmt: skip
    # Then
    assert headers["X-FirstSpawn-Signature"] == vector["signature"]
    assert target == vector.get("target", "/")


def changed(**headers: str | None) -> SignedCall:
    """The first vector of version 2 with other headers; None removes one."""
    call = call_of(*next(one for one in ALL if one[0] == 2))
    named = {f"x-firstspawn-{name}": value for name, value in headers.items()}
    kept = {name: value for name, value in {**call.headers, **named}.items() if value is not None}
    return SignedCall(call.method, call.path, call.query, kept, call.body, call.sourceIp)


@pytest.mark.parametrize("name", ["key", "timestamp", "signature", "nonce"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_header_that_is_missing_is_named(name: str, value: str | None) -> None:
    with pytest.raises(SignatureRequired) as refused:
        read_claim(changed(**{name: value}))
    assert refused.value.extensions["missing"] == [f"x-firstspawn-{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timestamp", "01704900000000"), ("timestamp", " 1704900000000"), ("timestamp", "1.7e12"),
        ("timestamp", "-170490000000"), ("timestamp", "١٧٠٤٩٠٠٠٠٠٠٠٠"), ("timestamp", "NaN"),
        ("signature", "v2=" + "0" * 63), ("signature", "v2=" + "0" * 62 + " 0"),
        ("signature", "v3=" + "0" * 64), ("signature", "0" * 64),
        ("signature", "v2=" + "٠" * 64), ("nonce", "short"), ("nonce", "x" * 65),
        ("nonce", "sixteen letters!"), ("nonce", "line\nbreak-line-break"),
    ],
)  # fmt: skip
def test_a_header_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(MalformedSignature) as refused:
        read_claim(changed(**{name: value}))
    assert refused.value.extensions["header"] == f"x-firstspawn-{name}"


def test_the_clock_may_be_five_minutes_off_and_no_more() -> None:
    # Given
    claim = read_claim(changed())
    # Then
    for minutes in (-5, 0, 5):
        check_clock(claim, claim.moment + timedelta(minutes=minutes))
    with pytest.raises(ClockSkew, match="301 s behind") as behind:
        check_clock(claim, claim.moment + timedelta(minutes=5, seconds=1))
    with pytest.raises(ClockSkew, match="ahead"):
        check_clock(claim, claim.moment - timedelta(minutes=5, milliseconds=501))
    assert behind.value.extensions["serverTime"] == 1704900301000
    assert behind.value.extensions["yourTime"] == 1704900000000
