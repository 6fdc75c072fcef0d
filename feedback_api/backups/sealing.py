"""Encryption of a whole backup with age (https://age-encryption.org/v1): stock age opens it, too.

age authenticates every part of a file and its end, so what was changed or cut off does not open.
"""

import pyrage

from feedback_api.backup_key import IDENTITY_START
from feedback_api.domain.errors import BackupRefused

_MARK = b"age-encryption.org/v1"
_WRONG_KEY = frozenset({"No matching keys found", "Decryption failed"})


def is_sealed(content: bytes) -> bool:
    """Whether this is encrypted."""
    return content.startswith(_MARK)


def sealed(content: bytes, key: str) -> bytes:
    """`key`: an age identity or a passphrase."""
    if key.startswith(IDENTITY_START):
        recipient = pyrage.x25519.Identity.from_str(key).to_public()
        return bytes(pyrage.encrypt(content, [recipient]))
    return bytes(pyrage.passphrase.encrypt(content, key))


def unsealed(content: bytes, key: str | None, told: str) -> bytes:
    """The content, decrypted if need be; `told` is how messages call the backup.

    Raises BackupRefused.
    """
    if not is_sealed(content):
        if key is not None:
            raise BackupRefused(
                f"{told} is not encrypted, though a backup key is set: anybody may have written "
                "it. If you trust it, unset FEEDBACK_BACKUP_KEY for this command. "
                "Nothing was changed."
            )
        return content
    if key is None:
        raise BackupRefused(
            f"{told} is encrypted: set FEEDBACK_BACKUP_KEY or FEEDBACK_BACKUP_KEY_FILE to the key "
            "it was made with. Nothing was changed."
        )
    try:
        if key.startswith(IDENTITY_START):
            return bytes(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(key)]))
        return bytes(pyrage.passphrase.decrypt(content, key))
    except pyrage.DecryptError as error:
        what = (
            "the backup key is not the one it was made with"
            if str(error) in _WRONG_KEY
            else "it is cut off or changed"
        )
        raise BackupRefused(f"{told} cannot be decrypted: {what}. Nothing was changed.") from None
