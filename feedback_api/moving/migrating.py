"""Everything from one store into another: copied, read back, compared; the source is only read."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from feedback_api.database_settings import DatabaseSettings
from feedback_api.domain.errors import StartRefused
from feedback_api.moving import database as databases
from feedback_api.moving import folder as folders
from feedback_api.moving.contents import Contents, Sum, is_empty, mark_of, sums
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_moved import Moved, secret_mark

Place = Path | DatabaseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What was moved, by collection: as the source has it, and as the target reads back.

    `there` is None when nothing was written.
    """

    here: Mapping[str, Sum]
    there: Mapping[str, Sum] | None
    notes: tuple[str, ...] = ()


class _End(Protocol):
    """A store that is moved from or to."""

    def read(self) -> Contents:
        """Raises StartRefused."""

    def secret_fits(self, secret: str) -> bool:
        """Whether what is kept there does not speak against it."""

    def refuse_target(self, mark: str) -> None:
        """Raises StartRefused unless it is empty, or half filled from just that state."""

    def write(self, contents: Contents, mark: str, secret: str) -> None:
        """Nothing uses it before `finish`. Raises StartRefused, StoreError, OSError."""

    def finish(self, mark: str, secret: str) -> None:
        """It is whole. Raises StoreError, OSError."""

    def notes(self) -> tuple[str, ...]:
        """What is not moved, in words."""


def migrate(source: Place, target: Place, secret: str, *, dry_run: bool) -> Migration:
    """Raises StartRefused, StoreError, OSError; run again it goes on where it ended."""
    with _opened(source) as here, _opened(target) as there:
        contents = here.read()
        if is_empty(contents):
            raise StartRefused("The source holds nothing: there is nothing to move.")
        if not here.secret_fits(secret):
            raise StartRefused(
                "FEEDBACK_SECRET is not the secret that the source was used with: no receipt given "
                "so far would work. Set it to what the source's file `secret` holds (or, if that "
                "file is not the one in use, move it away). Nothing was changed."
            )
        mark = mark_of(contents)
        is_there = there.read() == contents  # a run before this one ended just after its work
        if not is_there:
            there.refuse_target(mark)
        told = Migration(here=sums(contents), there=None, notes=here.notes())
        if dry_run:
            return told
        if not is_there:
            there.write(contents, mark, secret)
        return _verified(here, there, contents, secret)


def _verified(here: _End, there: _End, contents: Contents, secret: str) -> Migration:
    mark = mark_of(contents)
    copied = there.read()
    if sums(copied) != sums(contents):
        raise StartRefused(_differ(sums(contents), sums(copied)))
    if here.read() != contents:
        raise StartRefused(
            "The source changed while it was read: somebody used it. Stop them, empty the target, "
            "and begin again. The target must not be used."
        )
    there.finish(mark, secret)
    return Migration(here=sums(contents), there=sums(copied), notes=here.notes())


def _differ(here: Mapping[str, Sum], there: Mapping[str, Sum]) -> str:
    told = ", ".join(name for name in here if here[name] != there[name])
    return f"What was written differs from the source in: {told}. The target must not be used."


class _Folder:
    """See _End."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Contents:
        return folders.read_folder(self._folder)

    def secret_fits(self, secret: str) -> bool:
        return folders.secret_in(self._folder) in (None, secret)

    def refuse_target(self, mark: str) -> None:
        folders.refuse_target(self._folder, mark)

    def write(self, contents: Contents, mark: str, secret: str) -> None:
        folders.write_folder(self._folder, contents, mark)

    def finish(self, mark: str, secret: str) -> None:
        folders.finish(self._folder)

    def notes(self) -> tuple[str, ...]:
        return ()


class _Database:
    """See _End."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> Contents:
        return databases.read_database(self._database)

    def secret_fits(self, secret: str) -> bool:
        moved = databases.moved_to(self._database)
        return moved is None or moved.secret == secret_mark(secret)

    def refuse_target(self, mark: str) -> None:
        moved = databases.moved_to(self._database)
        if moved is not None and not moved.is_whole:
            if moved.source != mark:
                raise StartRefused(
                    "The database is half filled from another source, or from another state of "
                    "this one. Name an empty database. Nothing was changed."
                )
        elif not is_empty(self.read()) or moved is not None:
            raise StartRefused("The database is not empty: name one that is. Nothing was changed.")

    def write(self, contents: Contents, mark: str, secret: str) -> None:
        moved = Moved(source=mark, secret=secret_mark(secret), is_whole=False)
        databases.write_database(self._database, contents, moved)

    def finish(self, mark: str, secret: str) -> None:
        moved = Moved(source=mark, secret=secret_mark(secret), is_whole=True)
        databases.finish(self._database, moved)

    def notes(self) -> tuple[str, ...]:
        waiting = databases.waiting_repeats(self._database)
        if not waiting:
            return ()
        return (f"{waiting} webhooks were to be sent again: ask for that again on the board.",)


@contextmanager
def _opened(place: Place) -> Iterator[_End]:
    """Nobody else uses it. Raises StartRefused."""
    with ExitStack() as held:
        if isinstance(place, Path):
            held.enter_context(folders.held_still(place))
            yield _Folder(place)
        else:
            database = databases.opened(place)
            held.callback(database.close)
            databases.refuse_running(database)
            yield _Database(database)
