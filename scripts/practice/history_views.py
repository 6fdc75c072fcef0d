"""The history of each section in the words of one language's site, ready for its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape

from babel.dates import format_date

from practice.cycle_views import CycleView, Said, SectionLink, section_links
from practice.cycle_words import Moment
from practice.edition import Edition
from practice.history_lineage import lineage, retired_ids
from practice.history_text import LanguageHistory, Revision
from practice.history_wordings import Wording
from practice.messages import Messages
from practice.plain_text import without_marks
from practice.text import LanguageCode, SectionId
from practice.wording_diff import Change, Line, changed_lines

FOLDER = "history"
# Up to so many wordings, every two of them are compared on one page; beyond, on one page for each.
MOST_ON_ONE_PAGE = 8
_TAGS = {Change.ADDED: ("ins", "[added:"), Change.REMOVED: ("del", "[removed:")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A comment that readers may see, and of which a wording was made.

    `address` is below the language.
    """

    number: int
    byline: tuple[str, ...]
    cycle: Said
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """With the wording `number` of that day; `redline` is HTML, empty where no words changed."""

    number: int
    day: Moment
    redline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingView:
    """`number` counts from 1, the oldest; `commit` is a whole hash.

    `comparisons` are with other wordings, the one before first.
    `apart` is a page with all others, below the language; empty where they are all on this one.
    """

    number: int
    day: Moment
    commit: str
    causes: tuple[Cause, ...]
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    comparisons: tuple[Comparison, ...]
    apart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionHistory:
    """`wordings` the newest first, in the language of `tag`, which is not the site's if `foreign`.

    `page` is the last part of the address; with `compared`, all wordings beside that one.
    """

    page: str
    section: SectionLink
    tag: str
    direction: str
    foreign: bool
    wordings: tuple[WordingView, ...]
    compared: WordingView | None = None


# By the section that stands for the comment's today, and the comment.
_Causes = Mapping[tuple[SectionId, str], Cause]


def history_address(name: str) -> str:
    """Where the page of a section is, below its language."""
    return f"{FOLDER}/{name}/"


def section_histories(
    edition: Edition,
    histories: Mapping[LanguageCode, LanguageHistory],
    cycles: Sequence[CycleView],
    messages: Messages,
) -> tuple[SectionHistory, ...]:
    """One page for each section, so that every language has it; more where wordings are many.

    None where there are no histories.
    A section that is not translated has the history of the text that readers are shown.
    """
    links = {link.id: link for link in section_links(edition)}
    retired = retired_ids(edition.code)
    causes = _causes(cycles)
    found: list[SectionHistory] = []
    for shown in edition.sections() if histories else ():
        name = shown.section.id
        language = edition.source if shown.missing else edition.language
        revisions = histories[language.code].revisions(lineage(name, retired))
        telling = _Telling(
            name=name,
            said=[(revision, revision.wording) for revision in revisions if revision.wording],
            causes=causes,
            messages=messages,
            tag=edition.language.tag,
        )
        main = SectionHistory(
            page=name,
            section=links[name],
            tag=language.tag,
            direction=language.direction,
            foreign=shown.missing,
            wordings=telling.wordings(),
        )
        found.append(main)
        for place, wording in enumerate(main.wordings if telling.many else ()):
            beside = replace(wording, comparisons=telling.comparisons(place, everything=True))
            found.append(replace(main, page=f"{name}.{wording.number}", compared=beside))
    return tuple(found)


def _causes(cycles: Sequence[CycleView]) -> _Causes:
    return {
        (report.places[section.id].id, comment.id.lower()): Cause(
            number=comment.number,
            byline=comment.byline,
            cycle=cycle.title,
            address=f"{cycle.address}#comment:{comment.id}",
        )
        for cycle in cycles
        for report in ([cycle.report] if cycle.report else [])
        for section in report.view.sections
        if section.id in report.places
        for comment in section.comments
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """One section's revisions, the newest first, told to readers of the language `tag`."""

    name: SectionId
    said: Sequence[tuple[Revision, Wording]]
    causes: _Causes
    messages: Messages
    tag: str

    @property
    def many(self) -> bool:
        return len(self.said) > MOST_ON_ONE_PAGE

    def wordings(self) -> tuple[WordingView, ...]:
        return tuple(self._wording(place) for place in range(len(self.said)))

    def comparisons(self, place: int, *, everything: bool) -> tuple[Comparison, ...]:
        """With every older wording; with all others, or where there are many, the next alone."""
        others = [*range(place + 1, len(self.said)), *(range(place) if everything else ())]
        shown = others if everything or not self.many or place == 0 else others[:1]
        return tuple(self._comparison(place, other) for other in shown)

    def _wording(self, place: int) -> WordingView:
        revision, wording = self.said[place]
        number = len(self.said) - place
        paragraphs = (part for part in wording.text.split("\n\n") if part.strip())
        return WordingView(
            number=number,
            day=self._day(place),
            commit=revision.commit.hash,
            causes=tuple(
                self.causes[self.name, comment]
                for comment in revision.comments
                if (self.name, comment) in self.causes
            ),
            title=wording.title,
            paragraphs=tuple(tuple(part.split("\n")) for part in paragraphs),
            comparisons=self.comparisons(place, everything=False),
            apart=history_address(f"{self.name}.{number}") if self.many else "",
        )

    def _comparison(self, place: int, other: int) -> Comparison:
        """Always from the older to the newer of the two."""
        older, newer = self.said[max(place, other)][1], self.said[min(place, other)][1]
        lines = changed_lines((older.title, older.blocks), (newer.title, newer.blocks))
        markup = "".join(f"<p>{''.join(self._marked(line))}</p>" for line in lines)
        return Comparison(number=len(self.said) - other, day=self._day(other), redline=markup)

    def _marked(self, line: Line) -> Iterator[str]:
        """The words that were added and removed also say so to those who do not see it."""
        for run in line:
            text = escape(without_marks(run.text))
            if run.change in _TAGS:
                tag, word = _TAGS[run.change]
                spoken = escape(self.messages.text(word))
                before = f'<span class="cop-hidden" lang="{self.tag}">{spoken} </span>'
                text = f'<{tag}>{before}{text}<span class="cop-hidden">] </span></{tag}>'
            yield text

    def _day(self, place: int) -> Moment:
        """On the author's own calendar."""
        day = date.fromisoformat(self.said[place][0].commit.authored_at[:10])
        text = format_date(day, format="long", locale=self.messages.locale)
        return Moment(utc=day.isoformat(), text=text)
