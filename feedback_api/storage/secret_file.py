"""The service's own secret: what makes hashes of receipts useless to whoever copies the data."""

import hmac
import logging
import secrets
import stat
from pathlib import Path

from feedback_api.domain.errors import StartRefused
from feedback_api.storage.damage import damaged, read_whole
from feedback_api.storage.file_system import FileSystem, replace_durably

_log = logging.getLogger(__name__)

LEAST_CHARACTERS = 32


class KeyedHashes:
    """Secrets over one secret; each purpose has a key of its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._begun: dict[str, hmac.HMAC] = {}

    def keyed_hash(self, purpose: str, text: str) -> bytes:
        """See Secrets.

        Not `hmac.digest`: it lets other threads run each time, and the loop waits to go on.
        """
        begun = self._begun.get(purpose)
        if begun is None:  # words of the code, at most a day with them
            key = hmac.digest(self._secret, purpose.encode(), "sha256")
            begun = self._begun[purpose] = hmac.new(key, digestmod="sha256")
        one = begun.copy()
        one.update(text.encode())
        return one.digest()


def secret_of(folder: Path, files: FileSystem, *, needed: bool) -> str:
    """The secret in `<folder>/secret`, made at the first start.

    `needed` says that there are receipts already, whose secret it must be. Raises StartRefused.
    """
    path = folder / "secret"
    if not path.exists() and not path.is_symlink():
        if needed:
            raise StartRefused(_lost(path))
        return _made(path, files)
    try:
        secret = read_whole(files, path).decode("ascii").strip()
    except UnicodeDecodeError:
        raise damaged(path, "is not the text this service writes") from None
    if len(secret) < LEAST_CHARACTERS:
        raise damaged(path, f"holds fewer than {LEAST_CHARACTERS} characters")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        _log.warning("%s can be read by others than its owner; chmod 600 mends that", path)
    return secret


def _made(path: Path, files: FileSystem) -> str:
    secret = secrets.token_urlsafe(LEAST_CHARACTERS)
    try:
        replace_durably(files, path, f"{secret}\n".encode())
    except OSError as error:
        raise StartRefused(
            f"{path} cannot be made: {error.strerror}. "
            "Make room or give write permission, or set FEEDBACK_SECRET."
        ) from error
    return secret


def _lost(path: Path) -> str:
    return (
        f"{path} is missing, though there are comments: without it no receipt given so far works. "
        "Put it back from your backup, or set FEEDBACK_SECRET to what it held. If it is lost for "
        f"good, write {LEAST_CHARACTERS} or more random characters into it: the comments stay, "
        "their receipts are void."
    )
