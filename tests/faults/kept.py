"""All that a data folder keeps, opened as the service opens it, and told whole."""

from collections.abc import Mapping
from pathlib import Path

from feedback_api.domain.errors import Erased
from feedback_api.domain.identity import CycleId
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import FileSystem, OperatingSystemFiles
from feedback_api.storage.folder_lock import FolderLock
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.kept_wordings import KeptWordings
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.published import EARLIER_WORDING, SECTION, SOURCE

CYCLE = CycleId("2027-1")
KEYS = tuple(f"key {number}" for number in range(5))
Contents = Mapping[str, object]
"""By name; what is not there has none."""


class Kept:
    """One data folder, locked."""

    def __init__(self, folder: Path, files: FileSystem | None = None) -> None:
        """Raises StartRefused."""
        files = files or OperatingSystemFiles()
        self._lock = FolderLock(folder)
        try:
            self.wordings = KeptWordings(folder, files)
            self.comments = TinydbStore(folder, files)
            place = DocumentsFolder(folder, files)
            self.editors = KeptEditors(place)
            self.cycles = KeptCycles(place)
            self.templates = KeptTemplates(place)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        self.comments.close()
        self._lock.release()

    def contents(self) -> Contents:
        """Everything by name, and what came with each of KEYS."""
        found: dict[str, object] = {
            f"comment {one.id}": one for one in self.comments.index.every(CommentQuery())
        }
        found |= {f"editor {one.name}": one for one in self.editors.all()}
        found |= {f"template {one.id}": one for one in self.templates.all()}
        found |= {key: stored for key in KEYS if (stored := self._of_key(key))}
        if (record := self.cycles.get(CYCLE)).version:
            found["cycle"] = record
        if wording := self.wordings.get((SECTION, SOURCE, EARLIER_WORDING)):
            found["wording"] = wording
        return found

    def _of_key(self, key: str) -> str | None:
        try:
            earlier = self.comments.by_idempotency_key(key)
        except Erased:
            return "erased"
        return None if earlier is None else earlier.id


def contents_of(folder: Path) -> Contents:
    """What a start finds. Raises StartRefused."""
    kept = Kept(folder)
    try:
        return kept.contents()
    finally:
        kept.close()
