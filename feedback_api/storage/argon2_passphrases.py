"""Passphrases hashed with Argon2id, with the parameters of RFC 9106, second recommendation."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2
"""Each takes 64 MiB: strangers trying passphrases must not take all memory."""


class Argon2Passphrases:
    """See Passphrases."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher` with less work is for tests."""
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.Semaphore(_AT_ONCE)
        self._nobody = self._hasher.hash("nobody's passphrase")

    def hash(self, passphrase: str) -> str:
        """See Passphrases."""
        with self._turns:
            return self._hasher.hash(passphrase)

    def matches(self, passphrase: str, passphrase_hash: str | None) -> bool:
        """See Passphrases."""
        with self._turns:
            try:
                fits = self._hasher.verify(passphrase_hash or self._nobody, passphrase)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return fits and passphrase_hash is not None
