"""`review`: a pull request opens a review cycle, like any change of the text, and ends it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from practice.apply_command import apply_command
from practice.closing_command import close_command, report_command
from practice.cycle import CycleId
from practice.cycle_draft import (
    CycleDraft,
    CycleRefusedError,
    cycle_text,
    next_id,
    require_new,
    usual_draft,
    write_cycle,
)
from practice.cycle_flags import FlagError, questions_of, reviewers_of, sections_of, texts_of
from practice.cycle_interview import Check, interview
from practice.cycles import read_cycles, spoken_languages
from practice.history_command import history_command
from practice.problem import ProblemsFoundError
from practice.propose_command import propose_command
from practice.pull_command import pull_command
from practice.text import Code, read_code, require_sound

ROOT = Path(__file__).resolve().parents[2]
application = typer.Typer(no_args_is_help=True, add_completion=False, help="Review cycles.")

_Id = Annotated[str, typer.Option("--id", help="A year and a counter. (usual: the next free)")]
_Texts = Annotated[list[str] | None, typer.Option(metavar="LANG=TEXT", help="One per language.")]
_Opens = Annotated[str, typer.Option(help="By the clocks of the zone, as 2027-01-11T09:00.")]
_Closes = Annotated[str, typer.Option(help="By the clocks of the zone, as 2027-02-26T18:00.")]
_Zone = Annotated[str, typer.Option(help="As Europe/Lisbon. (usual: that of the last cycle)")]
_Scope = Annotated[
    list[str] | None, typer.Option(metavar="SECTION", help="In scope. (usual: the whole code)")
]
_Pages = Annotated[list[str] | None, typer.Option(metavar="PAGE", help="All its sections.")]
_Questions = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SECTION:LANG=TEXT", help="One per language; the same language begins the next."
    ),
]
_Roles = Annotated[list[str] | None, typer.Option(help="Who is invited. (usual: all)")]
_Reviewers = Annotated[
    list[str] | None,
    typer.Option(metavar="ROLE[=ACCOUNT]", help="Who decides. (usual: the first page's owner)"),
]
_Days = Annotated[int | None, typer.Option(help="(usual: see cycle.schema.json)")]
_Root = Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)]


application.command("close")(close_command)
application.command("report")(report_command)
application.command("history")(history_command)
application.command("pull")(pull_command)
application.command("apply")(apply_command)
application.command("propose")(propose_command)


class _Keyboard:
    """The Terminal of `practice.cycle_interview` that people sit at."""

    def ask(self, question: str, *, usual: str, check: Check) -> str:
        def value(answer: str) -> str:
            if advice := check(answer):
                raise typer.BadParameter(advice)
            return answer

        answer: str = typer.prompt(
            question, default=usual, show_default=bool(usual), value_proc=value
        )
        return answer


@application.callback()
def review() -> None:
    """Review cycles."""


@application.command("open")
def open_command(
    *,
    name: _Id = "",
    title: _Texts = None,
    introduction: _Texts = None,
    opens: _Opens = "",
    closes: _Closes = "",
    time_zone: _Zone = "",
    scope: _Scope = None,
    page: _Pages = None,
    question: _Questions = None,
    role: _Roles = None,
    reviewer: _Reviewers = None,
    objection_days: _Days = None,
    retention_days: _Days = None,
    root: _Root = ROOT,
) -> None:
    """Make cycles/<id>/cycle.yml from flags; on a terminal, ask for what they do not say."""
    code = _code(root)
    try:
        draft = CycleDraft(
            titles=texts_of(title or []),
            introductions=texts_of(introduction or []),
            questions=questions_of(question or []),
            opens=opens,
            closes=closes,
            time_zone=time_zone,
            scope=sections_of(code, scope or [], page or []),
            roles=tuple(role or ()),
            reviewers=reviewers_of(reviewer or []),
            objection_days=objection_days,
            retention_days=retention_days,
        )
    except FlagError as error:
        _refuse(str(error))
    _open(root, code, CycleId(name), draft)


def _open(root: Path, code: Code, name: CycleId, draft: CycleDraft) -> None:
    text = ""
    try:
        if name:
            require_new(root, name)
        earlier = read_cycles(root, code)
        usual = usual_draft(code, earlier)
        languages = spoken_languages(code, earlier)
        if missing := draft.missing(languages):
            if not sys.stdin.isatty():
                _refuse(f"Nobody is there to be asked: add {', '.join(missing)}.")
            terminal = _Keyboard()
            draft = interview(draft, usual, code=code, languages=languages, terminal=terminal)
            text = cycle_text(draft)
        draft = draft.over(usual)
        cycle = name or next_id(root, draft.opens)
        path = write_cycle(root, code, cycle, draft)
    except CycleRefusedError as error:
        _refuse(str(error), text)
    except ProblemsFoundError as found:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        _refuse("Nothing was written.", text)
    _tell_next(cycle, path)


def _tell_next(cycle: CycleId, path: Path) -> None:
    print(
        f"Wrote {path}. Nobody sees it before it is merged and the site is built.\n"
        "Next, look at it with scripts/check --content and scripts/serve, then:\n"
        f"  git switch -c cycle-{cycle}\n"
        f"  git add {path}\n"
        f'  git commit -m "Cycle({cycle}): announce"\n'
        f"  git push -u origin cycle-{cycle}\n"
        "and ask for a pull request."
    )


def _code(root: Path) -> Code:
    try:
        code = read_code(root)
        require_sound(code)
    except ProblemsFoundError as found:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(1) from None
    return code


def _refuse(message: str, answers: str = "") -> NoReturn:
    """Nothing that was typed is lost: `answers` are printed for another try."""
    if answers:
        print(answers)
    print(message, file=sys.stderr)
    raise typer.Exit(2)
