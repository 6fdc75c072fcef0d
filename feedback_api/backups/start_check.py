"""The check of the start, on files in memory: what the service would refuse is no good backup.

The stores look for files by name, so empty ones stand in a folder; no content reaches the disk.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from feedback_api.backups.members import KEY_FILE, Members
from feedback_api.domain.errors import BackupRefused, StartRefused
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.damage import (
    NOT_DECODED,
    damaged,
    read_whole,
    refuse_repeated_keys,
    refuse_shape,
)
from feedback_api.storage.deliveries_file import DeliveriesFile
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.kept_wordings import KeptWordings
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.storage.secret_file import secret_of
from feedback_api.storage.tables_file import decode_tables
from feedback_api.storage.tinydb_store import TinydbStore


def check_folder(folder: Path, files: FileSystem) -> Mapping[str, int]:
    """Read everything as a start does; how many there are of what. Raises StartRefused."""
    for path in sorted(folder.glob("*.json")):
        _check_tables(path, files)
    KeptWordings(folder, files)
    place = DocumentsFolder(folder, files)
    KeptCycles(place)
    templates = KeptTemplates(place)
    invitations = KeptInvitations(place)
    DeliveriesFile(folder, files)
    editors = KeptEditors(place)
    if (folder / KEY_FILE).exists():
        secret_of(folder, files, needed=True)
    store = TinydbStore(folder, files)
    try:
        there = store.index.select(CommentQuery(limit=0)).total
        return {
            "comments": there,
            "erased": len(store.index) - there,
            "editors": len(editors.all()),
            "templates": len(templates.all()),
            "invitations": len(invitations.all()),
        }
    finally:
        store.close()


def check_members(members: Members, told: str) -> Mapping[str, int]:
    """As check_folder, for files in memory. Raises BackupRefused; `told` names the whole."""
    with _skeleton(members) as folder:
        try:
            return check_folder(folder, _MemberFiles(folder, members))
        except StartRefused as refused:
            what = refused.message.replace(f"{folder}/", "").partition(". The file was left")[0]
            raise BackupRefused(
                f"{told} holds what the service would refuse at its start: {what}."
            ) from None


class _MemberFiles(ReadOnlyFiles):
    """See FileSystem."""

    def __init__(self, folder: Path, members: Members) -> None:
        self._folder = folder
        self._members = members

    def read(self, path: Path) -> bytes:
        """See FileSystem."""
        return self._members[str(path.relative_to(self._folder))]


@contextmanager
def _skeleton(members: Members) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="feedback-") as place:
        folder = Path(place)
        for name in members:
            (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
            (folder / name).touch(mode=0o600)
        yield folder


def _check_tables(path: Path, files: FileSystem) -> None:
    """What holds for the file of any store, whether or not it is read at each start."""
    content = read_whole(files, path)
    try:
        if not decode_tables(content):
            raise damaged(path, "holds no table")
    except NOT_DECODED as error:
        refuse_shape(path, error)
    refuse_repeated_keys(path, content)
