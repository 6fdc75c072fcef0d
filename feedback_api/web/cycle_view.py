"""A review cycle as the board names it: in the reader's language, by the clocks of its zone."""

from dataclasses import dataclass

from feedback_api.domain.cycle import Cycle, Phase, Texts
from feedback_api.domain.identity import CycleId
from feedback_api.services.agenda import phase_of
from feedback_api.web.cycle_dates import ShownMoment, shown_moment, zone_name, zone_offsets
from feedback_api.web.language_choice import source_language
from feedback_api.web.section_view import language_tags
from feedback_api.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidText:
    """A text with the tag of the language it is in."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleView:
    """`objections_until` is there once the cycle is closed; `zone` as people name it."""

    id: CycleId
    title: SaidText
    url: str
    phase: Phase
    opens: ShownMoment
    closes: ShownMoment
    zone: str
    offsets: str
    closings: tuple["ShownClosing", ...]
    objections_until: ShownMoment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownClosing:
    """One closing, and who did it."""

    moment: ShownMoment
    by: str


def view_cycle(cycle: Cycle, visit: Visit) -> CycleView:
    """The cycle for a page of the board."""
    record = visit.services.records.get(cycle.id)
    until = record.objections_until(cycle)
    zone, messages = cycle.time_zone, visit.messages
    return CycleView(
        id=cycle.id,
        title=said(cycle.titles, visit),
        url=said(cycle.urls, visit).text,
        phase=phase_of(cycle, visit.services),
        opens=shown_moment(cycle.opens, zone, messages),
        closes=shown_moment(cycle.closes, zone, messages),
        zone=zone_name(zone, messages),
        offsets=zone_offsets((cycle.opens, cycle.closes), zone),
        closings=tuple(
            ShownClosing(moment=shown_moment(closing.at, zone, messages), by=closing.by)
            for closing in record.closings
        ),
        objections_until=shown_moment(until, zone, messages) if until else None,
    )


def said(texts: Texts, visit: Visit) -> SaidText:
    """In the reader's language, else as the source says it."""
    code = visit.language.code if visit.language.code in texts else source_language(visit.languages)
    return SaidText(text=texts[code], tag=language_tags(visit.services.text)[code])
