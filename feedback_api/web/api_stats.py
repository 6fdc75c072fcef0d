"""Figures as JSON: of all comments for editors, of a closed cycle for anybody."""

import msgspec
from starlette.responses import Response

from feedback_api.domain.identity import CycleId
from feedback_api.services.cycle_figures import cycle_figures
from feedback_api.services.stats import Stats, comment_stats
from feedback_api.web.api import json_answer
from feedback_api.web.cached_answers import CachedAnswer
from feedback_api.web.comment_filters import every_comment, read_filters
from feedback_api.web.fields import read_query
from feedback_api.web.posted_models import CommentListQuery
from feedback_api.web.stats_models import figures_shown, stats_shown
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def show_stats(visit: Visit) -> Response:
    """How many comments of each kind fit the filters, and how long they wait."""
    filters = read_filters(read_query(visit.request), visit.services)
    stats = await stats_of(filters, visit)
    return json_answer(stats_shown(stats, visit.web.answer_days))


async def stats_of(filters: CommentListQuery, visit: Visit) -> Stats:
    """Of all that the list with these filters has."""

    def count() -> Stats:
        return comment_stats(
            every_comment(filters, editor=visit.editor, services=visit.services),
            answer_days=visit.web.answer_days,
            services=visit.services,
        )

    return await in_thread(count)


async def show_figures(visit: Visit) -> CachedAnswer:
    """What anybody may know of a closed cycle in figures.

    Nothing but public comments is in it, so nothing else makes it be counted again.
    """
    return await in_thread(_figures, visit)


def _figures(visit: Visit) -> CachedAnswer:
    services = visit.services
    cycle = CycleId(visit.request.path_params["cycle"])
    made_from = (
        services.reads.generation(None),
        services.text.revision(),
        services.records.get(cycle).version,
    )

    def make() -> bytes:
        return msgspec.json.encode(figures_shown(cycle, cycle_figures(cycle, services=services)))

    return visit.web.figures.get(cycle, made_from, make)
