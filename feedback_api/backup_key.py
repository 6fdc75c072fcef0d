"""The key that backups are encrypted with: FEEDBACK_BACKUP_KEY, or a file that holds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAMES = ("FEEDBACK_BACKUP_KEY", "FEEDBACK_BACKUP_KEY_FILE")
IDENTITY_START = "AGE-SECRET-KEY-1"
LEAST_CHARACTERS = 20
_RULE = (
    f"must be an age identity ({IDENTITY_START}…, as age-keygen writes it) "
    f"or a passphrase of {LEAST_CHARACTERS} characters or more"
)


Read = Callable[[str, Callable[[str], str]], str | None]
"""Reads the setting of a name; None where it is not set or makes no sense, which is noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupKey:
    """`text`: an age identity or a passphrase; `is_in_file`: it came from a file."""

    text: str = field(repr=False)
    is_in_file: bool


def read_backup_key(read: Read) -> BackupKey | None:
    """None where backups are not encrypted; of the two settings the key itself goes first."""
    key = read("FEEDBACK_BACKUP_KEY", read_key)
    in_file = read("FEEDBACK_BACKUP_KEY_FILE", read_key_file)
    found = key or in_file
    return BackupKey(text=found, is_in_file=key is None) if found else None


def described(key: BackupKey | None) -> Mapping[str, str]:
    """The key is never shown."""
    told = dict.fromkeys(NAMES, "none")
    if key is not None:
        told[NAMES[key.is_in_file]] = "set"
    return told


def read_key(value: str) -> str:
    """Raises ValueError that says what is wrong, never what the key is."""
    if value.startswith(IDENTITY_START):
        import pyrage

        try:
            pyrage.x25519.Identity.from_str(value)
        except pyrage.IdentityError:
            raise ValueError(_RULE) from None
        return value
    if len(value) < LEAST_CHARACTERS:
        raise ValueError(_RULE)
    return value


def read_key_file(value: str) -> str:
    """The key in a file, its first line that is neither empty nor a comment.

    Raises ValueError.
    """
    try:
        lines = Path(value).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ValueError("must name a file that can be read and holds the backup key") from None
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not keys:
        raise ValueError(f"names a file without a key; it {_RULE}")
    return read_key(keys[0])
