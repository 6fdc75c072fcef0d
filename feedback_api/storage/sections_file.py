"""The published text from sections.json: read at start, and again whenever the build writes it."""

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feedback_api.domain.cycle import Cycle
from feedback_api.domain.errors import (
    RetiredSection,
    SectionsDamaged,
    StoreDamaged,
    StoreError,
    UnknownCycle,
    UnknownLanguage,
    UnknownPage,
    UnknownSection,
    UnknownWording,
)
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import CycleId, Fingerprint, LanguageCode, PageId, SectionId
from feedback_api.domain.publication import Changes
from feedback_api.domain.section import Language, Revision, SectionEntry, Wording
from feedback_api.storage.damage import NOT_DECODED
from feedback_api.storage.sections_document import PublishedCode, decode_sections
from feedback_api.storage.wording_document import Wordings

_log = logging.getLogger(__name__)

_SUCCESSIONS = 100

_Signature = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Reading:
    signature: _Signature
    code: PublishedCode


class SectionsFile:
    """PublishedText, -Changes and -Cycles; answers from memory, `refresh` is what reads."""

    def __init__(self, path: Path, kept: Wordings) -> None:
        """Raises SectionsDamaged."""
        self._path = path
        self._kept = kept
        self._refreshing = threading.Lock()
        self._refused: _Signature | None = None
        self._all_kept = True
        try:
            self._reading = _read(path)
        except (OSError, *NOT_DECODED) as error:
            raise SectionsDamaged(_message(path, error)) from error
        self._keep_wordings()

    def refresh(self) -> bool:
        """Read the file again if it changed; whether it was taken. Never raises.

        One that is missing or wrong is logged once, and what was read before stays.
        """
        with self._refreshing:
            if not self._all_kept:
                self._keep_wordings()
            try:
                present = _signature(self._path.stat())
                if present in {self._reading.signature, self._refused}:
                    return False
                self._reading = _read(self._path)
            except (OSError, *NOT_DECODED) as error:
                self._refuse(error)
                return False
            self._refused = None
            self._keep_wordings()
            return True

    def section(self, section: SectionId) -> SectionEntry:
        """See PublishedText."""
        code = self._reading.code
        entry = code.by_id.get(section)
        if entry is not None:
            return entry
        if section in code.retired or self._kept.knows(section):
            raise RetiredSection(section=section, successor=_successor(code, section))
        raise UnknownSection(section=shown(section))

    def wording(
        self, section: SectionId, language: LanguageCode, fingerprint: Fingerprint
    ) -> Wording:
        """See PublishedText."""
        code = self._reading.code
        if all(language != known.code for known in code.languages):
            raise UnknownLanguage(language=shown(language))
        entry = code.by_id.get(section)
        if entry is not None and entry.languages[language].fingerprint == fingerprint:
            return code.wording(entry, language)
        earlier = self._kept.get((section, language, fingerprint))
        if earlier is not None:
            return earlier
        if entry is None:
            self.section(section)
        raise UnknownWording(section=shown(section), wording=shown(fingerprint))

    def languages(self) -> tuple[Language, ...]:
        """See PublishedText."""
        return self._reading.code.languages

    def page(self, page: PageId) -> tuple[SectionEntry, ...]:
        """See PublishedText."""
        try:
            return self._reading.code.by_page[page]
        except KeyError:
            raise UnknownPage(page=shown(page)) from None

    def all_sections(self) -> tuple[SectionEntry, ...]:
        """See PublishedText."""
        return self._reading.code.sections

    def revision(self) -> Revision:
        """See PublishedText."""
        return self._reading.code.revision

    def changes(self) -> Changes | None:
        """See PublishedChanges."""
        return self._reading.code.changes

    def all_cycles(self) -> tuple[Cycle, ...]:
        """See PublishedCycles."""
        return self._reading.code.cycles

    def cycle(self, cycle: CycleId) -> Cycle:
        """See PublishedCycles."""
        for one in self._reading.code.cycles:
            if one.id == cycle:
                return one
        raise UnknownCycle(cycle=shown(cycle))

    def _keep_wordings(self) -> None:
        """A full disk must stop neither start nor readers; `refresh` tries again."""
        try:
            self._kept.keep(_wordings(self._reading.code))
        except (OSError, StoreDamaged, StoreError) as error:
            if self._all_kept:
                _log.error("The wordings of %s cannot be kept: %s", self._path, error)
            self._all_kept = False
        else:
            self._all_kept = True

    def _refuse(self, error: Exception) -> None:
        """Log a bad file once, not at each look."""
        try:
            signature = _signature(self._path.stat())
        except OSError:
            signature = (0, 0, 0, 0)
        if signature != self._refused:
            self._refused = signature
            _log.error("%s What was read before stays in use.", _message(self._path, error))


def _read(path: Path) -> _Reading:
    """Raises OSError, one of NOT_DECODED."""
    with path.open("rb") as file:
        signature = _signature(os.fstat(file.fileno()))
        return _Reading(signature, decode_sections(file.read()))


def _signature(status: os.stat_result) -> _Signature:
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size


def _wordings(code: PublishedCode) -> Iterator[Wording]:
    for section in code.sections:
        for language in section.languages:
            yield code.wording(section, language)


def _successor(code: PublishedCode, section: SectionId) -> SectionId | None:
    """The published section that took the place of a retired one, over several retirements."""
    successor: SectionId | None = section
    for _ in range(_SUCCESSIONS):  # two ids that name each other must not hang a request
        successor = code.retired.get(successor) if successor is not None else None
        if successor is None or successor in code.by_id:
            return successor
    return None


def _message(path: Path, error: Exception) -> str:
    what = error.strerror if isinstance(error, OSError) else str(error)
    return (
        f"{path} cannot be used: {what}. It is written by scripts/build; "
        "run that, or name another file in FEEDBACK_SECTIONS."
    )
