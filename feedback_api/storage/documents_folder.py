"""The small TinyDB files of the data folder, one for each table of records."""

from pathlib import Path
from typing import TypeVar

from feedback_api.storage.documents import Documents, Form
from feedback_api.storage.documents_file import DocumentsFile
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.shared_documents_file import SharedDocumentsFile

_RecordT = TypeVar("_RecordT")


class DocumentsFolder:
    """See DocumentsPlace."""

    def __init__(self, folder: Path, files: FileSystem) -> None:
        """`folder` is the data folder."""
        self._folder = folder
        self._files = files

    def documents(self, form: Form[_RecordT], *, is_shared: bool = False) -> Documents[_RecordT]:
        """See DocumentsPlace; those of `templates` are in templates.json. Raises StoreDamaged."""
        path = self._folder / f"{form.table}.json"
        if is_shared:
            return SharedDocumentsFile(path, form, self._files)
        return DocumentsFile(path, form, self._files)
