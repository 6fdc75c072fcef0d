"""What a branch changes: sections, the translations it leaves behind, where comments stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from practice.languages import LanguageCode
from practice.text import Code, Section, SectionId, read_code
from practice.translation_predict import left_behind, unpacked
from practice.translation_state import Standing, Standings, former_ids, read_locks, standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The whole code at one commit."""

    code: Code
    standings: Standings


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSection:
    """A section in one language that reads differently; None where it is not there."""

    id: SectionId
    language: LanguageCode
    before: Section | None
    after: Section | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicComment:
    """A comment that readers see now; `wording` is the fingerprint that it was made on."""

    id: str
    section: SectionId
    language: LanguageCode
    wording: str
    body: str


class Fate(StrEnum):
    """What becomes of a comment when a branch is published."""

    STAYS = "stays"
    BECOMES_EARLIER = "becomes-earlier"
    WAS_EARLIER = "was-earlier"
    MOVES = "moves"
    LOSES_ITS_SECTION = "loses-its-section"


def read_revision(root: Path, commit: str) -> Revision:
    """The code as git has it; raises ProblemsFoundError where it cannot be understood."""
    with unpacked(root, commit) as folder:
        code = read_code(folder)
        return Revision(code=code, standings=standings(code, read_locks(folder, code)))


def changed_sections(before: Code, after: Code) -> tuple[ChangedSection, ...]:
    """In reading order, all languages of a section together; those that are gone at the end."""
    old, new = _sections(before), _sections(after)
    languages = [language.code for language in (*after.languages, *before.languages)]
    order = {name: place for place, name in enumerate(dict.fromkeys(n for n, _ in [*new, *old]))}
    found = [
        ChangedSection(id=key[0], language=key[1], before=old.get(key), after=new.get(key))
        for key in dict.fromkeys([*new, *old])
        if _reads(old.get(key)) != _reads(new.get(key))
    ]
    return tuple(sorted(found, key=lambda one: (order[one.id], languages.index(one.language))))


def translations_left(before: Revision, after: Revision) -> tuple[Standing, ...]:
    """Those that keep up before and no longer after."""
    return left_behind(after.code, after.standings, before.standings)


def fates(comments: Iterable[PublicComment], before: Code, after: Code) -> Mapping[Fate, int]:
    """How many of the comments come to what; none is ever moved to a section by likeness."""
    successors = {old: living for living, formers in former_ids(after).items() for old in formers}
    counts = dict.fromkeys(Fate, 0)
    for comment in comments:
        counts[_fate(comment, before, after, successors)] += 1
    return counts


def _fate(
    comment: PublicComment,
    before: Code,
    after: Code,
    successors: Mapping[SectionId, SectionId],
) -> Fate:
    now = _read_as(after, comment.section, comment.language)
    if now is None:
        return Fate.MOVES if comment.section in successors else Fate.LOSES_ITS_SECTION
    if now.fingerprint == comment.wording:
        return Fate.STAYS
    then = _read_as(before, comment.section, comment.language)
    current = then is not None and then.fingerprint == comment.wording
    return Fate.BECOMES_EARLIER if current else Fate.WAS_EARLIER


def _read_as(code: Code, name: SectionId, language: LanguageCode) -> Section | None:
    """What readers of a language are shown: the source's text where theirs is missing."""
    source = code.section(code.source.code, name)
    own = code.section(language, name) if language in code.pages else None
    return (own or source) if source else None


def _sections(code: Code) -> dict[tuple[SectionId, LanguageCode], Section]:
    return {
        (section.id, language.code): section
        for language in code.languages
        for section in code.sections(language.code)
    }


def _reads(section: Section | None) -> tuple[str, str] | None:
    return (section.title, section.markdown) if section else None
