"""Review cycles in the words of one language's site, ready for its templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_gmt
from babel.lists import format_list

from practice.cycle import Cycle, CycleId, Phase, Words
from practice.cycle_records import cycle_address, present
from practice.cycle_words import Moment, moment, zone_name
from practice.edition import Edition, page_address
from practice.messages import Messages
from practice.report_document import Dispositions
from practice.report_view import ReportView
from practice.report_words import Reader, report_view
from practice.text import SectionId

_DAYS = "%(count)s calendar day"
_ROLES = {"staff": "staff", "management": "management", "customer": "customers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text, with the BCP 47 tag and direction of its language where that is not the site's."""

    text: str
    tag: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLink:
    """`address` is below the language, `wording` a fingerprint."""

    id: SectionId
    number: str
    label: str
    address: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All questions of a cycle about one section."""

    section: SectionLink
    questions: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The report, where its sections are today (withdrawn ones are missing), and for how long the
    answers can be objected to."""

    view: ReportView
    places: Mapping[SectionId, SectionLink]
    objections_until: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleView:
    """`phase` is that of the moment of the build; `scope` is None for the whole code."""

    id: str
    address: str
    title: Said
    introduction: tuple[Said, ...]
    opens: Moment
    closes: Moment
    zone: str
    offsets: str
    phase: Phase
    scope: tuple[SectionLink, ...] | None
    asked: tuple[Asked, ...]
    roles: str
    reviewers: str
    objection: str
    retention: str
    report: ReportPage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a closed cycle decided, and what withdrawn sections were called then."""

    document: Dispositions
    former_titles: Mapping[SectionId, str]


def cycle_views(
    cycles: Sequence[Cycle],
    edition: Edition,
    messages: Messages,
    *,
    now: datetime,
    reports: Mapping[CycleId, Reported],
) -> tuple[CycleView, ...]:
    """The newest first."""
    return tuple(
        _view(cycle, edition, messages, now, reports.get(cycle.id)) for cycle in reversed(cycles)
    )


def _view(
    cycle: Cycle, edition: Edition, messages: Messages, now: datetime, reported: Reported | None
) -> CycleView:
    links = {link.id: link for link in section_links(edition)}
    where = ZoneInfo(cycle.time_zone)
    roles = [messages.text(_ROLES[role]) for role in cycle.roles]
    reviewers = dict.fromkeys(messages.text(reviewer.role) for reviewer in cycle.reviewers)
    return CycleView(
        id=cycle.id,
        address=cycle_address(cycle.id),
        title=_said(cycle.title, edition),
        introduction=tuple(_paragraphs(_said(cycle.introduction, edition))),
        opens=moment(cycle.opens, where, messages),
        closes=moment(cycle.closes, where, messages),
        zone=zone_name(where, messages),
        offsets=_offsets(cycle, where),
        phase=cycle.phase(now, reported=reported is not None),
        scope=None
        if cycle.scope is None
        else tuple(links[name] for name in present(cycle.scope, edition)),
        asked=tuple(_asked(cycle, edition, links)),
        roles=format_list(roles, locale=messages.locale),
        reviewers=format_list(list(reviewers), locale=messages.locale),
        objection=messages.counted(_DAYS, cycle.objection_days),
        retention=messages.counted(_DAYS, cycle.retention_days),
        report=_report(cycle, reported, edition, messages) if reported else None,
    )


def _report(cycle: Cycle, reported: Reported, edition: Edition, messages: Messages) -> ReportPage:
    links = {link.id: link for link in section_links(edition)}
    today = {shown.section.id: shown.section.title for shown in edition.sections()}
    reader = Reader(
        language=edition.language,
        languages=edition.code.languages,
        messages=messages,
        titles={**reported.former_titles, **today},
    )
    document = reported.document
    places = {
        section.section: links[name]
        for section in document.sections
        for name in present([section.section], edition)
    }
    last = document.closed_at + timedelta(days=cycle.objection_days)
    return ReportPage(
        view=report_view(document, cycle, reader),
        places=places,
        objections_until=moment(last, ZoneInfo(cycle.time_zone), messages),
    )


def section_links(edition: Edition) -> Iterator[SectionLink]:
    """Where each section of the edition is, in reading order."""
    for shown in edition.sections():
        section = shown.section
        yield SectionLink(
            id=section.id,
            number=section.number,
            label=f"{section.number} {section.title}".strip(),
            address=f"{page_address(edition.source_page(section.page))}#{section.id}",
            wording=section.fingerprint,
        )


def _asked(cycle: Cycle, edition: Edition, links: dict[SectionId, SectionLink]) -> Iterator[Asked]:
    """In reading order."""
    found: dict[SectionId, list[Said]] = {}
    for question in cycle.questions:
        for name in present([question.section], edition):
            found.setdefault(name, []).append(_said(question.words, edition))
    for name, link in links.items():
        if name in found:
            yield Asked(section=link, questions=tuple(found[name]))


def _said(words: Words, edition: Edition) -> Said:
    language = edition.language
    if language.code in words:
        return Said(text=words[language.code])
    source = edition.source
    return Said(text=words[source.code], tag=source.tag, direction=source.direction)


def _paragraphs(said: Said) -> Iterator[Said]:
    for paragraph in re.split(r"\n\s*\n", said.text):
        words = " ".join(paragraph.split())
        yield Said(text=words, tag=said.tag, direction=said.direction)


def _offsets(cycle: Cycle, where: ZoneInfo) -> str:
    """How far the zone is from UTC when the cycle opens and, where that differs, closes."""
    times = (cycle.opens.astimezone(where), cycle.closes.astimezone(where))
    found = (f"UTC{get_timezone_gmt(time, 'iso8601')}" for time in times)
    return " / ".join(dict.fromkeys(found))
