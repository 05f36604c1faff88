"""Sealed secrets open for what they belong to, and for nothing else."""

from collections.abc import Iterator

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from firstspawn.clients.aws import aws_client
from firstspawn.clients.vault import KmsKeyring, LocalKeyring, Vault, VaultError, VaultUnavailable
from tests.support.clock import FrozenClock
from tests.support.engines import REGION

KEY = b"k" * 32
OWNER = {"user": "u1", "purpose": "totp"}


@pytest.fixture
def kms(clock: FrozenClock) -> Iterator[KmsKeyring]:
    """A keyring on a key of a mocked KMS."""
    with mock_aws():
        aws_client.cache_clear()
        key = boto3.client("kms", region_name=REGION).create_key()["KeyMetadata"]["KeyId"]
        yield KmsKeyring(key, REGION, clock)
        aws_client.cache_clear()


def again(keyring: KmsKeyring, clock: FrozenClock) -> KmsKeyring:
    """The same key of KMS in another process."""
    return KmsKeyring(keyring._key_id, REGION, clock)


@given(st.binary())
def test_what_was_sealed_opens_in_its_context(secret: bytes) -> None:
    # Given
    vault = Vault(LocalKeyring(KEY))
    # When
    sealed = vault.seal(secret, OWNER)
    # Then: whatever the order of the context's fields
    assert vault.open(sealed, dict(reversed(OWNER.items()))) == secret


@pytest.mark.parametrize(
    "context", [{}, {"user": "u2", "purpose": "totp"}, {"user": "u1", "purpose": "totp", "x": ""}]
)
def test_a_text_moved_to_another_context_does_not_open(context: dict[str, str]) -> None:
    vault = Vault(LocalKeyring(KEY))
    sealed = vault.seal(b"secret", OWNER)

    with pytest.raises(VaultError):
        vault.open(sealed, context)


def test_an_altered_text_does_not_open() -> None:
    # Given
    vault = Vault(LocalKeyring(KEY))
    sealed = vault.seal(b"secret", OWNER)
    # When one character is another, anywhere, or parts are missing
    changed = [
        sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        for at in range(len(sealed))
    ]
    # Then
    for text in [*changed, "", "v1", sealed[:-8], f"{sealed}.x", "v1.local..", "v1.local..AA"]:
        with pytest.raises(VaultError):
            vault.open(text, OWNER)


def test_the_same_secret_is_never_sealed_alike() -> None:
    vault = Vault(LocalKeyring(KEY))

    assert vault.seal(b"secret", OWNER) != vault.seal(b"secret", OWNER)


def test_another_stacks_key_opens_nothing() -> None:
    sealed = Vault(LocalKeyring(KEY)).seal(b"secret", OWNER)

    with pytest.raises(VaultError):
        Vault(LocalKeyring(b"x" * 32)).open(sealed, OWNER)


def test_kms_wraps_the_key_beside_the_secret(kms: KmsKeyring, clock: FrozenClock) -> None:
    # Given a secret sealed in one process
    sealed = Vault(kms).seal(b"secret", OWNER)
    # When another one opens it
    opened = Vault(again(kms, clock)).open(sealed, OWNER)
    # Then
    assert opened == b"secret"
    assert sealed.split(".")[1] == kms.current().keyId


def test_kms_is_asked_once_an_hour_and_once_for_each_data_key(
    kms: KmsKeyring, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a count of the calls
    calls: list[str] = []
    client = aws_client("kms", REGION)
    client.meta.events.register("before-call.kms", lambda model, **_: calls.append(model.name))
    writer, reader = Vault(kms), Vault(again(kms, clock))
    # When secrets are sealed, an hour passes, more are sealed, and all are opened elsewhere
    sealed = [writer.seal(b"1", OWNER), writer.seal(b"2", OWNER)]
    clock.advance(hours=1)
    sealed.append(writer.seal(b"3", OWNER))
    opened = [vault.open(text, OWNER) for vault in (writer, reader) for text in sealed]
    # Then
    assert opened == [b"1", b"2", b"3"] * 2
    assert calls == ["GenerateDataKey"] * 2 + ["Decrypt"] * 3


def test_a_data_key_kms_did_not_wrap_opens_nothing(kms: KmsKeyring) -> None:
    vault = Vault(kms)
    version, key_id, _, body = vault.seal(b"secret", OWNER).split(".")

    with pytest.raises(VaultError):
        vault.open(f"{version}.{key_id}.AAAA.{body}", OWNER)


@pytest.mark.usefixtures("kms")
def test_what_kms_refuses_to_give_a_key_for_is_told_as_an_outage(clock: FrozenClock) -> None:
    with pytest.raises(VaultUnavailable):
        Vault(KmsKeyring("no-such-key", REGION, clock)).seal(b"secret", OWNER)
