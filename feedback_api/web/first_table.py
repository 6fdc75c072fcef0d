"""The operations that are asked for most, and whether the service is ready: made at the start.

All others are made when the first of them is asked for; see late_paths.py.
"""

from collections.abc import Sequence
from functools import partial

from feedback_api.domain.errors import (
    IdempotencyMismatch,
    InvalidComment,
    RetiredSection,
    UnknownPage,
    UnknownSection,
)
from feedback_api.web import api
from feedback_api.web.held_back import SameTextAgain, TooManyRequests
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.posted_models import CommentPosted
from feedback_api.web.refusals import NotReady
from feedback_api.web.shown_models import CountsShown, HealthShown, SectionShown, SubmittedShown
from feedback_api.web.usual_errors import BODY, INVITED, STORE

_json = partial(Operation, offers=JSON)

READERS: Sequence[Operation] = (
    _json(
        method="GET",
        path="/api/v1/pages/{page}/counts",
        handler=api.page_counts,
        summary=mark("How many comments readers may see, by section of a page"),
        answer=CountsShown,
        errors=(UnknownPage,),
    ),
    _json(
        method="GET",
        path="/api/v1/sections/{section}",
        handler=api.section,
        summary=mark("A section in every language, with the comments made public"),
        answer=SectionShown,
        errors=(UnknownSection, RetiredSection),
    ),
    _json(
        method="POST",
        path="/api/v1/comments",
        handler=api.post_comment,
        waits=False,
        summary=mark("Comment on the wording of a section"),
        status=201,
        body=CommentPosted,
        answer=SubmittedShown,
        errors=(
            *BODY,
            InvalidComment,
            IdempotencyMismatch,
            *INVITED,
            SameTextAgain,
            TooManyRequests,
            *STORE,
        ),
        headers={"Idempotency-Key": mark("Sent again with the same body, it stores nothing new.")},
    ),
)
HEALTH: Sequence[Operation] = (
    _json(
        method="GET",
        path="/healthz",
        handler=api.healthz,
        waits=False,
        summary=mark("Whether the service runs"),
        answer=HealthShown,
    ),
    _json(
        method="GET",
        path="/readyz",
        handler=api.readyz,
        summary=mark("Whether the service can do its work"),
        answer=HealthShown,
        errors=(NotReady,),
    ),
)
