"""The one shape of every error, as JSON."""

from feedback_api.web.proposal_models import RefusedWordingShown
from feedback_api.web.reviewed_models import ReviewedCommentShown
from feedback_api.web.shown_models import Shown


class FaultShown(Shown, frozen=True, kw_only=True):
    """One thing wrong with one field."""

    code: str
    field: str
    detail: str


class ProblemShown(Shown, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457.

    `newer` is there after a conflict only; `refused`, and `said` with the repository's own words,
    after a proposal that was none.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    faults: list[FaultShown]
    newer: ReviewedCommentShown | None = None
    refused: list[RefusedWordingShown] | None = None
    said: str | None = None
