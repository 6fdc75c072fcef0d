"""The line to one editors' system: order, repetitions, giving up; over fakes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreFull
from feedback_api.domain.event import BY_COMMENTER, INTERNAL, Event, EventKind
from feedback_api.domain.identity import CommentId
from feedback_api.outgoing.http_post import Answered
from feedback_api.outgoing.journal import Journal
from feedback_api.outgoing.webhook_line import ATTEMPTS, PACE, WebhookLine
from feedback_api.outgoing.webhooks import Webhooks
from feedback_api.services import Services
from feedback_api.services.deliveries import told
from feedback_api.services.ports import Step
from feedback_api.services.retries import Pace, Retries
from feedback_api.services.webhook_attempts import (
    ATTEMPTS_KEPT,
    Attempt,
    Line,
    Result,
    Trouble,
    WebhookRecord,
)
from feedback_api.services.webhooks import Notice, Target, notices
from tests.fakes.clockwork import START
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import comment_id, submitted, usual_comment
from tests.fakes.event_loop import run_alone
from tests.fakes.memory_store import MemoryStore

TARGET = Target("https://tickets.example.org/hook")
OTHER = Target("https://chat.example.org/hook")
AT_ONCE = Pace(first=timedelta(0), longest=timedelta(0))


class Post:
    """A receiver that answers with these, then with 204; `ended` is set after `expected` asks."""

    def __init__(self, *answers: Answered, expected: int = 1) -> None:
        self.told: list[Notice] = []
        self.ended = asyncio.Event()
        self._answers = list(answers)
        self._expected = expected

    async def __aenter__(self) -> "Post":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""

    async def __call__(self, target: Target, notice: Notice, at: datetime) -> Answered:
        self.told.append(notice)
        if len(self.told) >= self._expected:
            self.ended.set()
        return self._answers.pop(0) if self._answers else Answered(status=204)


class MemoryLog:
    """See WebhookLog."""

    def __init__(self, record: WebhookRecord) -> None:
        self.record = record

    def read(self) -> WebhookRecord:
        return self.record

    def keep(self, record: WebhookRecord) -> None:
        self.record = record


class FullStore(MemoryStore):
    """Whose disk is full for the first change."""

    def __init__(self) -> None:
        super().__init__()
        self._is_full = True

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        if self._is_full:
            self._is_full = False
            raise StoreFull
        return super().change(comment_id, step)


@pytest.fixture
def services() -> Services:
    return fake_services()


def test_events_of_a_comment_are_told_in_order_and_none_before_the_last_was_taken(
    services: Services,
) -> None:
    store = _store(services)
    store.add(_comment(1, EventKind.REVIEW_BEGUN, EventKind.DECIDED))
    post = Post(Answered(status=503), Answered(trouble=Trouble.TOO_SLOW), expected=5)

    _run(post, services)

    submitted, begun, decided = EventKind.SUBMITTED, EventKind.REVIEW_BEGUN, EventKind.DECIDED
    kinds = [notice.kind for notice in post.told]
    assert kinds == [submitted, submitted, submitted, begun, decided]
    assert len({notice.id for notice in post.told}) == 3
    assert told(store.get(comment_id(1)), TARGET.channel) == 3


def test_what_is_never_taken_is_given_up_and_the_next_event_is_tried(services: Services) -> None:
    _store(services).add(_comment(1, EventKind.REVIEW_BEGUN))
    post = Post(*[Answered(status=500)] * ATTEMPTS, expected=ATTEMPTS + 1)

    attempts = _run(post, services)

    assert [one.attempt for one in attempts] == [*range(1, ATTEMPTS + 1), 1]
    results = [one.result for one in attempts]
    assert results == [*[Result.FAILED] * (ATTEMPTS - 1), Result.GIVEN_UP, Result.DELIVERED]
    assert post.told[-1].kind is EventKind.REVIEW_BEGUN
    assert attempts[-2].next_at is None


def test_each_delay_is_longer_from_seconds_to_half_a_day() -> None:
    retries = Retries[str](lambda: 1.0, pace=PACE)
    delays = []

    for _ in range(ATTEMPTS - 1):
        retries.failed("one", START)
        at = retries.due_at("one")
        assert at is not None
        delays.append(at - START)

    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (timedelta(seconds=5), timedelta(hours=12))


def test_delay_is_spread_by_chance() -> None:
    retries = Retries[str](lambda: 0.0, pace=PACE)

    retries.failed("one", START)

    assert retries.due_at("one") == START + timedelta(seconds=2.5)


@pytest.mark.parametrize("kind", sorted({*INTERNAL, EventKind.EMAIL_CONFIRMED}))
def test_what_is_internal_is_told_to_nobody(services: Services, kind: EventKind) -> None:
    _store(services).add(_comment(1, kind, EventKind.DECIDED))
    post = Post(expected=2)

    _run(post, services)

    assert [notice.kind for notice in post.told] == [EventKind.SUBMITTED, EventKind.DECIDED]


def test_event_that_could_not_be_marked_is_told_again_under_the_same_id() -> None:
    services = _over(FullStore())
    _store(services).add(_comment(1))
    post = Post(expected=2)

    _run(post, services)

    first, second = post.told
    assert first == second


def test_trouble_with_one_comment_holds_no_other_up(services: Services) -> None:
    for number in range(1, 30):
        _store(services).add(_comment(number))
    post = Post(*[Answered(status=500)] * 3, expected=32)

    _run(post, services)

    assert len({notice.comment for notice in post.told}) == 29


def test_restart_goes_on_counting_where_it_stopped(services: Services) -> None:
    comment = _comment(1)
    _store(services).add(comment)
    journal = _journal()
    (notice,) = notices(comment, TARGET.channel, START)
    for attempt in (1, 2):
        journal.note(_attempt(notice, attempt=attempt, next_at=START))
    post = Post()

    attempts = _run(post, services, journal=journal)

    assert (attempts[-1].attempt, attempts[-1].event) == (3, notice.id)


def test_journal_keeps_a_bounded_number_of_attempts(services: Services) -> None:
    journal = _journal()
    notice = Notice(id="x", kind=EventKind.DECIDED, at=START, comment=comment_id(1), number=1)

    for attempt in range(ATTEMPTS_KEPT + 5):
        journal.note(_attempt(notice, attempt=attempt))

    kept = [one.attempt for one in journal.attempts()]
    assert (len(kept), kept[0], kept[-1]) == (ATTEMPTS_KEPT, ATTEMPTS_KEPT + 4, 5)


def test_erased_comment_leaves_no_attempt_behind(services: Services) -> None:
    journal = _journal()
    notice = Notice(id="x", kind=EventKind.DECIDED, at=START, comment=comment_id(1), number=1)
    journal.note(_attempt(notice, attempt=1))

    journal.erase(comment_id(1), START)

    assert journal.attempts() == []


def test_every_system_is_told_everything_once(services: Services) -> None:
    log = MemoryLog(WebhookRecord(lines=_lines(TARGET, OTHER)))
    _store(services).add(_comment(1, EventKind.DECIDED))
    post = Post(expected=6)
    hears: list[Callable[[CommentId], None]] = []

    async def run() -> None:
        stopping = asyncio.Event()
        webhooks = Webhooks(
            (TARGET, OTHER), post=lambda: post, log=log, services=services, listen=listen
        )
        working = asyncio.create_task(webhooks(stopping))
        while not hears:
            await asyncio.sleep(0)
        _store(services).add(_comment(2))
        for hear in hears:
            hear(comment_id(2))
        await asyncio.wait_for(post.ended.wait(), 10)
        stopping.set()
        await asyncio.wait_for(working, 10)

    def listen(hear: Callable[[CommentId], None]) -> Callable[[], None]:
        hears.append(hear)
        return hears.clear

    run_alone(run())

    assert sorted((one.comment, one.number) for one in post.told) == sorted(
        [(comment_id(1), 1), (comment_id(1), 2), (comment_id(2), 1)] * 2
    )
    assert len(log.record.attempts) == 6
    assert hears == []


def test_system_that_is_new_is_told_nothing_of_before(services: Services) -> None:
    before = submitted(START - timedelta(seconds=1))
    after = Event(what=EventKind.DECIDED, at=START, by=BY_COMMENTER)
    _store(services).add(usual_comment(1, events=(before, after)))
    post = Post()

    _run(post, services)

    assert [notice.number for notice in post.told] == [2]


def test_system_no_longer_configured_starts_anew_when_it_comes_back(services: Services) -> None:
    log = MemoryLog(WebhookRecord(lines=_lines(TARGET)))
    later = START + timedelta(days=1)

    run_alone(Journal(log, [OTHER.channel], later).keep())

    assert [line.channel for line in log.record.lines] == [OTHER.channel]
    assert Journal(log, [TARGET.channel], later).since == {TARGET.channel: later}


def _run(post: Post, services: Services, *, journal: Journal | None = None) -> list[Attempt]:
    """Work until the receiver was asked as often as expected; the attempts, oldest first."""
    noted = journal or _journal()

    async def run() -> None:
        stopping = asyncio.Event()
        line = _line(post, noted, services)
        for comment in _store(services).comments.values():
            line.hear(comment.id)
        working = asyncio.create_task(line.work(stopping))
        await asyncio.wait_for(post.ended.wait(), 10)
        while line.waiting:
            await asyncio.sleep(0)
        stopping.set()
        line.wake()
        await asyncio.wait_for(working, 10)

    run_alone(run())
    return list(reversed(noted.attempts()))


def _line(post: Post, journal: Journal, services: Services) -> WebhookLine:
    return WebhookLine(TARGET, post=post, journal=journal, services=services, pace=AT_ONCE)


def _journal() -> Journal:
    return Journal(MemoryLog(WebhookRecord(lines=_lines(TARGET))), [TARGET.channel], START)


def _lines(*targets: Target) -> tuple[Line, ...]:
    return tuple(Line(channel=target.channel, since=START) for target in targets)


def _comment(number: int, *kinds: EventKind) -> Comment:
    events = [Event(what=kind, at=START, by=BY_COMMENTER) for kind in kinds]
    return usual_comment(number, events=(submitted(START), *events))


def _attempt(notice: Notice, *, attempt: int, next_at: datetime | None = None) -> Attempt:
    return Attempt(
        event=notice.id,
        kind=notice.kind,
        happened_at=notice.at,
        comment=notice.comment,
        number=notice.number,
        channel=TARGET.channel,
        host=TARGET.host,
        at=START,
        attempt=attempt,
        result=Result.FAILED,
        status=500,
        next_at=next_at,
    )


def _over(store: MemoryStore) -> Services:
    return replace(fake_services(), comments=store, reads=store)


def _store(services: Services) -> MemoryStore:
    assert isinstance(services.comments, MemoryStore)
    return services.comments
