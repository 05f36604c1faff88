"""Secrets at rest: sealed with AES-256-GCM and bound to what they belong to.

A sealed text is `v1.{key id}.{wrapped data key}.{nonce and ciphertext}`. The context (whose secret
it is, and what for) is authenticated with it: copied to somebody else's item, a text does not open.
On AWS data keys come from KMS, one for many secrets, so that most uses make no call; the embedded
stack has one local key.
"""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from firstspawn.clients.aws import aws_client
from firstspawn.config import Secrets, Settings
from firstspawn.errors import Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.encoding import from_base64url, to_base64url
from firstspawn.kit.signing import mac

_FORMAT = "v1"
_NONCE_BYTES = 12
_DATA_KEY_LIFE = timedelta(hours=1)
_UNWRAPPED_KEYS = 256
_REFUSED = {"InvalidCiphertextException", "IncorrectKeyException"}
# What the key policy and the trail of KMS see; the secret's own context is in the ciphertext.
_KMS_CONTEXT = {"purpose": "firstspawn-vault"}

Context = Mapping[str, str]


class VaultError(ValueError):
    """The text is altered, belongs to another context, or its key is not one of ours."""


class VaultUnavailable(Unavailable):
    """KMS gives no key to seal with now."""


class DataKey(NamedTuple):
    """A key as it is used, and as it is stored beside what it sealed."""

    keyId: str
    wrapped: bytes
    key: bytes


class Keyring(Protocol):
    """Where data keys come from."""

    def current(self) -> DataKey:
        """The key to seal with."""
        ...

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """The key behind a stored one. Raises VaultError."""
        ...


class Vault:
    """Seals and opens secrets. `context` must be the same both times."""

    def __init__(self, keyring: Keyring, random: Callable[[int], bytes] = os.urandom) -> None:
        self._keyring, self._random = keyring, random

    def seal(self, secret: bytes, context: Context) -> str:
        """Encrypt: no call but the first of a process and hour."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        data_key = self._keyring.current()
        nonce = self._random(_NONCE_BYTES)
        sealed = AESGCM(data_key.key).encrypt(nonce, secret, _canonical(context))
        parts = (data_key.wrapped, nonce + sealed)
        return ".".join([_FORMAT, data_key.keyId, *map(to_base64url, parts)])

    def open(self, sealed: str, context: Context) -> bytes:
        """Decrypt: at most one call, none for a data key met before. Raises VaultError."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            version, key_id, *encoded = sealed.split(".")
            wrapped, body = map(from_base64url, encoded)
        except ValueError as error:
            raise VaultError("malformed") from error
        if version != _FORMAT:
            raise VaultError("unknown format")
        key = self._keyring.unwrap(key_id, wrapped)
        try:
            return AESGCM(key).decrypt(
                body[:_NONCE_BYTES], body[_NONCE_BYTES:], _canonical(context)
            )
        except (InvalidTag, ValueError) as error:
            raise VaultError("not authentic in this context") from error


class LocalKeyring:
    """One key of the stack itself, for stacks without KMS."""

    _KEY_ID = "local"

    def __init__(self, key: bytes) -> None:
        self._key = mac(key, "vault", b"")

    def current(self) -> DataKey:
        """The one key; it is not stored anywhere."""
        return DataKey(self._KEY_ID, b"", self._key)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """The one key. Raises VaultError for a text of another keyring."""
        if key_id != self._KEY_ID or wrapped:
            raise VaultError("sealed by another keyring")
        return self._key


class KmsKeyring:
    """Data keys wrapped by a key that never leaves KMS. `key_id` is its id or ARN."""

    def __init__(self, key_id: str, region: str, clock: Clock) -> None:
        self._key_id, self._region, self._clock = key_id, region, clock
        self._current: tuple[datetime, DataKey] | None = None
        self._decrypt = lru_cache(maxsize=_UNWRAPPED_KEYS)(self._ask_kms)

    @property
    def _client(self) -> Any:
        return aws_client("kms", self._region)

    def current(self) -> DataKey:
        """A data key of this process: one call an hour. Raises VaultUnavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        now = self._clock()
        if self._current is None or now - self._current[0] >= _DATA_KEY_LIFE:
            try:
                answer = self._client.generate_data_key(
                    KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=_KMS_CONTEXT
                )
            except (BotoCoreError, ClientError) as error:
                raise VaultUnavailable from error
            name = answer["KeyId"].rpartition("/")[2]
            key = DataKey(name, answer["CiphertextBlob"], answer["Plaintext"])
            self._current = (now, key)
        return self._current[1]

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Have KMS decrypt a data key: one call the first time. Raises VaultError."""
        data_key = self._current[1] if self._current else None
        if data_key and (data_key.keyId, data_key.wrapped) == (key_id, wrapped):
            return data_key.key
        return self._decrypt(wrapped)

    def _ask_kms(self, wrapped: bytes) -> bytes:
        from botocore.exceptions import ClientError

        try:
            # Naming the key keeps a text from choosing which key of the account is asked.
            answer = self._client.decrypt(
                CiphertextBlob=wrapped, KeyId=self._key_id, EncryptionContext=_KMS_CONTEXT
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED:
                raise VaultError("KMS does not know this data key") from error
            raise
        key: bytes = answer["Plaintext"]
        return key


def open_vault(settings: Settings, secrets: Callable[[], Secrets], clock: Clock) -> Vault:
    """The stack's vault: KMS where the settings name a key, else a key made of the stack's own."""
    if settings.vault_key_id:
        return Vault(KmsKeyring(settings.vault_key_id, settings.region, clock))
    return Vault(LocalKeyring(secrets().macKey))


def _canonical(context: Context) -> bytes:
    return json.dumps(dict(context), sort_keys=True, separators=(",", ":")).encode()
