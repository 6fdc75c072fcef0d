"""The JSON of figures: everything for editors, and what anybody may know of a closed cycle."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import CycleId, LanguageCode, PageId
from feedback_api.services.stats import Stats, Waits
from feedback_api.web.messages import mark
from feedback_api.web.shown_models import Shown

_OVERDUE_SHOWN = 200
_HOUR = timedelta(hours=1)

Figure = Annotated[
    int | None,
    Meta(description=mark("Null where fewer than five people stand behind it.")),
]


class SectionCountShown(Shown, frozen=True, kw_only=True):
    """A section that has comments."""

    section: str
    page: str
    comments: int


class WeekShown(Shown, frozen=True, kw_only=True):
    """An ISO week of submission, in UTC; `begins` is its Monday."""

    week: str
    begins: date
    comments: int


class HoursShown(Shown, frozen=True, kw_only=True):
    """Whole hours since submission, of those that got what they waited for."""

    lower_quartile: int
    median: int
    upper_quartile: int
    longest: int


class WaitsShown(Shown, frozen=True, kw_only=True):
    """The hours leave out those who still wait; `ended` were withdrawn without it."""

    reached: int
    waiting: int
    ended: int
    hours: HoursShown | None
    longest_waiting_hours: int | None


class OverdueShown(Shown, frozen=True, kw_only=True):
    """An undecided comment whose cycle took comments until longer ago than promised."""

    id: str
    section: str
    cycle: str
    last_day: date
    days: int


class SupportedShown(Shown, frozen=True, kw_only=True):
    """A comment that others second, or have made, too."""

    id: str
    section: str
    support: int


class StatsShown(Shown, frozen=True, kw_only=True):
    """Counts of the comments that fit the filters; `answer_days` are working days."""

    total: int
    pages: Mapping[PageId, int]
    sections: list[SectionCountShown]
    by_role: Mapping[Role, int]
    by_verified_role: Mapping[Role, int]
    by_language: Mapping[LanguageCode, int]
    by_kind: Mapping[Kind, int]
    by_about: Mapping[About, int]
    by_state: Mapping[State, int]
    by_visibility: Mapping[Visibility, int]
    weeks: list[WeekShown]
    first_answer: WaitsShown
    decision: WaitsShown
    answer_days: int
    overdue_total: int
    overdue: list[OverdueShown]
    supported: list[SupportedShown]


class FiguresShown(Shown, frozen=True, kw_only=True):
    """Of comments that readers may see: as at the first closing, where that is still true."""

    cycle: str
    comments: Figure
    by_outcome: Mapping[State, Figure]
    by_role: Mapping[Role, Figure]
    by_language: Mapping[LanguageCode, Figure]
    by_kind: Mapping[Kind, Figure]


def stats_shown(stats: Stats, answer_days: int) -> StatsShown:
    return StatsShown(
        total=stats.total,
        pages=stats.pages,
        sections=[
            SectionCountShown(section=section, page=page, comments=comments)
            for (page, section), comments in stats.sections.items()
        ],
        by_role=stats.roles,
        by_verified_role=stats.verified_roles,
        by_language=stats.languages,
        by_kind=stats.kinds,
        by_about=stats.abouts,
        by_state=stats.states,
        by_visibility=stats.visibilities,
        weeks=[
            WeekShown(week=f"{monday:%G-W%V}", begins=monday, comments=comments)
            for monday, comments in stats.weeks.items()
        ],
        first_answer=_waits_shown(stats.first_answer),
        decision=_waits_shown(stats.decision),
        answer_days=answer_days,
        overdue_total=len(stats.overdue),
        overdue=[
            OverdueShown(
                id=one.id,
                section=one.section,
                cycle=one.cycle,
                last_day=one.last_day,
                days=one.days,
            )
            for one in stats.overdue[:_OVERDUE_SHOWN]
        ],
        supported=[
            SupportedShown(id=one.id, section=one.section, support=one.support)
            for one in stats.supported
        ],
    )


def figures_shown(cycle: CycleId, figures: PublicFigures) -> FiguresShown:
    return FiguresShown(
        cycle=cycle,
        comments=figures.comments,
        by_outcome=figures.by_outcome,
        by_role=figures.by_role,
        by_language=figures.by_language,
        by_kind=figures.by_kind,
    )


def _waits_shown(waits: Waits) -> WaitsShown:
    hours = None
    if waits.quartiles is not None and waits.longest is not None:
        lower, median, upper = (quartile // _HOUR for quartile in waits.quartiles)
        hours = HoursShown(
            lower_quartile=lower,
            median=median,
            upper_quartile=upper,
            longest=waits.longest // _HOUR,
        )
    longest = waits.longest_waiting
    return WaitsShown(
        reached=waits.reached,
        waiting=waits.waiting,
        ended=waits.ended,
        hours=hours,
        longest_waiting_hours=None if longest is None else longest // _HOUR,
    )
