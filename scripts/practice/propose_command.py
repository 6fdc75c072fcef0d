"""`review propose`: a branch of accepted wordings becomes a pull request."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from practice.apply_document import PATH, DocumentError, read_document
from practice.closing_service import Service, ServiceError
from practice.forge_address import Forge
from practice.forge_remote import forge_of_remotes
from practice.forge_settings import read_forge
from practice.languages import read_languages
from practice.messages import Messages, read_messages
from practice.problem import ProblemsFoundError
from practice.propose_body import body_markdown
from practice.propose_branch import AskPublic, Branch, gathered, named_branch
from practice.propose_changes import PublicComment
from practice.propose_git import Proposer, ProposingRefusedError
from practice.propose_service import public_comments
from practice.propose_title import safe_title, usual_title
from practice.propose_tools import ToolFailedError, longest_body, tool_of
from practice.text import SectionId

ROOT = Path(__file__).resolve().parents[2]
_HELD_IN = "REVIEW_TOKEN"

_Branch = Annotated[str, typer.Option(help="(usual: the current one)")]
_Remote = Annotated[str, typer.Option(help="Where it is pushed to.")]
_Base = Annotated[str, typer.Option(help="Where the pull request goes into.")]
_Title = Annotated[str, typer.Option(help="(usual: what the commits say)")]
_Language = Annotated[str, typer.Option(help="Of title and body. (usual: the source language)")]
_Service = Annotated[str, typer.Option(help="Origin of the service. (usual: as review pull)")]
_Decided = Annotated[Path | None, typer.Option(metavar="FILE", help=f"(usual: {PATH})")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Push and open nothing; say what would.")]
_Print = Annotated[bool, typer.Option("--print", help="Print title and body, and do nothing else.")]
_Root = Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A pull request that is ready to be opened; `forge` is None where nobody knows it."""

    branch: Branch
    base: str
    forge: Forge | None
    title: str
    body: str


def propose_command(
    *,
    branch: _Branch = "",
    remote: _Remote = "origin",
    base: _Base = "main",
    title: _Title = "",
    language: _Language = "",
    service: _Service = "",
    decided: _Decided = None,
    dry_run: _DryRun = False,
    only_print: _Print = False,
    root: _Root = ROOT,
) -> None:
    """Push a branch that scripts/review apply made, and open the pull request.

    By gh or glab where it is signed in; otherwise the address is printed at which to open it.
    With an editor's token in REVIEW_TOKEN it also says what becomes of the comments on the text.
    """
    proposer = Proposer(root)
    try:
        messages = _messages(root, language)
        document = read_document(decided or root / PATH)
        found = named_branch(
            proposer, name=branch, remote=remote, base=base, fetch=not (dry_run or only_print)
        )
        forge = forge_of_remotes(found.addresses, read_forge(root).forge)
        proposal = gathered(proposer, found, document, _ask(service or document.service))
        request = _Request(
            branch=found,
            base=base,
            forge=forge,
            title=safe_title(title, messages) or usual_title(found.brought, messages),
            body=body_markdown(proposal, messages, longest=longest_body(forge)),
        )
        if only_print:
            print(f"{request.title}\n\n{request.body}", end="")
        elif dry_run:
            _tell_plan(request, remote, root)
        else:
            proposer.push(remote, found.name)
            print(f"Pushed {found.name} to {remote}.")
            _open(request, root)
    except ProposingRefusedError as refused:
        _refuse(*refused.lines)
    except ProblemsFoundError as problems:
        _refuse(*map(str, problems.problems))
    except DocumentError as error:
        _refuse(str(error))


def _messages(root: Path, named: str) -> Messages:
    known = {str(one.code): one for one in read_languages(root)}
    source = next(one for one in known.values() if one.source)
    if named and named not in known:
        message = f"“{named}” is no language here: use one of {', '.join(known)}."
        raise ProposingRefusedError(message)
    return read_messages(root, known.get(named, source))


def _ask(origin: str) -> AskPublic:
    """Never stops a proposal: what the service does not say, the body leaves out."""

    def ask(sections: Sequence[SectionId]) -> tuple[PublicComment, ...] | None:
        token = os.environ.get(_HELD_IN, "")
        place = Service(origin.rstrip("/"))
        if not token:
            _say(f"{_HELD_IN} is not set: the body does not say what becomes of comments.")
            return None
        if not place.is_safe():
            _say(f"{place.origin} would be told your token in the open, and was not asked.")
            return None
        try:
            return public_comments(place, sections, token=token)
        except ServiceError as error:
            _say(f"{error} The body does not say what becomes of comments.")
            return None

    return ask


def _tell_plan(request: _Request, remote: str, root: Path) -> None:
    count = len(request.branch.brought)
    commits = "1 commit" if count == 1 else f"{count} commits"
    print(f"Would push {request.branch.name} ({commits}) to {remote}, and open a pull request")
    print(f"into {request.base}: {request.title}")
    tool = tool_of(request.forge, root) if request.forge else None
    if tool and tool.is_ready():
        print(f"It would be opened by {tool.name}.")
    elif request.forge:
        print(f"It could be opened at {_compare(request)}")
    else:
        print("It would be opened by hand: the address of the forge is not known.")
    print(f"\n{request.body}", end="")


def _open(request: _Request, root: Path) -> None:
    """The branch is pushed already, and stays so whatever happens here."""
    if request.forge is None:
        print(
            "Which forge that is nobody has said, so no address is known: open the pull request\n"
            "there, with the text that scripts/review propose --print prints. For a link, name\n"
            "repo_url and extra.forge in mkdocs.yml."
        )
        return
    tool = tool_of(request.forge, root)
    if tool is None or not tool.is_ready():
        if tool:
            print(f"{tool.name} is not there, or not signed in at {request.forge.host}.")
        print(f"Open the pull request at {_compare(request)}")
        print("Its text is what scripts/review propose --print prints.")
        return
    name, base = request.branch.name, request.base
    if address := tool.existing(name, base):
        print(f"Its pull request is open already, and has the new commits: {address}")
        return
    try:
        address = tool.create(name, base, title=request.title, body=request.body)
    except ToolFailedError as failed:
        _refuse(
            f"{tool.name} did not open the pull request:",
            *failed.lines,
            f"The branch is pushed. Open it at {_compare(request)}",
        )
    print(f"Opened {address}" if address else f"{tool.name} opened the pull request.")


def _compare(request: _Request) -> str:
    if request.forge is None:
        return ""
    return request.forge.compare(base=request.base, branch=request.branch.name)


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        _say(line)
    raise typer.Exit(1)
