"""The rows of figures: JSON and the editors' dashboard."""

from collections.abc import Sequence

from feedback_api.domain.errors import CycleNotClosed, UnknownCycle
from feedback_api.web import api_stats, pages_dashboard
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.posted_models import CommentListQuery
from feedback_api.web.refusals import InvalidRequest, SignInNeeded
from feedback_api.web.stats_models import FiguresShown, StatsShown

STATS_API: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/api/v1/stats",
        handler=api_stats.show_stats,
        offers=JSON,
        summary=mark("Count comments by filter, and how long they wait"),
        query=CommentListQuery,
        answer=StatsShown,
        errors=(SignInNeeded, InvalidRequest),
    ),
    Operation(
        method="GET",
        path="/api/v1/cycles/{cycle}/figures",
        handler=api_stats.show_figures,
        offers=JSON,
        summary=mark("A closed review cycle in figures that tell of nobody"),
        answer=FiguresShown,
        errors=(UnknownCycle, CycleNotClosed),
    ),
)

STATS_PAGES: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/review/dashboard",
        handler=pages_dashboard.show_dashboard,
    ),
)
