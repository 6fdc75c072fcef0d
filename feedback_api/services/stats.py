"""How many comments there are of each kind, how long they wait, and which wait too long."""

import heapq
import statistics
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from feedback_api.domain.comment import About, Comment, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.errors import UnknownCycle
from feedback_api.domain.event import BY_COMMENTER, INTERNAL, EventKind
from feedback_api.domain.identity import CommentId, CycleId, LanguageCode, PageId, SectionId
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of, is_undecided
from feedback_api.services.deadlines import days_over, decided_by
from feedback_api.services.support import support_of

TOP = 10

_Word = TypeVar("_Word", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long it took, and how many still wait for it.

    The times are of those that got it, so they are better than the truth while others wait:
    whoever shows them says how many do, and for how long by now. `ended`: withdrawn without it.
    """

    reached: int
    waiting: int
    ended: int
    quartiles: tuple[timedelta, timedelta, timedelta] | None
    longest: timedelta | None
    longest_waiting: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A comment without a decision after the last day promised; `days` are calendar days."""

    id: CommentId
    section: SectionId
    cycle: CycleId
    last_day: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """A comment that others stand behind; see services.support."""

    id: CommentId
    section: SectionId
    support: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Counts of comments; every value a word can have is there, also with 0.

    `verified_roles` are those of `roles` that are proved. `sections` has only those with comments.
    `weeks` are ISO weeks by their Monday, in UTC, without gaps. `overdue` has the longest first.
    """

    total: int
    pages: Mapping[PageId, int]
    sections: Mapping[tuple[PageId, SectionId], int]
    roles: Mapping[Role, int]
    verified_roles: Mapping[Role, int]
    languages: Mapping[LanguageCode, int]
    kinds: Mapping[Kind, int]
    abouts: Mapping[About, int]
    states: Mapping[State, int]
    visibilities: Mapping[Visibility, int]
    weeks: Mapping[date, int]
    first_answer: Waits
    decision: Waits
    overdue: Sequence[Overdue]
    supported: Sequence[Supported]


class _Durations:
    """Gathers the times of one kind of answer."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._reached: list[float] = []
        self._waiting: list[datetime] = []
        self._ended = 0

    def take(self, comment: Comment, answered_at: datetime | None) -> None:
        if answered_at is not None:
            self._reached.append((answered_at - comment.submitted_at).total_seconds())
        elif comment.state is State.WITHDRAWN:
            self._ended += 1
        else:
            self._waiting.append(comment.submitted_at)

    def waits(self) -> Waits:
        return Waits(
            reached=len(self._reached),
            waiting=len(self._waiting),
            ended=self._ended,
            quartiles=_quartiles(self._reached),
            longest=timedelta(seconds=max(self._reached)) if self._reached else None,
            longest_waiting=self._now - min(self._waiting) if self._waiting else None,
        )


def comment_stats(comments: Iterable[Comment], *, answer_days: int, services: Services) -> Stats:
    """In one pass; `answer_days`: working days after a cycle within which it decides.

    Takes seconds for tens of thousands: call it in a thread.
    """
    now = services.clock.now()
    counters: tuple[Counter[Hashable], ...] = tuple(Counter() for _ in range(6))
    sections: Counter[tuple[PageId, SectionId]] = Counter()
    days: Counter[date] = Counter()
    verified: Counter[Hashable] = Counter()
    first_answer, decision = _Durations(now), _Durations(now)
    overdue: list[Overdue] = []
    supported: list[Supported] = []
    for comment in comments:
        for counter, word in zip(counters, _words(comment), strict=True):
            counter[word] += 1
        sections[comment.page, comment.section] += 1
        verified[comment.role] += comment.role_verified
        days[comment.submitted_at.astimezone(UTC).date()] += 1
        first_answer.take(comment, _first_answered_at(comment))
        decision.take(comment, _first_decided_at(comment))
        overdue += _overdue(comment, answer_days, now, services)
        supported += _supported(comment, services)
    roles, languages, kinds, abouts, states, visibilities = counters
    return Stats(
        total=sections.total(),
        pages=_by_page(sections),
        sections=dict(sections),
        roles=_all(Role, roles),
        verified_roles=_all(Role, verified),
        languages=_all(_codes(languages, services), languages),
        kinds=_all(Kind, kinds),
        abouts=_all(About, abouts),
        states=_all(State, states),
        visibilities=_all(Visibility, visibilities),
        weeks=_weeks(days),
        first_answer=first_answer.waits(),
        decision=decision.waits(),
        overdue=sorted(overdue, key=lambda one: one.last_day),
        supported=heapq.nsmallest(TOP, supported, key=lambda one: -one.support),
    )


def _words(comment: Comment) -> tuple[Hashable, ...]:
    return (
        comment.role,
        comment.language,
        comment.kind,
        comment.about,
        comment.state,
        comment.visibility,
    )


def _all(words: Iterable[_Word], counter: Counter[Hashable]) -> Mapping[_Word, int]:
    return {word: counter[word] for word in words}


def _codes(counter: Counter[Hashable], services: Services) -> Sequence[LanguageCode]:
    """Those of the site in its order, then those of comments that it no longer has."""
    published = [language.code for language in services.text.languages()]
    gone = sorted(str(code) for code in counter if code not in published)
    return [*published, *map(LanguageCode, gone)]


def _by_page(sections: Counter[tuple[PageId, SectionId]]) -> Mapping[PageId, int]:
    pages: Counter[PageId] = Counter()
    for (page, _), number in sections.items():
        pages[page] += number
    return dict(pages)


def _weeks(days: Counter[date]) -> Mapping[date, int]:
    weeks: Counter[date] = Counter()
    for day, number in days.items():
        weeks[day - timedelta(days=day.weekday())] += number
    if not weeks:
        return {}
    first, last = min(weeks), max(weeks)
    mondays = (first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1))
    return {monday: weeks[monday] for monday in mondays}


