"""The commands that keep what was said: backup, restore, erasures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feedback_api.commands_told import settings_in_force, told
from feedback_api.domain.errors import BackupRefused, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedback_api.backups.backup_file import Backup
    from feedback_api.backups.restoring import Restored
    from feedback_api.domain.act import Act
    from feedback_api.settings import Settings

commands = typer.Typer()


@commands.command()
def backup(
    to: Annotated[
        Path | None, typer.Argument(help="A folder for dated backups, or the file to write.")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(help="Read this backup, check all of it and change nothing.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Remove all but the newest so many from the folder.")
    ] = None,
    keep_days: Annotated[
        int | None, typer.Option(min=1, help="Remove older ones from the folder.")
    ] = None,
) -> None:
    """Save all data as one file, also while the service runs; see docs/manual/backup.md."""
    with told():
        if (to is None) == (verify is None):
            raise BackupRefused("Say where the backup goes, or which one to --verify.")
        settings = settings_in_force()
        if verify is not None:
            _verify(verify, settings)
        elif to is not None:
            _refuse_database(settings)
            _back_up(to.absolute(), settings, keep=keep, keep_days=keep_days)


@commands.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="The backup.")],
    erasures: Annotated[
        list[Path] | None,
        typer.Option(help="What `erasures` wrote, or another data folder; may be repeated."),
    ] = None,
    replace_newer: Annotated[
        bool, typer.Option("--replace-newer", help="Go back although something newer is there.")
    ] = False,
) -> None:
    """Make the store what it was at a backup, without what was erased since."""
    from feedback_api.backups.backup_file import read_backup
    from feedback_api.backups.restoring import restore as restored
    from feedback_api.storage.folder_lock import FolderLock
    from feedback_api.storage.store_files import StoreFiles

    with told():
        settings = settings_in_force()
        _refuse_database(settings)
        files = StoreFiles(settings.data)
        found = read_backup(source, _key(settings), files)
        _refuse_other_secret(found, source, settings)
        acts = [act for place in erasures or () for act in _acts_at(place)]
        lock = FolderLock(settings.data)
        try:
            done = restored(settings.data, found, acts, files, replace_newer=replace_newer)
        except (OSError, StoreError) as error:
            raise BackupRefused(
                f"The restore could not be finished: {_words(error)}. The store is as it was, or "
                "becomes what the backup holds when the service starts."
            ) from error
        finally:
            lock.release()
    _tell_restored(found, done, settings)


@commands.command()
def erasures(
    apply: Annotated[
        Path | None, typer.Option(help="Do those of this file again, on a store no service holds.")
    ] = None,
) -> None:
    """Write all erasures there were, without any text: for a restore on another machine."""
    from feedback_api.storage.act_document import encode_acts

    with told():
        settings = settings_in_force()
        if apply is not None:
            print(f"{_done_again(_acts_at(apply), settings)} erasures were done again.")
            return
        acts = _acts_of(settings)
    sys.stdout.buffer.write(encode_acts(sorted(acts, key=lambda act: (act.at, act.comment))))


def _acts_of(settings: "Settings") -> "Sequence[Act]":
    """Raises StartRefused."""
    if settings.store.database is None:
        return _acts_at(settings.data)
    from feedback_api.services.erasing import erasures as acts_over
    from feedback_api.stores import look_at

    services = look_at(settings)
    return acts_over(services) if services else ()


def _done_again(acts: "Sequence[Act]", settings: "Settings") -> int:
    """Raises StartRefused, StoreError."""
    from feedback_api.app import in_hand
    from feedback_api.services.erasing import apply_erasures

    with in_hand(settings) as services:
        return apply_erasures(acts, services)


def _refuse_database(settings: "Settings") -> None:
    """Raises BackupRefused where the database's own tools do it."""
    if settings.store.database is not None:
        raise BackupRefused(
            "FEEDBACK_STORE is a PostgreSQL database: back it up with pg_dump and restore it with "
            "pg_restore, or by what its provider offers. After a restore run `python -m "
            "feedback_api erasures --apply FILE`, so that what was erased since stays so; see "
            "docs/manual/backup.md. Nothing was changed."
        )


def _back_up(to: Path, settings: "Settings", *, keep: int | None, keep_days: int | None) -> None:
    from feedback_api.backups.backup_file import is_inside, remove_older, target_in, write_backup
    from feedback_api.backups.snapshot import take_snapshot
    from feedback_api.backups.unfinished import refuse_unfinished_restore
    from feedback_api.storage.file_system import OperatingSystemFiles

    if is_inside(to, settings.data):
        raise BackupRefused(f"{to} is in the data folder itself; choose a place on another disk.")
    if (keep or keep_days) and not to.is_dir():
        raise BackupRefused("--keep and --keep-days need a folder to write to.")
    refuse_unfinished_restore(settings.data)
    snapshot = take_snapshot(settings.data)
    key = _key(settings)
    files = OperatingSystemFiles()
    path = target_in(to, snapshot.taken_at, is_encrypted=key is not None)
    try:
        written = write_backup(snapshot, path, key=key, secret=settings.secret, files=files)
        print(f"{path}: {_described(written)}; read back and verified.")
        _warn(written, settings)
        if keep or keep_days:
            for gone in remove_older(to, path, keep=keep, keep_days=keep_days, files=files):
                print(f"{gone} was removed.")
    except OSError as error:
        raise BackupRefused(f"{path} cannot be written: {_words(error)}.") from error


