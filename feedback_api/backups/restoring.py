"""Putting a backup in the place of a data folder's files: the old state or the new, never half.

The new state is made ready beside the old one by `staging`. Renaming that to `.restored` is the one
step that decides; from then on whoever opens the folder first moves the files over.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from feedback_api.backups.backup_file import Backup
from feedback_api.backups.members import entries_of, is_member, names_in
from feedback_api.backups.present_store import (
    ACCOUNTS,
    PresentFile,
    acts_in,
    damaged_in,
    has_same,
    is_of_one_line,
    lost_by_restoring,
    read_present,
    staying_in,
    withdrawn_in,
)
from feedback_api.backups.staging import Wanted, stage
from feedback_api.backups.unfinished import COMMITTED, STAGED
from feedback_api.domain.act import Act
from feedback_api.domain.errors import BackupRefused, StartRefused
from feedback_api.storage.checked_note import drop_note
from feedback_api.storage.damage import NOT_DECODED
from feedback_api.storage.file_system import FileSystem

_REPLACED = ".replaced-"
_PLAN = "plan"
_LISTED = 5


class _Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How to move the files over: `replaced` is where those of before go, for good or for now."""

    entries: tuple[str, ...]
    replaced: str
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did, beside putting the files back.

    `erased` counts comments, names and addresses erased again. `staying` are the files that were
    newer and stay; `replaced` the folder that holds what was lost; `unread` files that may have
    told of more erasures; `took_accounts` that those of the backup are in force, signed out.
    """

    erased: int
    withdrawn: int
    staying: Sequence[str]
    replaced: Path | None
    unread: Sequence[str]
    knew_erasures: bool
    took_accounts: bool


def restore(
    folder: Path, backup: Backup, acts: Sequence[Act], files: FileSystem, *, replace_newer: bool
) -> Restored:
    """Make `folder`, locked by the caller, the state of the backup, without what was erased since.

    `acts`: erasures known from elsewhere. Raises BackupRefused, OSError, StoreError; then nothing
    has changed.
    """
    finish_restore(folder, files)
    present = read_present(folder, files)
    lost = lost_by_restoring(present, backup)
    if lost and not replace_newer:
        raise BackupRefused(_newer(folder, backup, lost))
    staying = staying_in(present, backup)
    takes_accounts = ACCOUNTS not in staying and not has_same(ACCOUNTS, present, backup)
    wanted = Wanted(
        members={**backup.members, **{name: present[name].content for name in staying}},
        acts=(*acts, *acts_in(present)),
        withdrawn=withdrawn_in(present) if is_of_one_line(present, backup) else (),
        ends_sessions=takes_accounts,
    )
    staged = folder / STAGED
    try:
        erased, withdrawn = stage(staged, wanted, files)
        plan = _Plan(
            entries=tuple(entries_of(names_in(staged))),
            replaced=f"{_REPLACED}{datetime.now(UTC):%Y%m%dT%H%M%S.%f}",
            is_kept=bool(lost),
        )
        files.write(staged / _PLAN, msgspec.json.encode(plan))
        files.sync_folder(staged)
        files.rename(staged, folder / COMMITTED)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    files.sync_folder(folder)
    finish_restore(folder, files)
    return Restored(
        erased=erased,
        withdrawn=withdrawn,
        staying=staying,
        replaced=folder / plan.replaced if plan.is_kept else None,
        unread=damaged_in(present),
        knew_erasures=bool(acts) or _has_comments(present),
        took_accounts=takes_accounts and ACCOUNTS in wanted.members,
    )


def finish_restore(folder: Path, files: FileSystem) -> None:
    """Move the files of a restore over that was decided, maybe by a process that died since.

    What was only made ready goes: it may hold what is erased later. The folder must be locked by
    the caller. Raises OSError.
    """
    shutil.rmtree(folder / STAGED, ignore_errors=True)
    committed = folder / COMMITTED
    if not committed.is_dir():
        return
    drop_note(folder, files)
    if (committed / _PLAN).exists():
        plan = _read_plan(committed / _PLAN, files)
        replaced = folder / plan.replaced
        files.make_folder(replaced)
        _move_old(folder, plan, files)
        for entry in plan.entries:
            if (committed / entry).exists():
                if _is_there(folder / entry):
                    files.rename(folder / entry, replaced / entry)
                files.rename(committed / entry, folder / entry)
        files.sync_folder(folder)
        if plan.is_kept:
            files.sync_folder(replaced)
        else:
            shutil.rmtree(replaced)
        files.remove(committed / _PLAN)
    shutil.rmtree(committed)


def left_by_restores(folder: Path) -> Sequence[Path]:
    """What restores replaced and kept; erasures do not reach it."""
    return sorted(folder.glob(f"{_REPLACED}*"))


def _move_old(folder: Path, plan: _Plan, files: FileSystem) -> None:
    """What the new state does not have must not stand beside it."""
    for entry in entries_of([*names_in(folder), *_broken_members(folder)]):
        if entry not in plan.entries:
            files.rename(folder / entry, folder / plan.replaced / entry)


def _broken_members(folder: Path) -> list[str]:
    """Links that lead nowhere and folders in the place of files."""
    return [path.name for path in folder.iterdir() if is_member(path.name)]


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _has_comments(present: dict[str, PresentFile]) -> bool:
    return any(one.comments for one in present.values())


def _read_plan(path: Path, files: FileSystem) -> _Plan:
    try:
        return msgspec.json.decode(files.read(path), type=_Plan)
    except NOT_DECODED as error:
        raise StartRefused(f"{path} is damaged ({error}); run the restore again.") from error


def _newer(folder: Path, backup: Backup, lost: Sequence[str]) -> str:
    listed = "; ".join(lost[:_LISTED]) + ("; …" if len(lost) > _LISTED else "")
    return (
        f"{folder} is newer than the backup of {backup.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC: "
        f"{listed}. Nothing was changed. To look at the backup, restore it into an empty folder "
        "named in FEEDBACK_STORE. To go back to it all the same, add --replace-newer: what is "
        f"there now is then kept in a folder {_REPLACED}… beside it, and what was erased or "
        "withdrawn stays so."
    )
