"""The state that a restore will put in place: the backup's files without what was erased since."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from feedback_api.backups.members import Members
from feedback_api.domain.act import Act
from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import Erased, IdempotencyMismatch, UnknownComment
from feedback_api.services.erasing import apply_erasures
from feedback_api.services.ports import CommentStore
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import FileSystem, make_folder_durably
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.tinydb_store import TinydbStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`acts` and `withdrawn` are what commenters and editors took away since the backup."""

    members: Members
    acts: Sequence[Act]
    withdrawn: Sequence[Comment]
    ends_sessions: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    """What apply_erasures needs of Services."""

    comments: CommentStore


def stage(folder: Path, wanted: Wanted, files: FileSystem) -> tuple[int, int]:
    """Write the state into the new folder `folder`; how many acts, and withdrawals, changed it.

    Raises OSError, StoreError, StoreDamaged.
    """
    make_folder_durably(files, folder)
    for name, content in wanted.members.items():
        path = folder / name
        make_folder_durably(files, path.parent)
        files.write(path, content)
    for path in (*folder.iterdir(), folder):
        if path.is_dir():
            files.sync_folder(path)
    store = TinydbStore(folder, files)
    try:
        done = sum(_withdraw_again(comment, store) for comment in wanted.withdrawn)
        erased = apply_erasures(wanted.acts, _Kept(store))
    finally:
        store.close()
    if wanted.ends_sessions:
        _end_sessions(folder, files)
    return erased, done


def _withdraw_again(comment: Comment, store: CommentStore) -> bool:
    try:
        if store.get(comment.id).state is State.WITHDRAWN:
            return False
        store.change(comment.id, lambda present: replace(comment, version=present.version))
    except UnknownComment:
        with suppress(Erased, IdempotencyMismatch):  # erased in the backup; its key is another's
            store.add(comment)
    return True


def _end_sessions(folder: Path, files: FileSystem) -> None:
    """A session that ended since the backup would hold again."""
    editors = KeptEditors(DocumentsFolder(folder, files))
    now = int(datetime.now(UTC).timestamp())
    for editor in editors.all():
        editors.change(editor.name, lambda one: replace(one, session_epoch=now))
    (folder / "editors.lock").unlink(missing_ok=True)
