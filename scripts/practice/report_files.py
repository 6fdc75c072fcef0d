"""The files of a closed cycle's report: what should stand in them, and whether it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from practice.cycle import FOLDER, Cycle
from practice.cycles import read_cycles
from practice.forge_settings import read_forge
from practice.languages import Language
from practice.messages import read_messages
from practice.problem import Problem, ProblemsFoundError
from practice.report_document import Dispositions
from practice.report_markdown import report_markdown, report_path, titles_of
from practice.report_reader import read_reports
from practice.report_words import Reader, report_view
from practice.text import Code, SectionId


def report_files(root: Path, code: Code, cycle: Cycle, document: Dispositions) -> dict[Path, str]:
    """The Markdown for each language, by path below `root`.

    Sections are called what they are called today; withdrawn ones as the last report did.
    """
    return {
        report_path(cycle.id, language.code): _markdown(
            root,
            code,
            cycle,
            document,
            language,
            {**former_titles(root, cycle, document, language), **titles_today(code, language)},
        )
        for language in code.languages
    }


def report_problems(root: Path, code: Code) -> Iterator[Problem]:
    """Reports that break their schema, hold addresses, or disagree with their Markdown."""
    try:
        cycles = read_cycles(root, code)
        documents = read_reports(root, code, cycles)
        commit_address(root)
    except ProblemsFoundError as found:
        yield from found.problems
        return
    for cycle in cycles:
        document = documents.get(cycle.id)
        paths = sorted((root / FOLDER / cycle.id).glob("*.md"))
        wanted = _wanted(root, code, cycle, document) if document else {}
        for path in (path.relative_to(root) for path in paths):
            if path not in wanted:
                message = "No report belongs here: remove the file, or close the cycle."
                yield Problem(path, 1, "report-unknown", message)
        for path, text in wanted.items():
            yield from _file_problems(root, path, text)


def titles_today(code: Code, language: Language) -> dict[SectionId, str]:
    """What the sections are called now, in the source's words where they are not translated."""
    return {
        section.id: section.title
        for name in (code.source.code, language.code)
        for section in code.sections(name)
    }


def former_titles(
    root: Path, cycle: Cycle, document: Dispositions, language: Language
) -> dict[SectionId, str]:
    """What the sections were called when the report in that language was written last."""
    try:
        text = (root / report_path(cycle.id, language.code)).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return {}
    labels = titles_of(text)
    return {
        section.section: labels[section.section].removeprefix(section.number).strip()
        for section in document.sections
        if section.section in labels
    }


def commit_address(root: Path) -> str:
    """Where the forge shows commits, up to the hash; empty where none is configured."""
    return read_forge(root).commits


def _wanted(root: Path, code: Code, cycle: Cycle, document: Dispositions) -> Mapping[Path, str]:
    """A heading that changed since is no fault of the report."""
    return {
        report_path(cycle.id, language.code): _markdown(
            root, code, cycle, document, language, former_titles(root, cycle, document, language)
        )
        for language in _languages(root, code, cycle)
    }


def _languages(root: Path, code: Code, cycle: Cycle) -> Iterable[Language]:
    """Those that the cycle speaks, and those in which there is a report."""
    return [
        language
        for language in code.languages
        if language.code in cycle.languages
        or (root / report_path(cycle.id, language.code)).exists()
    ]


def _markdown(
    root: Path,
    code: Code,
    cycle: Cycle,
    document: Dispositions,
    language: Language,
    titles: Mapping[SectionId, str],
) -> str:
    messages = read_messages(root, language)
    reader = Reader(language=language, languages=code.languages, messages=messages, titles=titles)
    title = cycle.title.get(language.code) or cycle.title[code.source.code]
    return report_markdown(
        report_view(document, cycle, reader), title, messages, commit_address(root)
    )


def _file_problems(root: Path, path: Path, text: str) -> Iterator[Problem]:
    try:
        found = (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        message = f"The report is missing: write it with scripts/review report {path.parent.name}."
        yield Problem(path, 1, "report-missing", message)
        return
    except (OSError, UnicodeError):
        found = ""
    if found != text:
        pairs = zip(found.splitlines(), text.splitlines(), strict=False)
        line = next((n for n, (here, there) in enumerate(pairs, 1) if here != there), 1)
        message = (
            "The report says something else than dispositions.json:"
            f" write it anew with scripts/review report {path.parent.name}."
        )
        yield Problem(path, line, "report-differs", message)
