"""Figures for editors: how many, how long, and what waits too long."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle as again
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedback_api.domain.comment import About, Comment, Kind, Role, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import CommentId, CycleId, EditorName, PageId, SectionId
from feedback_api.domain.remarks import Objection
from feedback_api.services import Services
from feedback_api.services.deadlines import ANSWER_DAYS, days_over, decided_by
from feedback_api.services.ports import CommentQuery
from feedback_api.services.stats import TOP, Stats, comment_stats
from feedback_api.services.support import support_of
from feedback_api.storage.comment_columns import Columns
from feedback_api.storage.comment_document import encode_comment
from feedback_api.storage.comment_index import CommentIndex
from tests.fakes.clockwork import START
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import comment_id, submitted, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, PAGE, RETIRED, SECTION, SOURCE
from tests.fakes.published import TOP as HEADING

STANDARDS = Path(__file__).resolve().parents[2] / "docs" / "standards.yml"
CYCLE = CycleId("2026-1")
OVER = usual_cycle(CYCLE, opens=START - timedelta(days=70))  # stopped taking comments 40 days ago
HOUR = timedelta(hours=1)


class _FixedClock:
    """See Clock."""

    def now(self) -> datetime:
        return START


def _services_with(*comments: Comment) -> Services:
    services = replace(fake_services(), clock=_FixedClock(), cycles=FixedCycles(OVER))
    for comment in comments:
        services.comments.add(comment)
    return services


def _stats(services: Services, **query: Any) -> Stats:
    comments = services.reads.every(CommentQuery(**query))
    return comment_stats(comments, answer_days=ANSWER_DAYS, services=services)


def _event(what: EventKind, hours: float, by: str = "Ana", **fields: Any) -> Event:
    return Event(what=what, at=START - 100 * HOUR + hours * HOUR, by=by, **fields)


def _waited(number: int, *events: Event, **fields: Any) -> Comment:
    """Sent 100 hours ago."""
    at = START - 100 * HOUR
    return usual_comment(number, submitted_at=at, events=(submitted(at), *events), **fields)


def test_each_count_is_the_store_s() -> None:
    words = again(
        [
            (SECTION, Role.STAFF, SOURCE, Kind.PRAISE, About.RULE, State.RECEIVED),
            (SECTION, Role.CUSTOMER, OTHER, Kind.PROBLEM, About.TRANSLATION, State.DECLINED),
            (RETIRED, Role.CUSTOMER, SOURCE, Kind.PROBLEM, About.RULE, State.IN_REVIEW),
            (HEADING, Role.CUSTOMER, SOURCE, Kind.QUESTION, About.RULE, State.WITHDRAWN),
            (SECTION, Role.CUSTOMER, SOURCE, Kind.QUESTION, About.RULE, State.RECEIVED),
        ]
    )
    names = ("section", "role", "language", "kind", "about", "state")
    comments = [
        usual_comment(
            number,
            **dict[str, Any](zip(names, one, strict=True)),
            visibility=Visibility.REVIEWERS if number % 3 else Visibility.PUBLIC,
            role_verified=number % 4 == 0,
        )
        for number, one in zip(range(1, 24), words, strict=False)
    ]

    stats = _stats(_services_with(*comments))

    assert stats.total == 23
    assert stats.pages == {PAGE: 23}
    assert stats.sections == Counter((one.page, one.section) for one in comments)
    proved = Counter(one.role for one in comments if one.role_verified)
    assert stats.verified_roles == {role: proved[role] for role in Role}
    for counts, name in (
        (stats.roles, "role"),
        (stats.languages, "language"),
        (stats.kinds, "kind"),
        (stats.abouts, "about"),
        (stats.states, "state"),
        (stats.visibilities, "visibility"),
    ):
        stored = Counter(getattr(one, name) for one in comments)
        assert {word: number for word, number in counts.items() if number} == stored
    assert (set(stats.roles), set(stats.states)) == (set(Role), set(State))


def test_filters_are_those_of_the_list() -> None:
    services = _services_with(
        usual_comment(1, cycle=CYCLE, role=Role.STAFF),
        usual_comment(2, cycle=CYCLE),
        usual_comment(3, role=Role.STAFF),
    )
    query: dict[str, Any] = {"cycle": CYCLE, "role": Role.STAFF}

    stats = _stats(services, **query, limit=0, offset=7)

    assert stats.total == services.reads.select(CommentQuery(**query)).total == 1


def test_weeks_begin_on_monday_and_leave_none_out() -> None:
    moments = [
        datetime(2026, 12, 27, 23, 59, tzinfo=UTC),  # a Sunday
        datetime(2026, 12, 28, 0, 0, tzinfo=UTC),
        datetime(2027, 1, 3, 12, 0, tzinfo=UTC),
        datetime(2027, 1, 18, 12, 0, tzinfo=UTC),
    ]
    comments = [usual_comment(n, submitted_at=at) for n, at in enumerate(moments, 1)]

    weeks = _stats(_services_with(*comments)).weeks

    assert weeks == {
        date(2026, 12, 21): 1,
        date(2026, 12, 28): 2,
        date(2027, 1, 4): 0,
        date(2027, 1, 11): 0,
        date(2027, 1, 18): 1,
    }


def test_first_answer_is_the_first_that_the_commenter_can_see() -> None:
    said = _event(EventKind.ADDED_TO, 1, by=BY_COMMENTER)
    noted = _event(EventKind.NOTED, 2)
    begun = _event(EventKind.REVIEW_BEGUN, 5)
    decided = _event(EventKind.DECIDED, 9)

    stats = _stats(_services_with(_waited(1, said, noted, begun, decided)))

    assert stats.first_answer.longest == 5 * HOUR
    assert stats.decision.longest == 9 * HOUR


def test_times_are_of_those_who_got_an_answer_and_the_others_are_counted_apart() -> None:
    answered = [
        _waited(n, _event(EventKind.DECIDED, hours), state=State.DECLINED)
        for n, hours in enumerate((2, 4, 6, 8, 90), 1)
    ]
    waiting = [_waited(6), _waited(7, _event(EventKind.NOTED, 1)), usual_comment(8)]
    gone = _waited(9, _event(EventKind.WITHDRAWN, 1, by=BY_COMMENTER), state=State.WITHDRAWN)

    waits = _stats(_services_with(*answered, *waiting, gone)).decision

    assert (waits.reached, waits.waiting, waits.ended) == (5, 3, 1)
    assert waits.quartiles == (4 * HOUR, 6 * HOUR, 8 * HOUR)
    assert (waits.longest, waits.longest_waiting) == (90 * HOUR, 100 * HOUR)


@pytest.mark.parametrize(("hours", "median"), [([7], 7), ([2, 4], 3)])
def test_median_of_few(hours: list[int], median: int) -> None:
    comments = [_waited(n, _event(EventKind.DECIDED, h)) for n, h in enumerate(hours, 1)]

    waits = _stats(_services_with(*comments)).decision

    assert waits.quartiles is not None
    assert waits.quartiles[1] == median * HOUR


def test_nobody_answered_yet_has_no_times() -> None:
    waits = _stats(_services_with(usual_comment(1))).first_answer

    assert (waits.quartiles, waits.longest, waits.waiting) == (None, None, 1)


def test_decision_taken_back_does_not_count_until_there_is_another() -> None:
    taken_back = (_event(EventKind.DECIDED, 3), _event(EventKind.DECISION_UNDONE, 4))

    undone = _stats(_services_with(_waited(1, *taken_back))).decision
    again_decided = _stats(
        _services_with(_waited(1, *taken_back, _event(EventKind.DECIDED, 50)))
    ).decision

    assert (undone.reached, undone.waiting) == (0, 1)
    assert again_decided.longest == 50 * HOUR


def test_promise_is_the_one_of_the_text() -> None:
    register = yaml.safe_load(STANDARDS.read_text("utf-8"))
    promise = next(one for one in register if one["id"] == "decision-time")

    assert (promise["section"], promise["unit"]) == ("review-decisions", "working-days")
    assert promise["value"] == ANSWER_DAYS


@pytest.mark.parametrize(
    ("closes", "days", "last_day"),
    [
        (datetime(2027, 2, 26, 18, 0, tzinfo=UTC), 20, date(2027, 3, 26)),  # a Friday
        (datetime(2027, 2, 27, 18, 0, tzinfo=UTC), 1, date(2027, 3, 1)),  # a Saturday
        (datetime(2027, 3, 1, 23, 30, tzinfo=UTC), 1, date(2027, 3, 3)),  # Tuesday in Moscow
    ],
)
def test_last_day_is_counted_in_working_days(closes: datetime, days: int, last_day: date) -> None:
    zone = "Europe/Moscow" if closes.minute else "UTC"
    cycle = usual_cycle(closes=closes, time_zone=zone)

    assert decided_by(usual_comment(1), cycle, days) == last_day


def test_last_day_is_over_at_midnight_where_the_cycle_is() -> None:
    cycle = usual_cycle(time_zone="America/Sao_Paulo")
    last_day = date(2027, 3, 26)

    assert days_over(last_day, cycle, datetime(2027, 3, 27, 2, 59, tzinfo=UTC)) == 0
    assert days_over(last_day, cycle, datetime(2027, 3, 27, 3, 0, tzinfo=UTC)) == 1


def test_overdue_are_the_undecided_of_a_cycle_over_for_longer_than_promised() -> None:
    decision = Decision(
        outcome=State.DECLINED,
        reason="So.",
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
        cycle=CYCLE,
    )
    objected = Objection(at=START - timedelta(days=10), body="No.")
    services = _services_with(
        usual_comment(1, cycle=CYCLE),
        usual_comment(2, cycle=CYCLE, state=State.IN_REVIEW),
        usual_comment(3, cycle=CYCLE, state=State.DECLINED, decision=decision),
        usual_comment(4, cycle=CYCLE, state=State.WITHDRAWN),
        usual_comment(5),  # waits for a cycle that has not opened
        usual_comment(6, cycle=CYCLE, state=State.IN_REVIEW, objection=objected),
    )

    overdue = _stats(services).overdue

    last_day = decided_by(usual_comment(1), OVER, ANSWER_DAYS)
    assert [one.id for one in overdue] == [comment_id(1), comment_id(2)]
    assert {(one.cycle, one.section, one.last_day) for one in overdue} == {
        (CYCLE, SECTION, last_day)
    }
    assert overdue[0].days == (START.date() - last_day).days
    every = services.reads.every(CommentQuery())
    assert comment_stats(every, answer_days=60, services=services).overdue == []


def test_most_supported_come_first_and_merged_ones_count_for_their_original() -> None:
    merged = Decision(
        outcome=State.DUPLICATE,
        reason="Same.",
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
        duplicate_of=comment_id(1),
    )
    services = _services_with(
        usual_comment(1, seconds=("a", "b")),
        usual_comment(2, seconds=("b", "c"), state=State.DUPLICATE, decision=merged),
        *(usual_comment(n, seconds=("a",)) for n in range(3, 20)),
        usual_comment(20),
    )

    supported = _stats(services).supported

    assert len(supported) == TOP
    assert (supported[0].id, supported[0].support) == (comment_id(1), 4)
    assert all(
        one.support == support_of(services.comments.get(one.id), services, everything=True)
        for one in supported
    )


def test_fifty_thousand_comments_are_counted_in_seconds() -> None:
    index = CommentIndex()
    first = usual_comment(1)
    sections = again([SectionId(f"complaints-{n}") for n in range(90)])
    columns = Columns()
    columns.take(
        (
            number,
            encode_comment(
                replace(
                    first,
                    id=comment_id(number),
                    receipt_hash=f"receipt {number}",
                    section=next(sections),
                )
            ),
        )
        for number in range(1, 50_001)
    )
    index.fill(columns)
    services = replace(fake_services(), comments=_OnIndex(index), reads=index)
    began = time.monotonic()

    stats = _stats(services)

    assert stats.total == 50_000
    assert set(stats.pages) == {PageId("complaints")}
    assert time.monotonic() - began < 30


class _OnIndex(MemoryStore):
    """Reads of one comment from the index that the service has."""

    def __init__(self, index: CommentIndex) -> None:
        super().__init__()
        self._index = index

    def duplicates(self, comment_id: CommentId) -> tuple[Comment, ...]:
        return self._index.duplicates(comment_id)
