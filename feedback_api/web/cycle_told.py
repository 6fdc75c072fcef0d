"""Review cycles as commenters are told of them: which one takes a comment, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.errors import UnknownCycle
from feedback_api.domain.identity import WAITING, CycleId, SectionId
from feedback_api.services.agenda import cycle_at, next_cycle
from feedback_api.services.follow import objections_until
from feedback_api.web.cycle_dates import ShownMoment, shown_moment, zone_name, zone_offsets
from feedback_api.web.cycle_view import SaidText, said
from feedback_api.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCycle:
    """`url` is a path of the site."""

    title: SaidText
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The cycle that answers a comment made now.

    `cycle` is None while the next one is not announced; `moment`: until when it is open, or from
    when on.
    """

    is_open: bool
    cycle: ToldCycle | None = None
    moment: ShownMoment | None = None
    questions: Sequence[SaidText] = ()


def told_cycle(cycle: CycleId | None, visit: Visit) -> ToldCycle | None:
    """None for none, for one that is not announced yet and for one no longer published."""
    if cycle is None or cycle == WAITING:
        return None
    try:
        return _told(visit.services.cycles.cycle(cycle), visit)
    except UnknownCycle:
        return None


def hearing_of(section: SectionId, visit: Visit) -> Hearing:
    """What happens to a comment on the section that is sent now."""
    services = visit.services
    now = services.clock.now()
    present = cycle_at(section, now, services.cycles)
    if present != WAITING:
        cycle = services.cycles.cycle(present)
        return Hearing(
            is_open=True,
            cycle=_told(cycle, visit),
            moment=_with_zone(cycle.closes, cycle, visit),
            questions=[
                said(question.texts, visit)
                for question in cycle.questions
                if question.section == section
            ],
        )
    following = next_cycle(section, now, services.cycles)
    if following is None:
        return Hearing(is_open=False)
    return Hearing(
        is_open=False,
        cycle=_told(following, visit),
        moment=_with_zone(following.opens, following, visit),
    )


def objections_told(comment: Comment, visit: Visit) -> ShownMoment | None:
    """The first moment at which nobody may object any more, by the clocks of the cycle's zone."""
    if comment.decision is None:
        return None
    until = objections_until(comment.decision.cycle, visit.services)
    if until is None:
        return None
    return _with_zone(until, visit.services.cycles.cycle(comment.decision.cycle), visit)


def _told(cycle: Cycle, visit: Visit) -> ToldCycle:
    return ToldCycle(
        title=said(cycle.titles, visit),
        url=visit.web.place.site_url(said(cycle.urls, visit).text),
    )


def _with_zone(at: datetime, cycle: Cycle, visit: Visit) -> ShownMoment:
    shown = shown_moment(at, cycle.time_zone, visit.messages)
    text = visit.messages.say(
        "%(moment)s (time zone: %(zone)s, %(offset)s)",
        moment=shown.said,
        zone=zone_name(cycle.time_zone, visit.messages),
        offset=zone_offsets((at,), cycle.time_zone),
    )
    return ShownMoment(at=shown.at, said=text)
