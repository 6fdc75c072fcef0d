"""`translate status | diff | accept | postpone | predict`: the state of the translations."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from practice.problem import ProblemsFoundError
from practice.text import Code, Language, LanguageCode, SectionId, read_code
from practice.translation_accept import Outcome, Statement, accept, postpone
from practice.translation_predict import BaseUnknownError, predict
from practice.translation_report import (
    changes_text,
    prediction_markdown,
    standing_record,
    status_table,
)
from practice.translation_state import Standing, State, read_locks, standings

ROOT = Path(__file__).resolve().parents[2]
application = typer.Typer(
    no_args_is_help=True, add_completion=False, help="State of the translations."
)
_Root = Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)]
_Json = Annotated[bool, typer.Option("--json", help="For machines.")]
_Names = Annotated[list[str], typer.Argument(help="Section ids, then the language.")]
_All = Annotated[bool, typer.Option("--all", help="Every section of the language.")]


@application.command()
def status(*, as_json: _Json = False, root: _Root = ROOT) -> None:
    """How far each language keeps up, by page, sized by how many words changed."""
    code = _code(root)
    locks = read_locks(root, code)
    found = standings(code, locks)
    problems = [problem for lock in locks.values() for problem in lock.problems]
    if as_json:
        _print_json({"sections": [standing_record(standing) for standing in found.values()]})
    else:
        Console().print(status_table(code, found))
    for problem in problems:
        _say(str(problem))
    raise typer.Exit(1 if problems else 0)


@application.command()
def diff(
    section: Annotated[str, typer.Argument(help="Section id.")],
    language: Annotated[str, typer.Argument(help="Language code.")],
    *,
    root: _Root = ROOT,
) -> None:
    """What changed since this text last kept up, word by word: mostly in the source.

    For the source language, what changed in a translation that went ahead.
    """
    code = _code(root)
    found = standings(code, read_locks(root, code))
    known = {str(reader.code): reader.code for reader in code.languages}
    if language not in known:
        _refuse(f"“{language}” is no language here: use one of {', '.join(known)}.")
    standing = found.get((SectionId(section), known[language]))
    if standing is None:
        _refuse(f"There is no section “{section}”.")
    console = Console(highlight=False)
    console.print(changes_text(standing, code, in_colour=console.is_terminal), soft_wrap=True)


@application.command("accept")
def accept_command(
    names: _Names,
    *,
    by: Annotated[str, typer.Option(help="Who says that the translation is right.")],
    every: _All = False,
    no_change_needed: Annotated[
        bool, typer.Option("--no-change-needed", help="The source's change needs no translation.")
    ] = False,
    root: _Root = ROOT,
) -> None:
    """Record that translations say what the source says today."""
    code = _code(root)
    language, sections = _chosen(code, names, every=every)
    if not by.strip():
        _refuse("Say who accepts: --by NAME.")
    at = datetime.now(UTC).replace(microsecond=0)
    statement = Statement(by=by.strip(), at=at, no_change_needed=no_change_needed)
    outcome = accept(root, code, language=language, sections=sections, statement=statement)
    _report(outcome, "accepted", language)


@application.command("postpone")
def postpone_command(names: _Names, *, every: _All = False, root: _Root = ROOT) -> None:
    """Let the checks pass a section that is behind, until its source changes once more."""
    code = _code(root)
    language, sections = _chosen(code, names, every=every)
    if every:
        found = standings(code, read_locks(root, code))
        sections = [name for name in sections if _is_behind(found[name, language.code])]
    _report(postpone(root, code, language=language, sections=sections), "postponed", language)


@application.command("predict")
def predict_command(
    base: Annotated[str, typer.Argument(help="Commit or branch to compare with.")],
    *,
    as_json: _Json = False,
    markdown: Annotated[bool, typer.Option(help="For a comment on a pull request.")] = False,
    root: _Root = ROOT,
) -> None:
    """Which translations this branch leaves behind; reads the text of BASE from git."""
    try:
        found = predict(root, base)
    except BaseUnknownError as error:
        _refuse(str(error))
    except ProblemsFoundError as error:
        _stop(error)
    if as_json:
        _print_json({"sections": [standing_record(standing) for standing in found]})
    elif markdown:
        print(prediction_markdown(_code(root), found))
    else:
        for standing in found:
            record = standing_record(standing)
            print(standing.section, standing.language, standing.state, record["size"])


def _code(root: Path) -> Code:
    try:
        return read_code(root)
    except ProblemsFoundError as error:
        _stop(error)


def _language(code: Code, name: str) -> Language:
    known = {language.code: language for language in code.languages if not language.source}
    if name not in known:
        names = ", ".join(known)
        _refuse(f"“{name}” is no language with translations: use one of {names}.")
    return known[LanguageCode(name)]


def _chosen(code: Code, names: list[str], *, every: bool) -> tuple[Language, list[SectionId]]:
    *sections, name = names
    language = _language(code, name)
    if every:
        if sections:
            _refuse("Name sections, or say --all, not both.")
        return language, [section.id for section in code.sections(language.code)]
    if not sections:
        _refuse("Name the sections before the language, or say --all.")
    return language, [SectionId(section) for section in sections]


def _is_behind(standing: Standing) -> bool:
    return standing.state is State.BEHIND and standing.ahead is not None


def _report(outcome: Outcome, done: str, language: Language) -> None:
    for section, reason in outcome.refused:
        _say(f"{section} ({language.code}) refused: {reason}")
    unchanged = f", {len(outcome.unchanged)} unchanged" if outcome.unchanged else ""
    print(f"{language.code}: {len(outcome.accepted)} {done}{unchanged}.")
    if outcome.refused:
        raise typer.Exit(1)


def _print_json(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1))


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _refuse(message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(2)


def _stop(error: ProblemsFoundError) -> NoReturn:
    for problem in error.problems:
        _say(str(problem))
    raise typer.Exit(1)
