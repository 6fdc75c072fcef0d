"""Passphrases hashed with Argon2id, with the parameters of RFC 9106, second recommendation."""

import base64
import threading
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from feedback_api.storage.easy_passphrases import is_easy

_AT_ONCE = 2
"""Each takes 64 MiB: strangers trying passphrases must not take all memory."""


class Argon2Passphrases:
    """See Passphrases."""

    def __init__(
        self, hasher: PasswordHasher | None = None, *, place_words: Collection[str] = ()
    ) -> None:
        """`hasher` with less work is for tests; `place_words` are known to whoever guesses."""
        self._place_words = place_words
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.Semaphore(_AT_ONCE)
        self._nobodys = _hash_of_nobody(self._hasher)

    def hash(self, passphrase: str) -> str:
        """See Passphrases."""
        with self._turns:
            return self._hasher.hash(passphrase)

    def matches(self, passphrase: str, passphrase_hash: str | None) -> bool:
        """See Passphrases."""
        with self._turns:
            try:
                fits = self._hasher.verify(passphrase_hash or self._nobodys, passphrase)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return fits and passphrase_hash is not None

    def is_easy(self, passphrase: str, name: str) -> bool:
        """See Passphrases."""
        return is_easy(passphrase, (name, *self._place_words))


def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """A hash that takes as long to compare as any, and is made without hashing at each start."""
    salt, digest = (
        base64.b64encode(bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
