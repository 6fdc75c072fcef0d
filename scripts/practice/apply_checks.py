"""The text with another wording in it, held against its form and every check it passed before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from practice.apply_reading import require_same_outline, require_same_reading
from practice.apply_refusal import ApplyRefusedError, RefusalCode
from practice.content_check import check_content
from practice.kept_wordings import FILE as WORDINGS
from practice.problem import Problem, ProblemsFoundError
from practice.rules.spelling import Unknown
from practice.text import Code, Language, LanguageCode, Section, SectionId, read_again, read_code
from practice.translation_accept import Statement, accept, postpone
from practice.translation_lock import FILE as LOCK
from practice.translation_state import Standing, Standings, State, read_locks, standings

_SHOWN = 20
Findings = Counter[tuple[Path, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Of the text below `root`; `known` are findings that were there before anything was changed.

    `unknown` tells which words a dictionary does not know.
    """

    root: Path
    unknown: Unknown
    known: Findings

    def require_sound(self, before: Code, section: Section) -> Code:
        """The text as it is now; raises ApplyRefusedError where its form or its reading broke."""
        old = before.pages[section.language][section.page]
        after = read_again(self.root, before, old)
        new = after.pages[section.language][section.page]
        require_same_outline(old, new)
        if problems := self._new(after.problems):
            raise _refused(RefusalCode.BREAKS_GRAMMAR, problems)
        require_same_reading(self.root, old, new, section.id)
        return after

    def require_passed(self, code: Code, sections: Collection[SectionId]) -> None:
        """Raises ApplyRefusedError where the checks find what they did not find before.

        `sections` were changed. Translations of them that only fall behind are postponed, as their
        translators would do.
        """
        problems = self._found()
        if problems and self._postpone(code, sections, problems):
            problems = self._found()
        if problems:
            raise _refused(RefusalCode.BREAKS_CHECKS, problems)

    def _found(self) -> list[Problem]:
        try:
            return self._new(check_content(self.root, self.unknown).problems)
        except ProblemsFoundError as found:
            return list(found.problems)

    def _new(self, problems: Iterable[Problem]) -> list[Problem]:
        """Lines move with the text: they do not count."""
        left = Counter(self.known)
        new = []
        for problem in problems:
            key = _key(problem)
            if left[key]:
                left[key] -= 1
            else:
                new.append(problem)
        return new

    def _postpone(
        self, code: Code, sections: Collection[SectionId], problems: Iterable[Problem]
    ) -> bool:
        """Whether any translation could be left for later: those that the problems are about.

        Where translations agree, it is the source that is said to differ from all of them.
        """
        places = [(problem.path, problem.line) for problem in problems]
        blamed = {
            language.code: {
                section.id
                for section in code.sections(language.code)
                if section.id in sections and any(_holds(section, place) for place in places)
            }
            for language in code.languages
        }
        done = False
        for language in translations(code):
            chosen = blamed[language.code] | blamed[code.source.code]
            outcome = postpone(self.root, code, language=language, sections=sorted(chosen))
            done = done or bool(outcome.accepted)
        return done


def form_findings(code: Code) -> Findings:
    """What is wrong with the form of the text as it is."""
    return Counter(map(_key, code.problems))


def known_findings(root: Path, unknown: Unknown) -> Findings:
    """What the checks find in the text as it is; raises ApplyRefusedError where it is no text."""
    try:
        return Counter(map(_key, check_content(root, unknown).problems))
    except ProblemsFoundError as found:
        raise _refused(RefusalCode.BREAKS_GRAMMAR, found.problems) from found


def read_text(root: Path) -> Code:
    """Raises ApplyRefusedError where it is no text."""
    try:
        return read_code(root)
    except ProblemsFoundError as found:
        raise _refused(RefusalCode.BREAKS_GRAMMAR, found.problems) from found


def _holds(section: Section, place: tuple[Path, int]) -> bool:
    path, line = place
    return path == section.path and section.line <= line < section.end_line


def accept_correction(root: Path, code: Code, section: Section, *, by: str) -> None:
    """The wording only corrects a translation: it still says what the source says.

    Only where it kept up before; a translation that is behind stays behind.
    """
    language = next(one for one in code.languages if one.code == section.language)
    source = code.section(code.source.code, section.id)
    entry = read_locks(root, code)[language.code].entries.get(section.id)
    if source and entry and entry.source == source.fingerprint:
        statement = Statement(by=by, at=datetime.now(UTC).replace(microsecond=0))
        accept(root, code, language=language, sections=[section.id], statement=statement)


def lock_files(code: Code) -> list[Path]:
    """What says which translations keep up, relative to the project."""
    return [language.folder / name for language in translations(code) for name in (LOCK, WORDINGS)]


def read_standings(root: Path, code: Code) -> Standings:
    """How far each language keeps up."""
    return standings(code, read_locks(root, code))


def left_behind(before: Standings, after: Standings) -> Mapping[SectionId, list[LanguageCode]]:
    """Where a wording does not keep up any more, or keeps up with still less."""
    behind: dict[SectionId, list[LanguageCode]] = {}
    for (section, language), standing in after.items():
        if standing.state is State.BEHIND and _is_worse(standing, before.get((section, language))):
            behind.setdefault(section, []).append(language)
    return behind


def _is_worse(standing: Standing, before: Standing | None) -> bool:
    if before is None or before.state is not State.BEHIND:
        return True
    old, new = before.ahead, standing.ahead
    return new is not None and (old is None or old.fingerprint != new.fingerprint)


def translations(code: Code) -> list[Language]:
    """Every language but the source."""
    return [language for language in code.languages if not language.source]


def _key(problem: Problem) -> tuple[Path, str, str]:
    return problem.path, problem.code, problem.message


def _refused(code: RefusalCode, problems: Iterable[Problem]) -> ApplyRefusedError:
    found = [str(problem) for problem in problems]
    more = [f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return ApplyRefusedError(code, "\n".join([*found[:_SHOWN], *more]))
