"""What is kept no longer, and what has to be kept because an answer is owed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from feedback_api.domain.act import What
from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.cycle import Closing
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.event import BY_RETENTION
from feedback_api.domain.identity import EditorName
from feedback_api.domain.remarks import Way
from feedback_api.services import Services
from feedback_api.services.erasing import erasures
from feedback_api.services.follow import withdraw
from feedback_api.services.retention import Due, Policy, due, purge
from feedback_api.services.review import decide
from feedback_api.services.submit import Submitted, submit
from tests.fakes.clockwork import START
from tests.fakes.collaborators import at_time
from tests.fakes.comments import usual_draft
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import SOURCE

CYCLE = usual_cycle("2027-1", retention_days=90)
LATER = usual_cycle("2027-2", opens=CYCLE.closes + timedelta(days=60))
CLOSED_AT = CYCLE.closes + timedelta(days=5)
OVER_AT = CLOSED_AT + timedelta(days=90)
ANA = EditorName("Ana")
USUAL = Policy(contact_days=180)
WRITTEN = {"body": "Unmistakable.", "name": "Silva", "email": "silva@example.org"}


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, cycles=FixedCycles(CYCLE, LATER))


def _made(services: Services, at: datetime, **fields: object) -> Submitted:
    draft = usual_draft(**{**WRITTEN, **fields})
    return submit(draft, idempotency_key=None, services=at_time(services, at))


def _decided(made: Submitted, services: Services, at: datetime, outcome: State) -> Comment:
    draft = DecisionDraft(outcome=outcome, reason="It stays.", reason_language=SOURCE)
    return decide(
        made.comment.id,
        draft,
        editor=ANA,
        expected_version=services.comments.get(made.comment.id).version,
        services=at_time(services, at),
    )


def _close(services: Services) -> None:
    closing = Closing(at=CLOSED_AT, by=ANA)
    services.records.change(CYCLE.id, lambda record: replace(record, closings=(closing,)))


def _found(services: Services, at: datetime, policy: Policy = USUAL) -> list[Due]:
    return list(due(policy, at_time(services, at)))


@pytest.fixture
def answered(services: Services) -> Comment:
    """Made and declined in the cycle, which is closed."""
    made = _made(services, CYCLE.opens)
    comment = _decided(made, services, CYCLE.closes, State.DECLINED)
    _close(services)
    return comment


def test_contact_goes_after_the_days_of_its_cycle_and_the_text_stays(
    services: Services, answered: Comment
) -> None:
    at = at_time(services, OVER_AT)
    expected = Due(comment=answered.id, what=What.CONTACT, cycle=CYCLE.id, since=OVER_AT)

    assert _found(services, OVER_AT - timedelta(microseconds=1)) == []
    assert _found(services, OVER_AT) == [expected]
    assert purge(USUAL, at) == (expected,)

    left = services.comments.get(answered.id)
    assert (left.name, left.email, left.body) == (None, None, "Unmistakable.")
    (act,) = erasures(services)
    assert (act.what, act.by, act.way) == (What.CONTACT, BY_RETENTION, Way.RETENTION)
    assert purge(USUAL, at) == ()


@pytest.mark.parametrize("outcome", [None, State.DEFERRED])
def test_contact_stays_while_an_answer_is_owed(services: Services, outcome: State | None) -> None:
    made = _made(services, CYCLE.opens)
    if outcome:
        _decided(made, services, CYCLE.closes, outcome)
    _close(services)

    assert _found(services, OVER_AT + timedelta(days=999)) == []


def test_comment_outside_any_cycle_counts_from_its_answer(services: Services) -> None:
    lone = replace(services, cycles=FixedCycles())
    made = _made(lone, START)
    decided_at = START + timedelta(days=3)
    _decided(made, lone, decided_at, State.ANSWERED)

    over_at = decided_at + timedelta(days=180)
    assert _found(lone, over_at - timedelta(seconds=1)) == []
    assert [one.since for one in _found(lone, over_at)] == [over_at]


def test_withdrawn_comment_counts_from_then(services: Services) -> None:
    made = _made(services, CYCLE.opens)
    withdrawn_at = CYCLE.opens + timedelta(days=1)
    withdraw(made.receipt, services=at_time(services, withdrawn_at))

    (one,) = _found(services, withdrawn_at + timedelta(days=90))

    assert one.since == withdrawn_at + timedelta(days=90)


def test_text_for_reviewers_goes_only_where_that_is_wished(services: Services) -> None:
    hidden = _made(services, CYCLE.opens, visibility=Visibility.REVIEWERS, name=None, email=None)
    shown = _made(services, CYCLE.opens, name=None, email=None)
    for made in (hidden, shown):
        _decided(made, services, CYCLE.closes, State.DECLINED)
    _close(services)
    policy = Policy(reviewers_days=30)
    over_at = CLOSED_AT + timedelta(days=30)

    assert _found(services, over_at) == []
    (one,) = purge(policy, at_time(services, over_at))

    assert (one.comment, one.what) == (hidden.comment.id, What.COMMENT)
    with pytest.raises(UnknownComment):
        services.comments.get(hidden.comment.id)
    assert services.comments.get(shown.comment.id).body == "Unmistakable."
    assert erasures(services)[0].way is Way.RETENTION


def test_purge_that_is_stopped_leaves_the_rest_for_the_next(services: Services) -> None:
    for _ in range(3):
        _decided(_made(services, CYCLE.opens), services, CYCLE.closes, State.DECLINED)
    _close(services)
    at = at_time(services, OVER_AT)
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(len(asked) >= 2)
        return asked[-1]

    assert len(purge(USUAL, at, stopped)) == 2
    assert len(purge(USUAL, at)) == 1
    assert purge(USUAL, at) == ()
