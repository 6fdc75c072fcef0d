"""Every review cycle below `cycles/`, held against the text, the languages and one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from practice.cycle import FILE, FOLDER, Cycle, CycleId, Words
from practice.cycle_file import CycleFile, read_cycle_file
from practice.front_matter import SectionId
from practice.languages import Language, LanguageCode
from practice.problem import Problem, ProblemsFoundError
from practice.text import Code
from practice.yaml_lines import Place

ID = re.compile(r"[0-9]{4}-[1-9][0-9]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCycles:
    """As they lie below `cycles/`: each file that can be read by itself, and all that is wrong."""

    files: tuple[CycleFile, ...]
    problems: tuple[Problem, ...]


def read_cycles(root: Path, code: Code) -> tuple[Cycle, ...]:
    """The cycles in the order of their opening; raises ProblemsFoundError with all problems."""
    return checked_cycles(find_cycles(root), code)


def read_cycle_files(root: Path, code: Code) -> tuple[CycleFile, ...]:
    """The same with the lines of their files."""
    return _checked(find_cycles(root), code)


def checked_cycles(found: FoundCycles, code: Code) -> tuple[Cycle, ...]:
    """As `read_cycles`, of files that were read before the text was."""
    return tuple(file.cycle for file in _checked(found, code))


def _checked(found: FoundCycles, code: Code) -> tuple[CycleFile, ...]:
    problems = [*found.problems, *_problems(found.files, code)]
    if problems:
        raise ProblemsFoundError(problems)
    return _in_order(found.files)


def require_room(root: Path, code: Code, new: CycleFile) -> None:
    """Raise ProblemsFoundError unless the cycle, not written yet, can stand beside the others."""
    found = find_cycles(root)
    problems = set(_problems([*found.files, new], code)) - set(_problems(found.files, code))
    if problems or found.problems:
        raise ProblemsFoundError([*problems, *found.problems])


def spoken_languages(code: Code, cycles: Iterable[Cycle]) -> list[Language]:
    """Those in which a new cycle has readers: each translated in full, or spoken before."""
    spoken = {language for cycle in cycles for language in cycle.languages}
    return [
        language
        for language in code.languages
        if language.code in spoken or is_finished(code, language)
    ]


def is_finished(code: Code, language: Language) -> bool:
    """Whether each section of the source is there in that language."""
    source = {section.id for section in code.sections(code.source.code)}
    return source <= {section.id for section in code.sections(language.code)}


def _problems(files: Sequence[CycleFile], code: Code) -> list[Problem]:
    """What is wrong with readable files, and only shows beside the text and one another."""
    return [
        *_language_problems(files, code),
        *(problem for file in files for problem in _section_problems(file, code)),
        *(problem for file in files for problem in _reviewer_problems(file, code)),
        *_overlaps(files),
    ]


def find_cycles(root: Path) -> FoundCycles:
    """Every cycle's file by itself; whatever is wrong with one is among the problems."""
    files: list[CycleFile] = []
    problems: list[Problem] = []
    for folder in sorted(path for path in (root / FOLDER).glob("*") if path.is_dir()):
        path = FOLDER / folder.name / FILE
        if not ID.fullmatch(folder.name):
            message = f"“{folder.name}” is no id of a cycle: write a year and a counter, as 2027-1."
            problems.append(Problem(path, 1, "cycle-id", message))
            continue
        try:
            files.append(read_cycle_file(root, CycleId(folder.name)))
        except ProblemsFoundError as found:
            problems.extend(found.problems)
    return FoundCycles(files=tuple(files), problems=tuple(problems))


def _texts(cycle: Cycle) -> Iterator[tuple[Place, Words]]:
    yield ("title",), cycle.title
    yield ("introduction",), cycle.introduction
    counts: dict[SectionId, int] = {}
    for question in cycle.questions:
        index = counts.get(question.section, 0)
        counts[question.section] = index + 1
        yield ("questions", question.section, index), question.words


def _language_problems(files: Sequence[CycleFile], code: Code) -> Iterator[Problem]:
    """A language that no cycle has spoken yet is young: its readers see the source's words."""
    spoken = {code.source.code}
    for file in _in_order(files):
        spoken |= file.cycle.languages
        yield from _missing_texts(file, code, spoken)


def _missing_texts(file: CycleFile, code: Code, spoken: set[LanguageCode]) -> Iterator[Problem]:
    known = [language.code for language in code.languages]
    wanted = [name for name in known if name in spoken]
    for place, words in _texts(file.cycle):
        for name in words:
            if name not in known:
                message = f"“{name}” is none of the languages {', '.join(known)}: correct it."
                yield file.problem("cycle-language", message, *place, name)
        for name in wanted:
            if name not in words:
                message = f"The text is missing in “{name}”: write it there, too."
                yield file.problem("cycle-language", message, *place)


def _section_problems(file: CycleFile, code: Code) -> Iterator[Problem]:
    """An id that was withdrawn after a cycle had named it is no mistake: it is never reused."""
    pages = code.pages[code.source.code].values()
    known = {section.id for page in pages for section in page.sections}
    known |= {old for page in pages for old in page.front_matter.retired}
    scope = file.cycle.scope
    for index, name in enumerate(scope or ()):
        if name not in known:
            message = f"There is no section “{name}”: correct the id."
            yield file.problem("cycle-section", message, "scope", index)
    for name in dict.fromkeys(question.section for question in file.cycle.questions):
        if name not in known:
            message = f"There is no section “{name}”: correct the id."
            yield file.problem("cycle-section", message, "questions", name)
        elif scope is not None and name not in scope:
            message = f"“{name}” is outside the scope: add it to the scope, or ask nothing of it."
            yield file.problem("cycle-question", message, "questions", name)


def _reviewer_problems(file: CycleFile, code: Code) -> Iterator[Problem]:
    pages = code.pages[code.source.code].values()
    owners = sorted({page.front_matter.owner for page in pages})
    for index, reviewer in enumerate(file.cycle.reviewers):
        if reviewer.role not in owners:
            message = f"“{reviewer.role}” owns no page: choose from {', '.join(owners)}."
            yield file.problem("cycle-reviewer", message, "reviewers", index, "role")


def _in_order(files: Sequence[CycleFile]) -> tuple[CycleFile, ...]:
    return tuple(sorted(files, key=lambda file: (file.cycle.opens, file.cycle.id)))


def _overlaps(files: Sequence[CycleFile]) -> Iterator[Problem]:
    """A comment belongs to one cycle, so at no moment may two be open."""
    longest: CycleFile | None = None
    for file in _in_order(files):
        if longest and file.cycle.opens < longest.cycle.closes:
            message = f"The cycle {longest.cycle.id} is still open then: open it after that closes."
            yield file.problem("cycle-overlap", message, "opens")
        if longest is None or file.cycle.closes > longest.cycle.closes:
            longest = file
