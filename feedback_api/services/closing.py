"""Closing a review cycle, and what it leaves to be read: what was asked, said and decided."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Closing, Cycle, CycleQuestion, CycleRecord, Phase, Summary
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import (
    CycleNotOver,
    CycleUndecided,
    InvalidRemark,
    RetiredSection,
    SummaryChanged,
    UnknownComment,
    UnknownSection,
)
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import (
    CommitHash,
    CycleId,
    EditorName,
    LanguageCode,
    PageId,
    SectionId,
)
from feedback_api.domain.text import SUMMARY
from feedback_api.services import Services
from feedback_api.services.agenda import Heard, heard_in, phase_of, undecided, undecided_among
from feedback_api.services.cycle_figures import figures_now, figures_to_publish
from feedback_api.services.publishing import ACCEPTED
from feedback_api.services.seen import as_readers_see, merged_publicly_into
from feedback_api.services.support import support_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """A comment with what one cycle decided about it.

    `support` counts published comments alone unless the table is the editors'; `duplicate_of` of
    the decision is None there when readers may not see that comment.
    """

    comment: Comment
    decision: Decision | None
    overruled: tuple[Decision, ...]
    support: int

    @property
    def commit(self) -> CommitHash | None:
        """Of the change decided, while it is published."""
        is_change = self.decision is not None and self.decision.outcome in ACCEPTED
        return self.comment.commit if is_change else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDispositions:
    """`number` is empty for a section that is no longer part of the code."""

    section: SectionId
    page: PageId
    number: str
    asked: tuple[CycleQuestion, ...]
    summaries: Mapping[LanguageCode, str]
    comments: tuple[Disposition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositions:
    """What a cycle asked, heard and decided, in the order of the text."""

    cycle: Cycle
    record: CycleRecord
    sections: tuple[SectionDispositions, ...]
    figures: PublicFigures

    @property
    def comments(self) -> tuple[Disposition, ...]:
        return tuple(one for section in self.sections for one in section.comments)


def close_cycle(cycle_id: CycleId, *, editor: EditorName, services: Services) -> CycleRecord:
    """Close a cycle in which everything is decided.

    Closed again after objections, it tells so by one more closing; with nothing decided since the
    last one it stays as it is. Raises UnknownCycle, CycleNotOver, CycleUndecided, StoreError.
    """
    cycle = services.cycles.cycle(cycle_id)
    if phase_of(cycle, services) in (Phase.UPCOMING, Phase.OPEN):
        raise CycleNotOver(cycle=cycle.id)
    heard = heard_in(cycle.id, services)
    open_comments = undecided_among((one.comment for one in heard), cycle.id, services)
    if open_comments:
        raise CycleUndecided(cycle=cycle.id, undecided=open_comments)
    figures = figures_to_publish(heard, services)
    closing = Closing(at=services.clock.now(), by=editor)

    def step(record: CycleRecord) -> CycleRecord:
        if not record.closings:
            return replace(record, closings=(closing,), figures=figures)
        if not has_news(record, heard):
            return record
        return replace(record, closings=(*record.closings, closing))

    record = services.records.change(cycle.id, step)
    if closing in record.closings:
        _refuse_what_was_undone_meanwhile(closing, heard, cycle, services)
    return record


def _refuse_what_was_undone_meanwhile(
    closing: Closing, heard: Iterable[Heard], cycle: Cycle, services: Services
) -> None:
    """A decision may be taken back between the look and the closing. Raises CycleUndecided."""
    for one in heard:
        with suppress(UnknownComment):  # changes nothing, but waits for every change before it
            services.comments.change(one.comment.id, lambda present: present)
            break
    left = undecided(cycle.id, services)
    if not left:
        return

    def reopen(record: CycleRecord) -> CycleRecord:
        closings = tuple(one for one in record.closings if one != closing)
        return replace(record, closings=closings, figures=record.figures if closings else None)

    services.records.change(cycle.id, reopen)
    raise CycleUndecided(cycle=cycle.id, undecided=left)


def has_news(record: CycleRecord, heard: Iterable[Heard]) -> bool:
    """Whether something was decided that no closing of the cycle tells of yet."""
    if not record.closings:
        return True
    latest = record.closings[-1].at
    return any(one.decision is not None and one.decision.at > latest for one in heard)


def summarise(
    cycle_id: CycleId,
    section: SectionId,
    language: LanguageCode,
    text: str,
    *,
    editor: EditorName,
    expected: str | None = None,
    services: Services,
) -> CycleRecord:
    """Say in one's own words what was said about a section; a blank text removes that.

    `expected`: what the editor saw there before, "" for nothing. It is published with the report.
    Raises UnknownCycle, InvalidRemark, SummaryChanged, StoreError.
    """
    del editor  # the report is the company's word, not one editor's
    cycle = services.cycles.cycle(cycle_id)
    said = _checked_summary(cycle, section, language, text, services)

    def step(record: CycleRecord) -> CycleRecord:
        present = record.summary(section, language)
        if expected is not None and present not in (said, _same_lines(expected)):
            raise SummaryChanged(newer=present)
        others = tuple(
            one for one in record.summaries if (one.section, one.language) != (section, language)
        )
        added = (Summary(section=section, language=language, text=said),) if said else ()
        if (*others, *added) == record.summaries:
            return record
        return replace(record, summaries=(*others, *added))

    return services.records.change(cycle.id, step)


def dispositions(cycle_id: CycleId, *, everything: bool, services: Services) -> Dispositions:
    """What the cycle decided; `everything` is for editors, else only what readers may see now.

    Readers see no summary before the closing: it tells what was said by those they may not read.
    Raises UnknownCycle.
    """
    cycle = services.cycles.cycle(cycle_id)
    record = services.records.get(cycle_id)
    everything_heard = heard_in(cycle_id, services)
    by_section: dict[SectionId, list[Disposition]] = {}
    for heard in everything_heard:
        if everything or heard.comment.is_public:
            shown = _disposition(heard, everything, services)
            by_section.setdefault(heard.comment.section, []).append(shown)
    summaries = record.summaries if everything or record.is_closed else ()
    names = {question.section for question in cycle.questions}
    names |= {summary.section for summary in summaries}
    return Dispositions(
        cycle=cycle,
        record=record,
        sections=tuple(
            _section(name, cycle, summaries, tuple(by_section.get(name, ())), services)
            for name in _in_order({*by_section, *names}, services)
        ),
        figures=figures_now(record, everything_heard, services),
    )


def _same_lines(text: str) -> str:
    """As it was stored, whatever line ends a browser sent it back with."""
    return text.replace("\r\n", "\n").strip()


def _checked_summary(
    cycle: Cycle, section: SectionId, language: LanguageCode, text: str, services: Services
) -> str:
    faults: list[Fault] = []
    said = SUMMARY.tidy_into(faults, text)
    if all(language != known.code for known in services.text.languages()):
        faults.append(Fault(code=FaultCode.UNKNOWN_VALUE, field="language"))
    try:
        services.text.section(section)
        if not cycle.covers(section):
            faults.append(Fault(code=FaultCode.OUT_OF_SCOPE, field="section"))
    except RetiredSection:
        pass
    except UnknownSection:
        faults.append(Fault(code=FaultCode.UNKNOWN_SECTION, field="section"))
    if faults:
        raise InvalidRemark(*faults)
    return said


def _disposition(heard: Heard, everything: bool, services: Services) -> Disposition:
    shown = heard if everything else _as_readers_see(heard, services)
    return Disposition(
        comment=shown.comment,
        decision=shown.decision,
        overruled=shown.overruled,
        support=support_of(heard.comment, services, everything=everything),
    )


def _as_readers_see(heard: Heard, services: Services) -> Heard:
    """That a comment was merged tells of another one: see `seen`."""
    seen = as_readers_see(heard.comment, services)
    earlier = seen.earlier_decisions
    if heard.decision is None or heard.decision != heard.comment.decision:
        decision = heard.decision if heard.decision in earlier else None
    elif seen.decision is not None and seen.decision.outcome is State.DUPLICATE:
        into = merged_publicly_into(heard.comment, services)
        decision = replace(seen.decision, duplicate_of=into)
    else:
        decision = seen.decision
    return Heard(
        comment=seen,
        decision=decision,
        overruled=tuple(one for one in heard.overruled if one in earlier),
    )


def _section(
    name: SectionId,
    cycle: Cycle,
    summaries: tuple[Summary, ...],
    comments: tuple[Disposition, ...],
    services: Services,
) -> SectionDispositions:
    page, number = _place(name, comments, services)
    return SectionDispositions(
        section=name,
        page=page,
        number=number,
        asked=tuple(question for question in cycle.questions if question.section == name),
        summaries={
            summary.language: summary.text for summary in summaries if summary.section == name
        },
        comments=comments,
    )


def _place(
    name: SectionId, comments: tuple[Disposition, ...], services: Services
) -> tuple[PageId, str]:
    try:
        entry = services.text.section(name)
    except UnknownSection:
        if comments:
            return comments[0].comment.page, ""
        pages = {entry.page for entry in services.text.all_sections()}
        own = (page for page in pages if name.startswith(f"{page}-"))
        return max(own, key=len, default=PageId(name)), ""
    return entry.page, entry.number


def _in_order(names: set[SectionId], services: Services) -> Iterator[SectionId]:
    """In the order of the text; what is no longer part of it comes last, by id."""
    present = [entry.id for entry in services.text.all_sections()]
    yield from (name for name in present if name in names)
    yield from sorted(names - set(present))
