"""Which wordings keep up with each other, told from text and locks alone.

Nothing is read from git: dates, depth of the clone and how a branch was merged do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from practice.blocks import Block, read_blocks
from practice.kept_wordings import KeptWording
from practice.languages import LanguageCode
from practice.text import Code, Section, SectionId
from practice.translation_lock import Acceptance, Lock, read_lock
from practice.wording_diff import Line, changed_lines


class State(StrEnum):
    """Of a wording in one language: it keeps up, it is behind another language, it is not there."""

    CURRENT = "current"
    BEHIND = "behind"
    MISSING = "missing"


class Cause(StrEnum):
    """Why a wording is behind."""

    SOURCE_CHANGED = "source-changed"
    TRANSLATION_CHANGED_FIRST = "translation-changed-first"
    NEVER_ACCEPTED = "never-accepted"
    LOCK_REFUSED = "lock-refused"
    TEXT_LOST = "text-lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of one section in one language.

    `ahead` is the section that has moved on, in the source or in the translation that was changed
    first; `before` is its wording when they last agreed. Both are None unless that is the cause.
    """

    section: SectionId
    language: LanguageCode
    state: State
    cause: Cause | None = None
    acceptance: Acceptance | None = None
    ahead: Section | None = None
    before: KeptWording | None = None
    postponed: bool = False


Standings = Mapping[tuple[SectionId, LanguageCode], Standing]
Locks = Mapping[LanguageCode, Lock]


def read_locks(root: Path, code: Code) -> Locks:
    """The lock of every language but the source."""
    return {lang.code: read_lock(root, lang) for lang in code.languages if not lang.source}


def standings(code: Code, locks: Locks) -> Standings:
    """The standing of every section of the source, in every language, the source included."""
    reader = _Reader(code, locks)
    return {
        (standing.section, standing.language): standing
        for section in code.sections(code.source.code)
        for standing in reader.of_section(section)
    }


def changes(standing: Standing) -> tuple[Line, ...]:
    """What changed in the wording that is ahead since they agreed; empty where nobody knows."""
    if standing.ahead is None or standing.before is None:
        return ()
    before = (standing.before.title, standing.before.blocks)
    return changed_lines(before, (standing.ahead.title, read_blocks(standing.ahead.tokens)))


def block_count(blocks: Sequence[Block]) -> int:
    """All blocks, those inside others included."""
    return sum(1 + block_count(block.children) for block in blocks)


def former_ids(code: Code) -> Mapping[SectionId, tuple[SectionId, ...]]:
    """From each living section to the ids that were retired in its favour, over any detour."""
    retired = {
        old: new
        for page in code.pages[code.source.code].values()
        for old, new in page.front_matter.retired.items()
    }
    former: dict[SectionId, tuple[SectionId, ...]] = {}
    for old in retired:
        living, seen = old, {old}
        while (following := retired.get(living)) and following not in seen:
            living = following
            seen.add(living)
        if living not in retired:
            former[living] = (*former.get(living, ()), old)
    return former


def entry_name(lock: Lock, section: SectionId, former: Sequence[SectionId]) -> SectionId | None:
    """The id under which the lock knows a section: its own, or one it was retired from."""
    return next((name for name in (section, *former) if name in lock.entries), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leader:
    """A translation that was changed while the source was not: everybody else is behind it."""

    section: Section
    before: KeptWording | None
    acceptance: Acceptance


class _Reader:
    """Looks sections and entries up; made once for the whole code."""

    def __init__(self, code: Code, locks: Locks) -> None:
        self._source = code.source
        self._locks = locks
        self._former = former_ids(code)
        self._sections = {
            language.code: {section.id: section for section in code.sections(language.code)}
            for language in code.languages
        }

    def of_section(self, source: Section) -> Iterator[Standing]:
        first = {name: self._against_source(source, name) for name in self._locks}
        leaders = {
            name: leader
            for name, standing in first.items()
            if (leader := self._changed_first(standing))
        }
        own = Standing(section=source.id, language=self._source.code, state=State.CURRENT)
        yield _behind(own, list(leaders.values()))
        for name, standing in first.items():
            yield _behind(standing, [leaders[other] for other in leaders if other != name])

    def _against_source(self, source: Section, name: LanguageCode) -> Standing:
        lock = self._locks[name]
        known_as = entry_name(lock, source.id, self._former.get(source.id, ()))
        entry = lock.entries[known_as] if known_as else None
        state, cause = State.BEHIND, None
        if source.id not in self._sections[name]:
            state = State.MISSING
        elif entry is None:
            cause = Cause.NEVER_ACCEPTED
        elif known_as in lock.refused:
            cause, entry = Cause.LOCK_REFUSED, None
        elif entry.source != source.fingerprint:
            cause = Cause.SOURCE_CHANGED
        elif self._lost_text(source, name, entry):
            cause = Cause.TEXT_LOST
        else:
            state = State.CURRENT
        moved = entry if cause is Cause.SOURCE_CHANGED else None
        return Standing(
            section=source.id,
            language=name,
            state=state,
            cause=cause,
            acceptance=entry,
            ahead=source if moved else None,
            before=lock.wordings.get(moved.source) if moved else None,
            postponed=moved is not None and moved.postponed == source.fingerprint,
        )

    def _lost_text(self, source: Section, name: LanguageCode, entry: Acceptance) -> bool:
        """The translation has lost blocks since it was accepted, and has fewer than the source."""
        section = self._sections[name][source.id]
        if section.fingerprint == entry.target:
            return False
        before = self._locks[name].wordings[entry.target]
        count = block_count(read_blocks(section.tokens))
        return count < min(block_count(before.blocks), block_count(read_blocks(source.tokens)))

    def _changed_first(self, standing: Standing) -> _Leader | None:
        section = self._sections[standing.language].get(standing.section)
        entry = standing.acceptance
        if section is None or entry is None or standing.cause is Cause.SOURCE_CHANGED:
            return None
        if section.fingerprint == entry.target:
            return None
        before = self._locks[standing.language].wordings.get(entry.target)
        return _Leader(section=section, before=before, acceptance=entry)


def _behind(standing: Standing, leaders: Sequence[_Leader]) -> Standing:
    if standing.state is not State.CURRENT or not leaders:
        return standing
    leader = leaders[0]
    return Standing(
        section=standing.section,
        language=standing.language,
        state=State.BEHIND,
        cause=Cause.TRANSLATION_CHANGED_FIRST,
        acceptance=leader.acceptance,
        ahead=leader.section,
        before=leader.before,
    )
