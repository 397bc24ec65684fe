"""Hashing of passwords with argon2id, and one-time passwords that can be read out over the telephone."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# Letters and digits that nobody mistakes for another when they are read aloud or written by hand.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Is it the password? Without a stored hash (no such account) it takes the same time and is False."""
    nobody = _nobody()  # made beforehand, so that the first unknown address is not slower either
    try:
        return _HASHER.verify(stored or nobody, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Was it hashed with other costs than today's?"""
    return _HASHER.check_needs_rehash(stored)


def one_time_password() -> str:
    """Sixteen characters in four groups, about 79 bits: `k7mp-2xqa-hd4w-9tzn`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex(16))
