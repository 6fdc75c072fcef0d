"""Writing a backup and reading it: whole, verified, readable by its owner only."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedback_api.backups.archive import packed, unpacked
from feedback_api.backups.manifest import FORMAT, Manifest, described
from feedback_api.backups.members import KEY_FILE, Members
from feedback_api.backups.sealing import is_sealed, sealed, unsealed
from feedback_api.backups.snapshot import Snapshot
from feedback_api.backups.start_check import check_members
from feedback_api.domain.errors import BackupRefused
from feedback_api.release import RELEASE
from feedback_api.storage.file_system import FileSystem, temporary
from feedback_api.storage.secret_file import KeyedHashes
from feedback_api.storage.segment import SCHEMA

_NAME = re.compile(r"feedback-(?P<at>[0-9]{8}T[0-9]{6}\.[0-9]{3})Z\.tar\.gz(?:\.age)?")
_UNFINISHED = re.compile(rf"\.(?P<name>{_NAME.pattern})\.tmp")
_LONGEST_WORK = timedelta(days=1)
_TIME = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds; `size` of its file in bytes."""

    manifest: Manifest
    members: Members
    is_encrypted: bool
    size: int


def read_backup(path: Path, key: str | None, files: FileSystem) -> Backup:
    """Read and verify everything, the start check too. Raises BackupRefused."""
    try:
        content = files.read(path)
    except OSError as error:
        raise BackupRefused(f"{path} cannot be read: {error.strerror}.") from error
    manifest, members = unpacked(unsealed(content, key, str(path)), str(path))
    check_members(members, str(path))
    return Backup(
        manifest=manifest,
        members=members,
        is_encrypted=is_sealed(content),
        size=len(content),
    )


def write_backup(
    snapshot: Snapshot, path: Path, *, key: str | None, secret: str | None, files: FileSystem
) -> Backup:
    """Under its name only once it was read back and is right. Raises BackupRefused, OSError.

    `secret`: the one set, if it is no file; only a mark of it is kept.
    """
    counts = check_members(snapshot.members, "The store")
    manifest = Manifest(
        format=FORMAT,
        release=RELEASE,
        schemas={"segment": SCHEMA},
        taken_at=snapshot.taken_at,
        counts={**counts, "files": len(snapshot.members)},
        secret=secret_mark(snapshot.members, secret),
        members=described(snapshot.members),
    )
    content = packed(manifest, snapshot.members)
    staged = temporary(path)
    try:
        files.write(staged, content if key is None else sealed(content, key))
        backup = read_backup(staged, key, files)
        if backup.members != snapshot.members:
            raise BackupRefused(f"{path} was not written as it should be; the disk may be broken.")
        files.rename(staged, path)
    except (OSError, BackupRefused):
        with contextlib.suppress(OSError):
            files.remove(staged)
        raise
    files.sync_folder(path.parent)
    return backup


def secret_mark(members: Mapping[str, bytes], secret: str | None) -> str | None:
    """Tells one secret from another and helps nobody to find it; None where there is none yet."""
    given = secret or members.get(KEY_FILE, b"").decode("ascii", "replace").strip()
    return KeyedHashes(given).keyed_hash("backup", "").hex()[:16] if given else None


def file_name(taken_at: datetime, *, is_encrypted: bool) -> str:
    """A name that tells when, for a folder of backups."""
    return f"feedback-{taken_at:{_TIME}}"[:-3] + f"Z.tar.gz{'.age' if is_encrypted else ''}"


def remove_older(
    folder: Path, newest: Path, *, keep: int | None, keep_days: int | None, files: FileSystem
) -> list[Path]:
    """Remove the backups that neither limit lets stay, never `newest`; by the time in the name.

    What a backup left that was killed goes, too, once nobody can be at work on it any more. Files
    of other names are left alone. Raises OSError.
    """
    dated = sorted(
        ((_time_in(path.name), path) for path in folder.iterdir() if _NAME.fullmatch(path.name)),
        reverse=True,
    )
    oldest = datetime.now(UTC) - timedelta(days=keep_days) if keep_days is not None else None
    gone = [
        path
        for number, (at, path) in enumerate(dated)
        if path != newest
        and ((keep is not None and number >= keep) or (oldest is not None and at < oldest))
    ]
    gone += sorted(_left_by_a_kill(folder))
    for path in gone:
        files.remove(path)
    if gone:
        files.sync_folder(folder)
    return gone


def _left_by_a_kill(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        found = _UNFINISHED.fullmatch(path.name)
        if found and _time_in(found["name"]) < datetime.now(UTC) - _LONGEST_WORK:
            yield path


def _time_in(name: str) -> datetime:
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found["at"] if found else "", _TIME).replace(tzinfo=UTC)
    except ValueError:  # no backup of ours after all: the newest of all, so that it stays
        return datetime.max.replace(tzinfo=UTC)


def target_in(to: Path, taken_at: datetime, *, is_encrypted: bool) -> Path:
    """The file that `to` means: itself, or a new one in it if it is a folder."""
    if to.is_dir():
        return to / file_name(taken_at, is_encrypted=is_encrypted)
    return to


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a backup would lie among the files it saves."""
    return folder.resolve() in (path.resolve(), *path.resolve().parents)
