"""The API for people: its description as a page of the service.

Rendered on the server from the same document that programs read.
The usual browsers of such documents (Swagger UI, Redoc) are a megabyte of somebody else's script,
want `'unsafe-inline'` styles, and speak one language; this page has our look and our languages,
works without script, and cannot show anything that the service does not do.
"""

from collections.abc import Iterator
from typing import NamedTuple

from starlette.responses import Response

from feedback_api.domain.errors import FeedbackError, StartRefused
from feedback_api.web.error_texts import ERRORS
from feedback_api.web.openapi import EVERYWHERE
from feedback_api.web.pages import render
from feedback_api.web.problem import status_of_kind
from feedback_api.web.visit import Visit


class _Code(NamedTuple):
    """A permanent code with what it says."""

    code: str
    status: int
    title: str


async def show_api(visit: Visit) -> Response:
    """Every operation, schema and code of the API."""
    say = visit.messages.say
    return render(
        visit,
        "api.html",
        document=visit.web.description().document,
        everywhere=[kind.code for kind in EVERYWHERE],
        codes=[
            _Code(kind.code, status_of_kind(kind), say(ERRORS[kind.code].title))
            for kind in sorted(_kinds(FeedbackError), key=lambda kind: kind.code)
        ],
    )


def _kinds(root: type[FeedbackError]) -> Iterator[type[FeedbackError]]:
    """Every error that can reach a reader."""
    for kind in root.__subclasses__():
        if kind is not StartRefused:
            yield kind
            yield from _kinds(kind)