def _quartiles(seconds: Sequence[float]) -> tuple[timedelta, timedelta, timedelta] | None:
    if not seconds:
        return None
    several = seconds if len(seconds) > 1 else [*seconds, *seconds]
    lower, median, upper = statistics.quantiles(several, n=4, method="inclusive")
    return timedelta(seconds=lower), timedelta(seconds=median), timedelta(seconds=upper)


def _first_answered_at(comment: Comment) -> datetime | None:
    """When the commenter could first see that an editor had done something."""
    for event in comment.events:
        if event.by != BY_COMMENTER and event.what not in INTERNAL | {EventKind.SUBMITTED}:
            return event.at
    return None


def _first_decided_at(comment: Comment) -> datetime | None:
    """When the first decision was taken that nobody took back."""
    decided_at = None
    for event in comment.events:
        if event.what is EventKind.DECISION_UNDONE:
            decided_at = None
        elif event.what is EventKind.DECIDED and decided_at is None:
            decided_at = event.at
    return decided_at


def _overdue(
    comment: Comment, answer_days: int, now: datetime, services: Services
) -> Iterable[Overdue]:
    """Nothing is promised to a comment that no cycle has begun to hear."""
    cycle_id = cycle_of(comment, services)
    if not is_undecided(comment, cycle_id, services):
        return
    try:
        cycle = services.cycles.cycle(cycle_id)
    except UnknownCycle:
        return
    last_day = decided_by(comment, cycle, answer_days)
    days = days_over(last_day, cycle, now)
    if days:
        yield Overdue(
            id=comment.id,
            section=comment.section,
            cycle=cycle_id,
            last_day=last_day,
            days=days,
        )


def _supported(comment: Comment, services: Services) -> Iterable[Supported]:
    """A merged comment's support is its original's."""
    if comment.state in (State.DUPLICATE, State.WITHDRAWN):
        return
    support = support_of(comment, services, everything=True)
    if support:
        yield Supported(id=comment.id, section=comment.section, support=support)
