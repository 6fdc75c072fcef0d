"""A data folder as the service leaves it after some use: a file of every kind."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from feedback_api.backups.backup_file import Backup, read_backup, write_backup
from feedback_api.backups.restoring import Restored, restore
from feedback_api.backups.snapshot import take_snapshot
from feedback_api.domain.act import Act
from feedback_api.domain.comment import Comment, Idempotency, Role
from feedback_api.domain.cycle import AnswerTemplate, Closing, CycleRecord
from feedback_api.domain.decision import State
from feedback_api.domain.editor import Editor
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.domain.invitation import Invitation, InvitationId
from feedback_api.domain.remarks import Erasure
from feedback_api.domain.section import Wording
from feedback_api.services.erasing import erased
from feedback_api.services.webhook_attempts import Line, WebhookRecord
from feedback_api.storage.deliveries_file import DeliveriesFile
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.kept_wordings import KeptWordings
from feedback_api.storage.secret_file import secret_of
from feedback_api.storage.store_files import StoreFiles
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.published import PAGE, SECTION, SOURCE, WORDING

CYCLE = CycleId("2027-1")
ANA = Editor(name=EditorName("Ana"), passphrase_hash="$hash", added_at=START, session_epoch=7)
KEY = Idempotency(key_hash="key", body_hash="body")


def lay_whole_store(folder: Path) -> Path:
    """Comments 1 to 3, 2 of a cycle and 3 with KEY; and one of each other thing."""
    folder.mkdir(parents=True)
    files = StoreFiles(folder)
    place = DocumentsFolder(folder, files)
    secret_of(folder, files, needed=False)
    KeptWordings(folder, files).keep([_wording()])
    KeptEditors(place).add(ANA)
    closing = Closing(at=START, by=ANA.name)
    KeptCycles(place).change(CYCLE, lambda one: CycleRecord(id=one.id, closings=(closing,)))
    KeptTemplates(place).put(AnswerTemplate(id="1", name="Thanks", texts={SOURCE: "Thanks."}))
    invitation = Invitation(
        id=InvitationId("ABCDEFGH"),
        role=Role.STAFF,
        cycle=CYCLE,
        made_on=START.date(),
        expires_at=START,
        codes={"hash": None},
    )
    KeptInvitations(place).add(invitation)
    DeliveriesFile(folder, files).keep(WebhookRecord(lines=(Line(channel="a", since=START),)))
    with opened(folder) as store:
        store.add(usual_comment(1))
        store.add(usual_comment(2, cycle=CYCLE, name="Silva", body="ёлка"))
        store.add(usual_comment(3, idempotency=KEY))
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[TinydbStore]:
    store = TinydbStore(folder, StoreFiles(folder))
    try:
        yield store
    finally:
        store.close()


def erase(folder: Path, comment: Comment) -> None:
    erasure = Erasure(at=START, by=BY_COMMENTER)
    with opened(folder) as store:
        store.change(comment.id, lambda present: erased(present, erasure))


def withdraw(folder: Path, comment: Comment) -> None:
    event = Event(what=EventKind.WITHDRAWN, at=START, by=BY_COMMENTER, after=State.WITHDRAWN)
    with opened(folder) as store:
        store.change(
            comment.id,
            lambda one: replace(one, state=State.WITHDRAWN, events=(*one.events, event)),
        )


def back_up(folder: Path, path: Path, key: str | None = None) -> Backup:
    """The backup of a folder, written to `path`."""
    files = StoreFiles(folder)
    return write_backup(take_snapshot(folder), path, key=key, secret=None, files=files)


def put_back(
    folder: Path, path: Path, acts: Sequence[Act] = (), *, replace_newer: bool = False
) -> Restored:
    """What restoring the unencrypted backup at `path` into a folder did."""
    files = StoreFiles(folder)
    folder.mkdir(exist_ok=True)
    backup = read_backup(path, None, files)
    return restore(folder, backup, acts, files, replace_newer=replace_newer)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by name but locks."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and path.name != "lock"
    }


def traces(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Content, inode and time of change of every file: what a refusal must leave alone."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_ino,
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _wording() -> Wording:
    return Wording(
        section=SECTION,
        page=PAGE,
        language=SOURCE,
        text_language=SOURCE,
        fingerprint=WORDING,
        title="Title",
        text="Text.",
        markdown="Text.\n",
    )
