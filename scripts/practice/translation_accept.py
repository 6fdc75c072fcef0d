"""What people say of translations: that one is right as it stands, or that it follows later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from practice.fingerprint import Fingerprint
from practice.kept_wordings import KeptWording, keep
from practice.languages import Language
from practice.text import Code, Section, SectionId
from practice.translation_lock import Acceptance, Lock, Verdict, read_lock, write_lock
from practice.translation_state import entry_name, former_ids


class AcceptanceRefusedError(Exception):
    """A translation cannot be accepted; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`accepted` are the sections whose entry is new; `unchanged` had a good one already."""

    accepted: tuple[SectionId, ...]
    unchanged: tuple[SectionId, ...]
    refused: tuple[tuple[SectionId, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who says it, when, and whether they say that a change of the source needs no translation."""

    by: str
    at: datetime
    no_change_needed: bool = False


def accept(
    root: Path,
    code: Code,
    *,
    language: Language,
    sections: Iterable[SectionId],
    statement: Statement,
) -> Outcome:
    """Record that the translations in `language` say what the source says, and write the lock.

    What is refused leaves its entry as it was; the others are written all the same.
    """
    desk = _Desk(root, code, language)
    accepted: list[SectionId] = []
    unchanged: list[SectionId] = []
    refused: list[tuple[SectionId, str]] = []
    for section in sections:
        try:
            (accepted if desk.accept(section, statement) else unchanged).append(section)
        except AcceptanceRefusedError as refusal:
            refused.append((section, str(refusal)))
    if accepted:
        desk.write()
    return Outcome(accepted=tuple(accepted), unchanged=tuple(unchanged), refused=tuple(refused))


def postpone(
    root: Path, code: Code, *, language: Language, sections: Iterable[SectionId]
) -> Outcome:
    """Record that the change of the source was seen and the translation follows later.

    The section stays behind; only the comparison of the languages lets it pass, until the source
    changes once more.
    """
    desk = _Desk(root, code, language)
    accepted, refused = [], []
    for section in sections:
        try:
            desk.postpone(section)
            accepted.append(section)
        except AcceptanceRefusedError as refusal:
            refused.append((section, str(refusal)))
    if accepted:
        desk.write()
    return Outcome(accepted=tuple(accepted), unchanged=(), refused=tuple(refused))


class _Desk:
    """One language's lock, being worked on."""

    def __init__(self, root: Path, code: Code, language: Language) -> None:
        self._root, self._code, self._language = root, code, language
        lock = read_lock(root, language)
        self._lock = lock
        self._former = former_ids(code)
        self._wordings: dict[Fingerprint, KeptWording] = dict(lock.wordings)
        self._entries = self._sound_entries(lock)

    def accept(self, name: SectionId, statement: Statement) -> bool:
        """Whether the entry is new; raises AcceptanceRefusedError."""
        source, target = self._pair(name)
        old = self._entries.get(name)
        if old and (old.source, old.target) == (source.fingerprint, target.fingerprint):
            return False
        moved = old.target != target.fingerprint if old else not self._left_behind(target)
        if not moved and not statement.no_change_needed and not self._written_for(target, source):
            raise AcceptanceRefusedError(
                "the translation has not changed since it was accepted for another wording of the"
                " source: translate the change, or say --no-change-needed."
            )
        if moved and statement.no_change_needed:
            raise AcceptanceRefusedError(
                "the translation has changed: accept it without --no-change-needed."
            )
        self._keep(source, target, written_for=moved)
        self._entries[name] = Acceptance(
            source=source.fingerprint,
            target=target.fingerprint,
            verdict=(
                Verdict.TRANSLATED
                if self._written_for(target, source)
                else Verdict.NO_CHANGE_NEEDED
            ),
            by=statement.by,
            at=statement.at,
            revision=self._code.pages[source.language][source.page].front_matter.version,
        )
        return True

    def postpone(self, name: SectionId) -> None:
        """Raises AcceptanceRefusedError."""
        source, target = self._pair(name)
        entry = self._entries.get(name)
        if entry is None or entry.source == source.fingerprint:
            raise AcceptanceRefusedError("it is not behind a change of the source.")
        if entry.target != target.fingerprint:
            raise AcceptanceRefusedError("the translation has changed: finish and accept it.")
        self._entries[name] = replace(entry, postponed=source.fingerprint)

    def write(self) -> None:
        """Entries in reading order; those of sections that are gone are dropped."""
        order = [section.id for section in self._code.sections(self._code.source.code)]
        entries = {name: self._entries[name] for name in order if name in self._entries}
        write_lock(self._root, self._language, entries, self._wordings)

    def _sound_entries(self, lock: Lock) -> dict[SectionId, Acceptance]:
        entries = {}
        for section in self._code.sections(self._code.source.code):
            name = entry_name(lock, section.id, self._former.get(section.id, ()))
            if name and name not in lock.refused:
                entries[section.id] = lock.entries[name]
        return entries

    def _pair(self, name: SectionId) -> tuple[Section, Section]:
        source = self._code.section(self._code.source.code, name)
        target = self._code.section(self._language.code, name)
        if source is None:
            raise AcceptanceRefusedError("there is no such section.")
        if target is None:
            raise AcceptanceRefusedError(f"it is missing in {self._language.name}: translate it.")
        return source, target

    def _written_for(self, target: Section, source: Section) -> bool:
        kept = self._wordings.get(target.fingerprint)
        return kept is not None and source.fingerprint in kept.translates

    def _left_behind(self, target: Section) -> bool:
        """The wording was accepted before, and its entry has been taken out of the lock."""
        named = {entry.target for entry in self._entries.values()}
        return target.fingerprint in self._wordings and target.fingerprint not in named

    def _keep(self, source: Section, target: Section, *, written_for: bool) -> None:
        self._wordings.setdefault(source.fingerprint, keep(source))
        known = self._wordings.get(target.fingerprint)
        translates = known.translates if known else ()
        if written_for:
            translates = tuple(dict.fromkeys((*translates, source.fingerprint)))
        self._wordings[target.fingerprint] = keep(target, translates=translates)
