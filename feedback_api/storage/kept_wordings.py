"""Every wording ever published, kept in `data/wordings/`, so that old comments keep their text."""

import threading
from collections.abc import Iterable
from pathlib import Path

from feedback_api.domain.identity import SectionId
from feedback_api.domain.section import Wording
from feedback_api.storage.damage import damaged
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.segment import SEGMENT_LIMIT, Segment, Shelf, open_segments
from feedback_api.storage.wording_document import (
    Name,
    canonical_wording,
    decode_wording,
    encode_wording,
    name_of,
)


class KeptWordings:
    """See Wordings; those of one data folder, from memory."""

    def __init__(self, folder: Path, files: FileSystem) -> None:
        """`folder` is the data folder. Raises StoreDamaged."""
        self._files = files
        self._shelf = Shelf(
            folder=folder / "wordings", table="wordings", canonical=canonical_wording
        )
        self._segments = open_segments(self._shelf, files)
        self._documents: dict[Name, bytes] = {}
        self._sections: set[SectionId] = set()
        self._lock = threading.Lock()
        for segment in self._segments:
            for number, document in segment.documents.items():
                wording = decode_wording(document)
                if name_of(wording) in self._documents:
                    raise damaged(segment.path, f"holds the wording of document {number} twice")
                self._remember(wording, document)

    def get(self, name: Name) -> Wording | None:
        """See Wordings."""
        document = self._documents.get(name)
        return None if document is None else decode_wording(document)

    def knows(self, section: SectionId) -> bool:
        """See Wordings."""
        return section in self._sections

    def keep(self, wordings: Iterable[Wording]) -> None:
        """See Wordings."""
        with self._lock:
            new = [wording for wording in wordings if name_of(wording) not in self._documents]
            while new:
                segment = self._newest()
                free = SEGMENT_LIMIT - len(segment.documents)
                self._put(segment, new[:free])
                new = new[free:]

    def _newest(self) -> Segment:
        if not self._segments or self._segments[-1].is_full:
            number = len(self._segments)
            return Segment(self._shelf, number, files=self._files, tables={})
        return self._segments[-1]

    def _put(self, segment: Segment, wordings: list[Wording]) -> None:
        documents = list(map(encode_wording, wordings))
        try:
            segment.put(dict(enumerate(documents, start=segment.next_number)))
        except OSError:
            self._reread(segment)
            raise
        if segment not in self._segments:
            self._segments.append(segment)
        for wording, document in zip(wordings, documents, strict=True):
            self._remember(wording, document)

    def _reread(self, segment: Segment) -> None:
        """After a failed write nobody knows what is on disk, so look. Raises as Segment.reread."""
        segment.reread()
        if segment.documents and segment not in self._segments:
            self._segments.append(segment)
        for document in segment.documents.values():
            self._remember(decode_wording(document), document)

    def _remember(self, wording: Wording, document: bytes) -> None:
        self._documents[name_of(wording)] = document
        self._sections.add(wording.section)


class NoWordings(KeptWordings):
    """For a command that asks for none: nothing is read and nothing is kept."""

    def __init__(self) -> None:
        """No folder is looked at."""

    def get(self, name: Name) -> Wording | None:
        """See KeptWordings."""
        return None

    def knows(self, section: SectionId) -> bool:
        """See KeptWordings."""
        return False

    def keep(self, wordings: Iterable[Wording]) -> None:
        """See KeptWordings."""