def _key(settings: "Settings") -> str | None:
    return settings.backup_key.text if settings.backup_key else None


def _verify(path: Path, settings: "Settings") -> None:
    from feedback_api.backups.backup_file import read_backup
    from feedback_api.storage.read_only_files import ReadOnlyFiles

    found = read_backup(path, _key(settings), ReadOnlyFiles())
    print(f"{path}: {_described(found)}; verified.")


def _described(found: "Backup") -> str:
    manifest = found.manifest
    counts = manifest.counts
    return (
        f"the state of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, release {manifest.release}, "
        f"{counts.get('comments', 0)} comments and {counts.get('erased', 0)} erased, "
        f"{counts.get('editors', 0)} accounts, {len(found.members)} files, {found.size} bytes, "
        f"{'encrypted' if found.is_encrypted else 'not encrypted'}"
    )


def _warn(written: "Backup", settings: "Settings") -> None:
    from feedback_api.backups.restoring import left_by_restores

    if not written.is_encrypted:
        _tell(
            "The backup is not encrypted. It holds everything: every comment, name and e-mail "
            "address, and the secret that the receipts hang on. Only its owner can read the file; "
            "set FEEDBACK_BACKUP_KEY before it leaves this machine."
        )
    for left in left_by_restores(settings.data):
        _tell(f"{left} holds what a restore replaced, and is not in the backup. Still needed?")
    if settings.secret is not None:
        _tell("FEEDBACK_SECRET is set: it is not in the backup, and receipts hang on it. Keep it.")


def _refuse_other_secret(found: "Backup", source: Path, settings: "Settings") -> None:
    from feedback_api.backups.backup_file import secret_mark

    expected, present = found.manifest.secret, secret_mark(found.members, settings.secret)
    if expected is not None and expected != present:
        raise BackupRefused(
            f"{source} was made with another secret than would be used now: no receipt given so "
            "far would work. Set FEEDBACK_SECRET to what it was then, or unset it if it was not "
            "set. Nothing was changed."
        )


def _acts_at(place: Path) -> "Sequence[Act]":
    """Those in a file that `erasures` wrote, or in a data folder. Raises BackupRefused."""
    from feedback_api.backups.present_store import acts_in, damaged_in, read_present
    from feedback_api.storage.act_document import decode_acts
    from feedback_api.storage.damage import NOT_DECODED
    from feedback_api.storage.read_only_files import ReadOnlyFiles

    try:
        if place.is_dir():
            present = read_present(place, ReadOnlyFiles())
            if not present:
                raise BackupRefused(f"{place} is no data folder: it holds nothing of the service.")
            for name in damaged_in(present):
                _tell(f"{place / name} is damaged: erasures it told of may be missing.")
            return acts_in(present)
        return decode_acts(place.read_bytes())
    except OSError as error:
        raise BackupRefused(f"{place} cannot be read: {_words(error)}.") from None
    except NOT_DECODED as error:
        raise BackupRefused(f"{place} is no list of erasures: {error}.") from None


def _tell_restored(found: "Backup", done: "Restored", settings: "Settings") -> None:
    print(f"{settings.data} is restored: {_described(found)}.")
    if done.erased:
        print(f"{done.erased} erasures since then were done again.")
    if done.withdrawn:
        print(f"{done.withdrawn} comments withdrawn since then stay withdrawn.")
    for name in done.staying:
        print(f"{name} is newer than the backup and stays as it is.")
    if done.took_accounts:
        _tell(
            "The accounts are those of the backup, and all their sessions have ended: remove who "
            "has left since (python -m feedback_api editor list)."
        )
    if not done.knew_erasures:
        _tell(
            "No erasures since the backup are known here. If there were any, what was erased is "
            "back: restore once more with --erasures FILE, where FILE is what `python -m "
            "feedback_api erasures` wrote on the machine of before, or its data folder."
        )
    for name in done.unread:
        _tell(f"{name} was damaged: erasures it told of may be missing. See --erasures.")
    if done.replaced is not None:
        _tell(
            f"What was there before is in {done.replaced}. No erasure reaches it: "
            "remove it as soon as nothing in it is needed."
        )


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return error.code if isinstance(error, StoreError) else str(error)


def _tell(message: str) -> None:
    print(message, file=sys.stderr)
