"""`review close` and `review report`: what was said in a cycle and decided, as a commit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer

from practice.build_settings import BuildSettings, read_build_settings
from practice.closing_cycle import Closed, ClosingRefusedError, close_cycle, sign_in
from practice.closing_git import Repository, RepositoryError
from practice.closing_service import Service, ServiceError
from practice.cycle import Cycle
from practice.cycles import read_cycles
from practice.problem import ProblemsFoundError
from practice.report_files import report_files
from practice.report_reader import read_reports
from practice.text import Code, read_code, require_sound

ROOT = Path(__file__).resolve().parents[2]
_HELD_IN = "REVIEW_TOKEN"
_ORIGIN = "PRACTICE_SERVICE_ORIGIN"

_Id = Annotated[str, typer.Argument(metavar="CYCLE", help="As 2027-1.")]
_Ids = Annotated[list[str] | None, typer.Argument(metavar="CYCLE", help="(usual: all closed)")]
_Service = Annotated[
    str, typer.Option(help=f"Origin of the service. (usual: {_ORIGIN}, else the site's)")
]
_Root = Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)]


def close_command(cycle: _Id, *, service: _Service = "", root: _Root = ROOT) -> None:
    """Close a cycle in which everything is decided, and commit its report.

    An editor's token comes from REVIEW_TOKEN; without it, name and passphrase are asked for.
    """
    code, cycles = _read(root)
    wanted = _cycle(cycles, cycle)
    repository = Repository(root)
    place = named_service(service)
    try:
        closed = close_cycle(
            root,
            code,
            wanted,
            service=place,
            repository=repository,
            token=lambda: editors_token(place),
        )
        branch = repository.branch()
    except ClosingRefusedError as refused:
        _refuse(*refused.lines)
    except (RepositoryError, ServiceError) as error:
        _refuse(str(error))
    _tell_next(wanted, closed, branch)


def report_command(cycle: _Ids = None, *, root: _Root = ROOT) -> None:
    """Write the Markdown of closed cycles anew from their dispositions.json."""
    code, cycles = _read(root)
    wanted = [_cycle(cycles, name) for name in cycle or ()]
    try:
        reports = read_reports(root, code, cycles)
    except ProblemsFoundError as found:
        _refuse(*map(str, found.problems))
    for one in wanted or cycles:
        if one.id in reports:
            for path, text in report_files(root, code, one, reports[one.id]).items():
                (root / path).write_bytes(text.encode())
                print(f"Wrote {path}.")
        elif one in wanted:
            _refuse(f"{one.id} is not closed: scripts/review close {one.id} closes it.")


def _read(root: Path) -> tuple[Code, tuple[Cycle, ...]]:
    try:
        code = read_code(root)
        require_sound(code)
        return code, read_cycles(root, code)
    except ProblemsFoundError as found:
        _refuse(*map(str, found.problems))


def _cycle(cycles: Iterable[Cycle], name: str) -> Cycle:
    known = {str(cycle.id): cycle for cycle in cycles}
    if name not in known:
        _refuse(f"There is no review cycle “{name}”: choose from {', '.join(known) or 'none'}.")
    return known[name]


def named_service(named: str) -> Service:
    """Where the service is told to be, or else the site, which it usually shares an origin with."""
    try:
        settings = read_build_settings({**os.environ, **({_ORIGIN: named} if named else {})})
    except ProblemsFoundError as found:
        _refuse(*map(str, found.problems))
    service = Service(settings.service_origin or _site_origin(settings))
    if not service.is_safe():
        _refuse(f"{service.origin} would be told your token in the open: use https.")
    return service


def _site_origin(settings: BuildSettings) -> str:
    parts = urlsplit(settings.site_url)
    return f"{parts.scheme}://{parts.netloc}"


def editors_token(service: Service) -> str:
    """Never taken from the command line, where others on the machine can read it.

    Raises ClosingRefusedError or ServiceError.
    """
    if held := os.environ.get(_HELD_IN):
        return held
    if not sys.stdin.isatty():
        message = f"You are not signed in, and nobody is there to be asked: set {_HELD_IN}."
        raise ClosingRefusedError(message)
    print(f"Sign in at {service.origin} as an editor.", file=sys.stderr)
    name = typer.prompt("Name", err=True)
    passphrase = typer.prompt("Passphrase", hide_input=True, err=True)
    return sign_in(service, name, passphrase)


def _tell_next(cycle: Cycle, closed: Closed, branch: str) -> None:
    if not closed.commit:
        print(f"{cycle.id} is closed, and its report was committed before: nothing has changed.")
        return
    place = f"the branch {branch}" if branch else "no branch: HEAD is detached"
    target = f"close-{cycle.id}"
    print(
        f"{cycle.id} is closed. What was said and decided is the commit {closed.commit}"
        f" on {place}.\n"
        "Nobody sees it before it is merged and the site is built.\n"
        "Next, read it with git show and scripts/serve, then:\n"
        f"  git push origin HEAD:refs/heads/{target}\n"
        f"and ask for a pull request from {target}."
    )


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        print(line, file=sys.stderr)
    raise typer.Exit(1)
