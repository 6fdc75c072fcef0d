"""Closes a review cycle: everything decided, it becomes one commit of what was said and decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice.closing_git import Repository
from practice.closing_service import (
    Service,
    ServiceError,
    ServiceRefusedError,
    UndecidedComment,
)
from practice.cycle import FOLDER, Cycle, CycleId
from practice.problem import ProblemsFoundError
from practice.report_document import Dispositions, dispositions_path
from practice.report_files import report_files
from practice.report_reader import (
    addresses,
    known_addresses,
    parse_report,
    report_text,
    shape_faults,
)
from practice.text import Code

_REASONS = {
    "cycle-not-over": "Comments on it are still taken: close it when its time is over.",
    "unknown-cycle": "The service does not know it: build the site and publish it first.",
    "sign-in-needed": "You are not signed in: get a new token, or sign in by name.",
    "sign-in-refused": "The name or the passphrase is wrong.",
}


class ClosingRefusedError(Exception):
    """The cycle stays as it is; `lines` say why, and what to do."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """`commit` is a short hash, empty where the report was there already."""

    commit: str
    document: Dispositions


def close_cycle(
    root: Path,
    code: Code,
    cycle: Cycle,
    *,
    service: Service,
    repository: Repository,
    token: Callable[[], str],
) -> Closed:
    """Raises ClosingRefusedError, RepositoryError or ServiceError; nothing is changed here then.

    `token` is only asked for once nothing on this side is in the way.
    """
    repository.require_ready(FOLDER / cycle.id)
    _close(code, cycle.id, service, token)
    content = _dispositions(cycle.id, service)
    document = _document(code, cycle, content, service)
    text = report_text(content)
    files = {dispositions_path(cycle.id): text, **report_files(root, code, cycle, document)}
    commit = repository.commit(files, _message(root, cycle.id, document))
    return Closed(commit=commit, document=document)


def sign_in(service: Service, name: str, passphrase: str) -> str:
    """A token for the account; raises ClosingRefusedError or ServiceError."""
    try:
        return service.sign_in(name, passphrase)
    except ServiceRefusedError as refused:
        raise _explained(refused) from refused


def _close(code: Code, cycle: CycleId, service: Service, token: Callable[[], str]) -> None:
    held = token()
    try:
        service.close(cycle, token=held)
    except ServiceRefusedError as refused:
        if refused.code != "cycle-undecided":
            raise _explained(refused) from refused
        found = service.undecided(cycle, token=held)
        head = f"{cycle} cannot be closed: {len(found)} of its comments are not decided."
        lines = (_line(number, one, code) for number, one in enumerate(found, 1))
        raise ClosingRefusedError(head, *lines, "Decide them on the board, then close.") from None


def _line(number: int, comment: UndecidedComment, code: Code) -> str:
    section = code.section(code.source.code, comment.section)
    clause = f"{section.number} {comment.section}".strip() if section else comment.section
    return f"  {number}. {clause} · {comment.state} · {comment.address}"


def _dispositions(cycle: CycleId, service: Service) -> Mapping[str, Any]:
    try:
        return service.dispositions(cycle)
    except ServiceRefusedError as refused:
        raise _explained(refused) from refused


def _document(
    code: Code, cycle: Cycle, content: Mapping[str, Any], service: Service
) -> Dispositions:
    """Nothing is written that the schema does not name, or by which somebody could be reached."""
    known = known_addresses(code)
    if not shape_faults(content):
        found = {address.comment for address in addresses(content, known=known)}
        if found:
            places = [
                service.comment_address(comment) if comment else "a question or a summary"
                for comment in sorted(found)
            ]
            raise ClosingRefusedError(
                "An e-mail address would be published with:",
                *(f"  {place}" for place in places),
                "Hide the comment from readers, or correct the reason or summary; then close.",
            )
    try:
        return parse_report(report_text(content), cycle, known=known)
    except ProblemsFoundError as found_problems:
        raise ClosingRefusedError(
            "What the service answered cannot be published:",
            *(f"  {problem.message}" for problem in found_problems.problems[:10]),
        ) from found_problems


def _explained(refused: ServiceRefusedError) -> ClosingRefusedError | ServiceError:
    code = "sign-in-needed" if refused.status == 401 and not refused.code else refused.code
    if code in _REASONS:
        return ClosingRefusedError(_REASONS[code])
    return ServiceError(f"{refused} Try again when it can; nothing was changed here.")


def _message(root: Path, cycle: CycleId, document: Dispositions) -> str:
    subject = _subject(root / dispositions_path(cycle), document)
    comments = sum(len(section.comments) for section in document.sections)
    return (
        f"Cycle({cycle}): {subject}\n\n"
        f"Written by scripts/review close: {comments} comments that readers may see,"
        f" in {len(document.sections)} sections, each with its decision and the reason."
    )


def _subject(path: Path, document: Dispositions) -> str:
    """By what the report adds to the one that is there."""
    if not path.exists():
        return "what was said and what we decided"
    try:
        before = json.loads(path.read_text(encoding="utf-8"))["closed_again_at"]
    except (ValueError, KeyError, TypeError):
        before = []
    if len(document.closed_again_at) > len(before):
        return "what we decided after objections"
    return "what readers may see of it now"
