"""What a data folder holds before a restore, damaged or not: what was erased or taken back since,
and what a restore would lose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedback_api.backups.backup_file import Backup
from feedback_api.backups.members import KEY_FILE, WORDINGS, Members, holds_comments, names_in
from feedback_api.domain.act import Act, acts_of
from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.identity import CommentId
from feedback_api.storage.comment_document import decode_comment
from feedback_api.storage.damage import NOT_DECODED
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.tables_file import decode_tables

ACCOUNTS = "editors.json"
STAYING = frozenset({ACCOUNTS, "invitations.json"})
"""Who may sign in, and which invitations are used: what was taken away must not come back."""
_CLOCK_LAG = timedelta(seconds=1)
"""Times of files come from a coarser clock; in doubt a file is newer."""
_NOT_MISSED = frozenset({"deliveries.json", KEY_FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentFile:
    """One file of the folder; `comments` are those that can be read, if it is a segment."""

    name: str
    content: bytes
    changed_at: datetime
    comments: tuple[Comment, ...]
    is_whole: bool


def read_present(folder: Path, files: FileSystem) -> dict[str, PresentFile]:
    """By name; what cannot be read at all is there without content."""
    if not folder.is_dir():
        return {}
    return {name: _present(folder, name, files) for name in names_in(folder)}


def acts_in(present: dict[str, PresentFile]) -> list[Act]:
    """Every act of erasure that the folder still tells of."""
    return [act for comment in _comments(present) for act in acts_of(comment)]


def withdrawn_in(present: dict[str, PresentFile]) -> list[Comment]:
    """Every comment that its commenter took back."""
    return [
        comment
        for comment in _comments(present)
        if comment.state is State.WITHDRAWN and not comment.erased
    ]


def damaged_in(present: dict[str, PresentFile]) -> list[str]:
    """The segments of comments of which a part cannot be read: acts may be missing."""
    return [one.name for one in present.values() if holds_comments(one.name) and not one.is_whole]


def is_of_one_line(present: dict[str, PresentFile], backup: Backup) -> bool:
    """Whether folder and backup are states of the same store, not of two."""
    theirs, ours = backup.members.get(KEY_FILE), present.get(KEY_FILE)
    if theirs and ours and ours.content:
        return theirs.strip() == ours.content.strip()
    known = _versions(backup.members)
    return any(comment.id in known for comment in _comments(present))


def staying_in(present: dict[str, PresentFile], backup: Backup) -> list[str]:
    """Which of STAYING the folder has in a newer state than the backup."""
    if not is_of_one_line(present, backup):
        return []
    return sorted(
        name
        for name in STAYING
        if name in present and present[name].is_whole and _is_newer(present[name], backup)
    )


def has_same(name: str, present: dict[str, PresentFile], backup: Backup) -> bool:
    """Whether a file of the same store is in the same state as in the backup."""
    is_there = name in present and present[name].content == backup.members.get(name)
    return is_there and is_of_one_line(present, backup)


def lost_by_restoring(present: dict[str, PresentFile], backup: Backup) -> list[str]:
    """What is newer than the backup and would be gone, in words; empty where nothing is."""
    versions = _versions(backup.members)
    found: list[str] = []
    for one in present.values():
        if one.content == backup.members.get(one.name, b"") and one.content:
            continue
        if holds_comments(one.name):
            found += _newer_comments(one, versions, backup)
        elif _is_missed(one.name) and _is_newer(one, backup):
            found.append(f"{one.name} was changed at {one.changed_at:%Y-%m-%d %H:%M:%S} UTC")
    return found


def _is_missed(name: str) -> bool:
    """Wordings are kept anew from the published text; those of comments are in the backup."""
    return name not in STAYING | _NOT_MISSED and not name.startswith(f"{WORDINGS}/")


def _newer_comments(
    one: PresentFile, versions: dict[CommentId, int], backup: Backup
) -> Iterator[str]:
    newer = [
        comment.id
        for comment in one.comments
        if comment.version > versions.get(comment.id, 0)
        and not comment.erased
        and comment.state is not State.WITHDRAWN
    ]
    if newer:
        yield f"{one.name} holds {len(newer)} comments, or later states of them"
    elif not one.is_whole and _is_newer(one, backup):
        yield f"{one.name} is damaged, and was changed after the backup"


def _is_newer(one: PresentFile, backup: Backup) -> bool:
    is_other = one.content != backup.members.get(one.name)
    return is_other and one.changed_at > backup.manifest.taken_at - _CLOCK_LAG


def _versions(members: Members) -> dict[CommentId, int]:
    return {
        comment.id: comment.version
        for name, content in members.items()
        if holds_comments(name)
        for comment in _read_comments(content)[0]
    }


def _comments(present: dict[str, PresentFile]) -> Iterator[Comment]:
    for one in present.values():
        yield from one.comments


def _present(folder: Path, name: str, files: FileSystem) -> PresentFile:
    path = folder / name
    changed_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    try:
        content = files.read(path)
    except OSError:
        content = b""
    if holds_comments(name):
        comments, is_whole = _read_comments(content)
    else:
        comments, is_whole = (), name == KEY_FILE or _is_json(content)
    return PresentFile(
        name=name, content=content, changed_at=changed_at, comments=comments, is_whole=is_whole
    )


def _is_json(content: bytes) -> bool:
    try:
        return bool(decode_tables(content))
    except NOT_DECODED:
        return False


def _read_comments(content: bytes) -> tuple[tuple[Comment, ...], bool]:
    """Those of a segment, and whether that is all: of a damaged file, line by line."""
    try:
        documents = list(decode_tables(content).get("comments", {}).values())
        return tuple(map(decode_comment, documents)), True
    except NOT_DECODED:
        return tuple(_in_lines(content)), False


def _in_lines(content: bytes) -> Iterator[Comment]:
    for line in content.splitlines():
        number, colon, document = line.strip().rstrip(b",").partition(b":")
        if colon and number.strip(b'"').isdigit():
            try:
                yield decode_comment(document)
            except NOT_DECODED:
                continue
