"""`check-content`: holds the languages of the text against each other and against its registers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from practice.content_check import Checked, check_content
from practice.problem import Problem, ProblemsFoundError
from practice.rules.dictionaries import CachedDictionaries
from practice.rules.readability import Readability, read_formula, readability
from practice.translation_lock import lock_bumps, read_lock
from practice.translation_predict import BaseUnknownError, checked_out

ROOT = Path(__file__).resolve().parents[2]


def check_content_command(
    *,
    report: Annotated[
        bool, typer.Option("--report", help="Also words and readability by page and language.")
    ] = False,
    base: Annotated[
        str, typer.Option(help="Also hold the translation locks against this commit.")
    ] = "",
    root: Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)] = ROOT,
) -> None:
    """Check the text in all languages; print path:line: code message for each problem."""
    dictionaries = CachedDictionaries(root / "build" / "spelling")
    try:
        checked = check_content(root, dictionaries.unknown)
        problems = [*checked.problems, *(_bumps(root, base, checked) if base else ())]
    except ProblemsFoundError as found:
        _end(list(found.problems))
        raise typer.Exit(1) from None
    except BaseUnknownError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    for note in checked.notes:
        print(f"note: {note}", file=sys.stderr)
    if report:
        _print_report(root, checked)
    _end(problems)
    raise typer.Exit(1 if problems else 0)


def _end(problems: list[Problem]) -> None:
    for problem in sorted(set(problems)):
        print(problem)
    if problems:
        print(f"{len(problems)} problems in the text.", file=sys.stderr)
    else:
        print("The text: no problems.", file=sys.stderr)


def _bumps(root: Path, base: str, checked: Checked) -> list[Problem]:
    translations = [language for language in checked.code.languages if not language.source]
    with checked_out(root, base) as folder:
        return [
            problem
            for language in translations
            for problem in lock_bumps(
                root, read_lock(folder, language), read_lock(root, language), language
            )
        ]


def _print_report(root: Path, checked: Checked) -> None:
    formulas = {lang.code: read_formula(root, lang) for lang in checked.code.languages}
    figures: dict[str, list[Readability]] = {}
    for figure in readability(checked.code, formulas):
        figures.setdefault(figure.page, []).append(figure)
    table = Table(title="Words · words per sentence · reading ease (higher is easier)")
    table.add_column("page")
    for language in checked.code.languages:
        formula = formulas[language.code]
        table.add_column(f"{language.name}\n{formula.name if formula else ''}", justify="right")
    for page, found in figures.items():
        by_language = {figure.language.code: figure for figure in found}
        cells = [by_language.get(language.code) for language in checked.code.languages]
        table.add_row(page, *(_cell(figure) for figure in cells))
    Console().print(table)


def _cell(figure: Readability | None) -> str:
    if figure is None or not figure.sentences:
        return "–"
    ease = "" if figure.ease is None else f" · {figure.ease:.0f}"
    return f"{figure.words} · {figure.words / figure.sentences:.1f}{ease}"
