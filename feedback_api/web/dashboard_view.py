"""What the dashboard shows of the figures, in the editor's language, with where each leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from feedback_api.domain.errors import UnknownSection
from feedback_api.domain.identity import CommentId, PageId, SectionId
from feedback_api.domain.section import SectionEntry
from feedback_api.services.stats import Stats, Waits
from feedback_api.web.charts import BarChart, Count, HeatRow, bar_chart, heat_row
from feedback_api.web.comment_filters import is_section
from feedback_api.web.labels import label_of
from feedback_api.web.messages import mark
from feedback_api.web.quantities import (
    said_day,
    said_day_shortly,
    said_days,
    said_length,
    said_number,
)
from feedback_api.web.role_words import role_words
from feedback_api.web.visit import Visit

LIST = "/review"
WEEKS_DRAWN = 26
_OVERDUE_SHOWN = 200

_TITLES: Mapping[str, tuple[str, str]] = {
    "state": (mark("Comments by state"), mark("State")),
    "role": (mark("Comments by role"), mark("Role")),
    "language": (mark("Comments by language"), mark("Language")),
    "kind": (mark("Comments by kind"), mark("Kind")),
    "about": (mark("Comments by what they are about"), mark("It is about")),
    "visibility": (mark("Comments by who may read them"), mark("Who may read it")),
    "week": (mark("Comments by week of arrival"), mark("Week that begins on")),
}
"""Of each picture: what it is called, and what its bars are."""

WordT = TypeVar("WordT", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsRow:
    """One kind of answer; every value in the reader's form, "–" where there is none."""

    name: str
    reached: str
    lower: str
    median: str
    upper: str
    longest: str
    waiting: str
    longest_waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """A comment that the dashboard points at; `figure` says why."""

    id: CommentId
    section: str
    last_day: str
    figure: str


