"""`review apply`: wordings that were accepted, as commits on a branch of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from practice.applied_commits import standing
from practice.apply_batch import Applied, Order, Refusal, apply_comments
from practice.apply_document import (
    PATH,
    DecidedComment,
    DecidedComments,
    DocumentError,
    read_document,
)
from practice.apply_editor import editor_of, forget_edited
from practice.apply_git import Clone
from practice.apply_refusal import ApplyRefusedError, RefusalCode
from practice.apply_result import applied_lines, applied_record
from practice.history_log import read_history
from practice.rules.dictionaries import CachedDictionaries

ROOT = Path(__file__).resolve().parents[2]
_SHORT_ID = 8
_MOST_IDS = 3
_WAITING = "waiting"

_Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Comments, or how their ids begin.")]
_Separate = Annotated[bool, typer.Option("--separate", help="One commit for each comment.")]
_Edit = Annotated[bool, typer.Option("--edit", help="Change each wording in your editor first.")]
_Branch = Annotated[str, typer.Option(help="(usual: feedback/ and the cycle, or the ids)")]
_Json = Annotated[bool, typer.Option("--json", help="For machines.")]
_Decided = Annotated[Path | None, typer.Option(metavar="FILE", help=f"(usual: {PATH})")]
_Root = Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)]


def apply_command(
    ids: _Ids,
    *,
    separate: _Separate = False,
    edit: _Edit = False,
    branch: _Branch = "",
    as_json: _Json = False,
    decided: _Decided = None,
    root: _Root = ROOT,
) -> None:
    """Make a branch and commit the wordings of accepted comments that scripts/review pull fetched.

    What is refused is said, and stops none of the others.
    """
    try:
        document = read_document(decided or root / PATH)
    except DocumentError as error:
        _stop(str(error))
    comments, unknown = _chosen(document, ids)
    applied = Applied()
    if comments:
        name = branch or _branch(comments)
        clone = Clone(root)
        try:
            order = Order(
                comments=comments,
                branch=name,
                separate=separate,
                applied=frozenset(map(str, standing(read_history(root)))),
                edit=editor_of(clone) if edit else None,
            )
            applied = apply_comments(clone, order, CachedDictionaries(_spelling(root)).unknown)
        except ApplyRefusedError as error:
            applied = Applied(
                refused=tuple(Refusal(comment=one.id, error=error) for one in comments)
            )
    for commit in applied.commits:
        forget_edited(root, [change.comment for change in commit.changes])
    _report(_with_unknown(applied, unknown), as_json=as_json)


def _chosen(
    document: DecidedComments, ids: Sequence[str]
) -> tuple[tuple[DecidedComment, ...], list[str]]:
    """The comments in the order they were named in, each once; and the names that are none's."""
    found: dict[str, DecidedComment] = {}
    unknown = []
    for name in ids:
        comment = document.comment(name)
        if comment:
            found[comment.id] = comment
        else:
            unknown.append(name)
    return tuple(found.values()), unknown


def _with_unknown(applied: Applied, unknown: Sequence[str]) -> Applied:
    more = (
        Refusal(comment=name, error=ApplyRefusedError(RefusalCode.UNKNOWN_COMMENT))
        for name in unknown
    )
    return Applied(
        commits=applied.commits,
        refused=(*applied.refused, *more),
        behind=applied.behind,
        branch=applied.branch,
    )


def _branch(comments: Sequence[DecidedComment]) -> str:
    cycles = {comment.cycle for comment in comments}
    if len(comments) > 1 and len(cycles) == 1 and _WAITING not in cycles:
        return f"feedback/{comments[0].cycle}"
    names = [comment.id[:_SHORT_ID] for comment in comments[:_MOST_IDS]]
    more = [f"and-{len(comments) - _MOST_IDS}-more"] if len(comments) > _MOST_IDS else []
    return f"feedback/{'-'.join([*names, *more])}"


def _spelling(root: Path) -> Path:
    return root / "build" / "spelling"


def _report(applied: Applied, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(applied_record(applied), ensure_ascii=False, indent=1))
    else:
        for line in applied_lines(applied):
            print(line)
    raise typer.Exit(1 if applied.refused else 0)


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)
