"""The JSON of review cycles: what anybody may know, and what editors do with whole cycles."""

from starlette.responses import Response

from feedback_api.domain.cycle import Cycle, CycleRecord
from feedback_api.domain.identity import CycleId, LanguageCode, SectionId
from feedback_api.services import Services
from feedback_api.services.agenda import phase_of, undecided
from feedback_api.services.closing import close_cycle, summarise
from feedback_api.web.api import json_answer
from feedback_api.web.cycle_dates import zone_of
from feedback_api.web.cycle_models import (
    ClosingPosted,
    ClosingShown,
    CycleListShown,
    CycleShown,
    QuestionAskedShown,
    ReviewedCycleShown,
    SummaryPosted,
    SummaryShown,
    UndecidedShown,
)
from feedback_api.web.fields import convert, read_json
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def list_cycles(visit: Visit) -> Response:
    """Every cycle, announced, open and closed."""
    cycles = visit.services.cycles.all_cycles()
    return json_answer(CycleListShown(cycles=[_shown(one, visit.services) for one in cycles]))


async def show_cycle(visit: Visit) -> Response:
    """One cycle."""
    return json_answer(_shown(_cycle(visit), visit.services))


async def show_undecided(visit: Visit) -> Response:
    """What the cycle cannot close without."""
    cycle = _cycle(visit)
    found = await in_thread(undecided, cycle.id, visit.services)
    return json_answer(
        UndecidedShown(
            cycle=cycle.id,
            phase=phase_of(cycle, visit.services),
            total=len(found),
            comments=[reviewed_comment_shown(comment, visit.services) for comment in found],
        )
    )


async def post_close(visit: Visit) -> Response:
    """Close the cycle, or close it again; 409 with what is undecided."""
    cycle = _cycle(visit)
    if await visit.request.body():
        convert(await read_json(visit.request), ClosingPosted)
    record = await in_thread(close_cycle, cycle.id, editor=visit.editor, services=visit.services)
    return json_answer(_reviewed(cycle, record, visit.services))


async def post_summary(visit: Visit) -> Response:
    """Write what was said about a section, for the report in one language."""
    cycle = _cycle(visit)
    posted = convert(await read_json(visit.request), SummaryPosted)
    record = await in_thread(
        summarise,
        cycle.id,
        SectionId(posted.section),
        LanguageCode(posted.language),
        posted.text,
        editor=visit.editor,
        expected=posted.replaces,
        services=visit.services,
    )
    return json_answer(_reviewed(cycle, record, visit.services))


def _cycle(visit: Visit) -> Cycle:
    """Raises UnknownCycle."""
    return visit.services.cycles.cycle(CycleId(visit.request.path_params["cycle"]))


def _shown(cycle: Cycle, services: Services) -> CycleShown:
    """From the cycle as published and its closing alone: no comment can show through."""
    record = services.records.get(cycle.id)
    zone = zone_of(cycle.time_zone)
    until = record.objections_until(cycle)
    return CycleShown(
        id=cycle.id,
        title=cycle.titles,
        introduction=cycle.introductions,
        urls=cycle.urls,
        opens=cycle.opens.astimezone(zone),
        closes=cycle.closes.astimezone(zone),
        time_zone=cycle.time_zone,
        phase=phase_of(cycle, services),
        scope="all" if cycle.scope is None else list(cycle.scope),
        questions=[
            QuestionAskedShown(section=one.section, texts=one.texts) for one in cycle.questions
        ],
        roles=list(cycle.roles),
        objection_days=cycle.objection_days,
        retention_days=cycle.retention_days,
        closed_at=record.closings[0].at if record.closings else None,
        objections_until=until,
    )


def _reviewed(cycle: Cycle, record: CycleRecord, services: Services) -> ReviewedCycleShown:
    shown = _shown(cycle, services)
    return ReviewedCycleShown(
        **{name: getattr(shown, name) for name in shown.__struct_fields__},
        closings=[ClosingShown(at=one.at, by=one.by) for one in record.closings],
        summaries=[
            SummaryShown(section=one.section, language=one.language, text=one.text)
            for one in record.summaries
        ],
    )
