"""Password rules and hashing: Argon2id with OWASP's parameters for one core."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# Verified against when the account does not exist, so that both answers cost the same. Its
# parameters are those of `_hasher`, and no password matches it.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$Zmlyc3RzcGF3bi1ub2JvZHk$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def check_password_rules(password: str) -> str:
    """Return the password if it has upper case, lower case and a digit, else raise ValueError."""
    for has, missing in (
        (str.isupper, "an upper case letter"),
        (str.islower, "a lower case letter"),
        (str.isdigit, "a digit"),
    ):
        if not any(map(has, password)):
            raise ValueError(f"needs {missing}")
    return password


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Hash a new password (some 25 ms of CPU)."""
    return _hasher().hash(password)


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than new ones are."""
    from argon2.exceptions import InvalidHashError

    try:
        return _hasher().check_needs_rehash(stored)
    except InvalidHashError:
        return False  # nothing matches it


def password_matches(stored: str | None, password: str) -> bool:
    """Verify a password; None stands for an unknown account and takes as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
