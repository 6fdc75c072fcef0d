"""The disk for whoever only looks, as a command does while the service holds the data folder.

Files change by being put in each other's place, so every look finds a whole one.
"""

import errno
import os
from pathlib import Path
from typing import NoReturn

from feedback_api.storage.file_system import OperatingSystemFiles


class ReadOnlyFiles(OperatingSystemFiles):
    """See FileSystem; what is stored says that the disk is read-only, as one of those would."""

    def write(self, path: Path, content: bytes) -> None:
        """See FileSystem."""
        _refuse(path)

    def rename(self, source: Path, target: Path) -> None:
        """See FileSystem."""
        _refuse(target)

    def sync_folder(self, folder: Path) -> None:
        """See FileSystem; the one who writes does it."""

    def remove(self, path: Path) -> None:
        """See FileSystem; what seems left over belongs to the one who writes."""

    def make_folder(self, folder: Path) -> None:
        """See FileSystem."""
        _refuse(folder)


def _refuse(path: Path) -> NoReturn:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