class DashboardView:
    """Lays the figures out for one reader; `given` are the filters they were counted with."""

    def __init__(self, stats: Stats, given: Mapping[str, str], visit: Visit) -> None:
        self._stats = stats
        self._given = given
        self._visit = visit
        self._say = visit.messages.say
        self._by_id: Mapping[str, SectionEntry] = {
            entry.id: entry for entry in visit.services.text.all_sections()
        }

    @property
    def total(self) -> Count:
        return self._count("all", "", self._stats.total, {})

    def charts(self) -> Sequence[BarChart]:
        """By each word that a comment carries, and by week."""
        stats = self._stats
        return [
            self._chart("state", self._words("state", stats.states)),
            self._chart("role", self._roles()),
            self._chart("language", self._languages()),
            self._chart("kind", self._words("kind", stats.kinds)),
            self._chart("about", self._words("about", stats.abouts)),
            self._chart("visibility", self._words("visibility", stats.visibilities)),
            self._chart("week", self._weeks(), dated=True),
        ]

    def heat(self) -> Sequence[HeatRow]:
        """A row for each page in reading order; those that are gone come last, by id."""
        sections: dict[PageId, list[SectionId]] = {}
        for entry in self._by_id.values():
            sections.setdefault(entry.page, []).append(entry.id)
        for page, section in sorted(self._stats.sections):
            if section not in sections.setdefault(page, []):
                sections[page].append(section)
        most = max(self._stats.sections.values(), default=0)
        return [self._heat_row(page, found, most) for page, found in sections.items()]

    def waits(self) -> Sequence[WaitsRow]:
        return [
            self._waits_row(self._say(mark("First answer")), self._stats.first_answer),
            self._waits_row(self._say(mark("Decision")), self._stats.decision),
        ]

    def overdue(self) -> Sequence[CommentRow]:
        """The first of them; the page says how many there are."""
        messages = self._visit.messages
        return [
            CommentRow(
                id=one.id,
                section=self._section_name(one.section),
                last_day=said_day(one.last_day, messages),
                figure=said_days(one.days, messages),
            )
            for one in self._stats.overdue[:_OVERDUE_SHOWN]
        ]

    def supported(self) -> Sequence[CommentRow]:
        return [
            CommentRow(
                id=one.id,
                section=self._section_name(one.section),
                last_day="",
                figure=said_number(one.support, self._visit.messages),
            )
            for one in self._stats.supported
        ]

    def _count(self, key: str, name: str, number: int, narrower: Mapping[str, str] | None) -> Count:
        """`narrower`: what the list of just these is filtered by, too; None if there is none."""
        url = None
        if narrower is not None and number:
            url = f"{LIST}?{urlencode({**self._given, **narrower})}".removesuffix("?")
        return Count(
            key=key,
            name=name,
            number=number,
            said=said_number(number, self._visit.messages),
            url=url,
        )

    def _words(self, filter_name: str, counts: Mapping[WordT, int]) -> Sequence[Count]:
        return [
            self._count(word, self._say(label_of(word)), number, {filter_name: word})
            for word, number in counts.items()
        ]

    def _roles(self) -> Sequence[Count]:
        """Each role twice: proved, and as stated."""
        return [
            self._count(
                f"{role}-{proof}",
                role_words(role, self._visit.messages, verified=is_verified),
                number,
                {"role": role, "verified": str(is_verified).lower()},
            )
            for role, all_of_it in self._stats.roles.items()
            for is_verified, proof, number in (
                (True, "verified", self._stats.verified_roles[role]),
                (False, "as-stated", all_of_it - self._stats.verified_roles[role]),
            )
        ]

    def _languages(self) -> Sequence[Count]:
        """By their own names; one that the site no longer has keeps its code."""
        names = {language.code: language.name for language in self._visit.languages}
        return [
            self._count(
                code, names.get(code, code), number, {"language": code} if code in names else None
            )
            for code, number in self._stats.languages.items()
        ]

    def _weeks(self) -> Sequence[Count]:
        """The latest weeks; those before them together, so that the sum stays right."""
        weeks = list(self._stats.weeks.items())
        before, drawn = weeks[:-WEEKS_DRAWN], weeks[-WEEKS_DRAWN:]
        with_year = bool(drawn) and drawn[0][0].year != drawn[-1][0].year
        counts = [
            self._count(
                f"{monday:%G-W%V}",
                said_day_shortly(monday, self._visit.messages, with_year=with_year),
                number,
                None,
            )
            for monday, number in drawn
        ]
        if not before:
            return counts
        earlier = sum(number for _, number in before)
        return [self._count("earlier", self._say(mark("Earlier weeks")), earlier, None), *counts]

    def _chart(self, name: str, counts: Sequence[Count], *, dated: bool = False) -> BarChart:
        title, of = _TITLES[name]
        return bar_chart(
            name,
            counts,
            title=self._say(title),
            description=self._described(counts),
            of=self._say(of),
            dated=dated,
        )

    def _described(self, counts: Iterable[Count]) -> str:
        """In one sentence what the picture shows at a glance."""
        most = max(counts, key=lambda count: count.number, default=None)
        if most is None or not most.number:
            return self._say(mark("There are no comments."))
        return self._say(mark("Most: %(name)s (%(number)s)."), name=most.name, number=most.said)

    def _heat_row(self, page: PageId, sections: Sequence[SectionId], most: int) -> HeatRow:
        known = any(entry.page == page for entry in self._by_id.values())
        name = self._section_name(SectionId(page)) if page in self._by_id else page
        cells = [self._cell(page, section) for section in sections]
        return heat_row(
            self._count(
                page, name, self._stats.pages.get(page, 0), {"page": page} if known else None
            ),
            cells,
            most=most,
            title=self._say(mark("Comments by section: %(page)s"), page=name),
            description=self._described([count for _, count in cells]),
        )

    def _cell(self, page: PageId, section: SectionId) -> tuple[str, Count]:
        """The label is the section's number; those that have none are told by the table alone."""
        entry = self._by_id.get(section)
        number = self._stats.sections.get((page, section), 0)
        narrower = {"section": section} if is_section(section, self._visit.services.text) else None
        count = self._count(section, self._section_name(section), number, narrower)
        return (entry.number if entry else "†") or "–", count

    def _section_name(self, section: SectionId) -> str:
        """As it is called now in the reader's language; the id of one that is gone."""
        try:
            entry = self._visit.services.text.section(section)
        except UnknownSection:
            return section
        return f"{entry.number} {entry.languages[self._visit.language.code].title}".strip()

    def _waits_row(self, name: str, waits: Waits) -> WaitsRow:
        messages = self._visit.messages
        spans = (*(waits.quartiles or (None, None, None)), waits.longest, waits.longest_waiting)
        lower, median, upper, longest, longest_waiting = (
            "–" if span is None else said_length(span, messages) for span in spans
        )
        return WaitsRow(
            name=name,
            reached=said_number(waits.reached, messages),
            lower=lower,
            median=median,
            upper=upper,
            longest=longest,
            waiting=said_number(waits.waiting, messages),
            longest_waiting=longest_waiting,
        )
