"""`review pull`: what editors decided, kept beside the text for `review apply`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, NoReturn

import typer

from practice.apply_document import PATH, DecidedComments, document_text
from practice.closing_command import editors_token, named_service
from practice.closing_cycle import ClosingRefusedError
from practice.closing_service import ServiceError, ServiceRefusedError
from practice.pull_comments import UnknownCommentError, pull_comments

ROOT = Path(__file__).resolve().parents[2]

_Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID…", help="Also these, whatever was decided.")
]
_Service = Annotated[str, typer.Option(help="Origin of the service. (usual: as review close)")]
_Root = Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)]


def pull_command(ids: _Ids = None, *, service: _Service = "", root: _Root = ROOT) -> None:
    """Fetch the accepted comments, so that scripts/review apply can make commits of them.

    An editor's token comes from REVIEW_TOKEN; without it, name and passphrase are asked for.
    """
    place = named_service(service)
    named = [name.strip().lower() for name in ids or ()]
    try:
        decided = pull_comments(place, token=editors_token(place), named=named)
        write_document(root / PATH, decided)
    except UnknownCommentError as unknown:
        _refuse(f"{place.origin} has no comment {str(unknown)!a}: nothing was fetched.")
    except ClosingRefusedError as refused:
        _refuse(*refused.lines)
    except ServiceRefusedError as refused:
        if refused.status == 401:
            _refuse("You are not signed in: get a new token, or sign in by name.")
        _refuse(f"{refused} Nothing was fetched.")
    except ServiceError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{root / PATH} cannot be written: {error.strerror}.")
    _tell(decided)


def write_document(path: Path, decided: DecidedComments) -> None:
    """For its owner's eyes alone, and whole or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(dir=path.parent, prefix=".decided-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document_text(decided).encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _tell(decided: DecidedComments) -> None:
    for comment in decided.comments:
        state = comment.outcome or comment.state
        what = "" if comment.suggestion else " · suggests no wording"
        print(f"{comment.id} {comment.section} ({comment.language}) · {state}{what}")
    print(f"{len(decided.comments)} comments are in {PATH}. Next: scripts/review apply ID…")


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        print(line, file=sys.stderr)
    raise typer.Exit(1)
