"""`review history SECTION`: every wording that a section ever had, and why it was changed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from practice.cycles import read_cycles
from practice.history_lineage import lineage, retired_ids
from practice.history_log import Reach, read_history
from practice.history_report import HistoryReport, published_comments
from practice.history_text import LanguageHistory, read_text_history
from practice.languages import Language
from practice.problem import ProblemsFoundError
from practice.report_document import Dispositions
from practice.report_reader import read_reports
from practice.text import Code, LanguageCode, SectionId, read_code

ROOT = Path(__file__).resolve().parents[2]
_NO_HISTORY = "There is no git history here: run this where the project was cloned."
_SHALLOW = (
    "This clone holds only the latest commits: what is older is not shown, and the oldest wording"
    " below may not be the first. Get the rest with: git fetch --unshallow"
)


def history_command(
    section: Annotated[str, typer.Argument(help="Section id, present or withdrawn.")],
    *,
    language: Annotated[str, typer.Option(help="Language code. (usual: all)")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Show every wording in full.")] = False,
    root: Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)] = ROOT,
) -> None:
    """Every wording the section ever had, newest first: its commit, what changed, who asked."""
    code = _code(root)
    history = read_history(root)
    if not history.commits:
        _refuse(_NO_HISTORY)
    if history.reach is Reach.SHALLOW:
        print(_SHALLOW, file=sys.stderr)
    shown = _languages(code, language)
    histories = read_text_history(root, history, code.languages)
    names = lineage(SectionId(section), retired_ids(code))
    _require_known(section, names, code, histories)
    _say_where(names, code)
    console = Console(highlight=False)
    report = HistoryReport(
        names=names,
        languages=code.languages,
        published=published_comments(_reports(root, code)),
        in_colour=console.is_terminal,
        whole=whole,
    )
    for each in shown:
        revisions = histories[each.code].revisions(names)
        console.print(report.text(each, revisions), soft_wrap=True)


def _code(root: Path) -> Code:
    try:
        return read_code(root)
    except ProblemsFoundError as found:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(1) from None


def _reports(root: Path, code: Code) -> list[Dispositions]:
    """In the order of the cycles; without them the history is still worth reading."""
    try:
        return list(read_reports(root, code, read_cycles(root, code)).values())
    except ProblemsFoundError as found:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        return []


def _languages(code: Code, name: str) -> tuple[Language, ...]:
    found = tuple(known for known in code.languages if name in ("", known.code))
    if not found:
        known = ", ".join(each.code for each in code.languages)
        _refuse(f"“{name}” is no language here: use one of {known}.")
    return found


def _require_known(
    asked: str,
    names: tuple[SectionId, ...],
    code: Code,
    histories: Mapping[LanguageCode, LanguageHistory],
) -> None:
    if any(history.revisions(names) for history in histories.values()):
        return
    present = [str(section.id) for section in code.sections(code.source.code)]
    if asked in present:
        _refuse(f"No commit holds the section “{asked}” yet.")
    if asked in retired_ids(code):
        _refuse(f"“{asked}” was withdrawn, and no commit here holds it.")
    near = get_close_matches(asked, present, n=1)
    advice = f" Did you mean {near[0]}?" if near else ""
    _refuse(f"There is no section “{asked}”, and there never was one.{advice}")


def _say_where(names: tuple[SectionId, ...], code: Code) -> None:
    """A withdrawn id is answered with what became of it."""
    retired = retired_ids(code)
    if names[0] in retired:
        today = retired[names[0]]
        after = f"“{today}” took its place" if today else "nothing took its place"
        print(f"“{names[0]}” was withdrawn: {after}.")


def _refuse(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)
