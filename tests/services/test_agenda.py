"""Which cycle answers which comment."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import InvalidDecision
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import WAITING, CycleId, EditorName
from feedback_api.services import Services
from feedback_api.services.agenda import agenda, cycle_of, heard_in, undecided
from feedback_api.services.closing import close_cycle
from feedback_api.services.review import decide, undo
from feedback_api.services.submit import submit
from tests.fakes.clockwork import START
from tests.fakes.collaborators import at_time
from tests.fakes.comments import usual_draft
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import SECTION, SOURCE, UNTRANSLATED

FIRST = usual_cycle("2027-1")
SECOND = usual_cycle("2027-2", opens=START + timedelta(days=100))
NARROW = usual_cycle("2027-1", scope=(UNTRANSLATED,))
ANA = EditorName("Ana")


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, cycles=FixedCycles(FIRST, SECOND))


def make_comment(services: Services, at: datetime) -> Comment:
    return submit(usual_draft(), idempotency_key=None, services=at_time(services, at)).comment


def _decide(comment: Comment, outcome: State, services: Services, to: str | None = None) -> Comment:
    draft = DecisionDraft(
        outcome=outcome,
        reason="So.",
        reason_language=SOURCE,
        deferred_to=None if to is None else CycleId(to),
    )
    return decide(
        comment.id, draft, editor=ANA, expected_version=comment.version, services=services
    )


def _during(cycle: Cycle) -> datetime:
    return cycle.opens + timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "cycle"),
    [
        (FIRST.opens - timedelta(seconds=1), WAITING),
        (FIRST.opens, FIRST.id),
        (FIRST.closes - timedelta(seconds=1), FIRST.id),
        (FIRST.closes, WAITING),
        (SECOND.opens, SECOND.id),
    ],
)
def test_comment_belongs_to_the_cycle_open_when_it_is_made(
    services: Services, at: datetime, cycle: CycleId
) -> None:
    assert make_comment(services, at).cycle == cycle


def test_comment_outside_the_scope_waits_for_a_cycle_that_covers_its_section(
    services: Services,
) -> None:
    services = replace(services, cycles=FixedCycles(NARROW, SECOND))
    comment = make_comment(services, _during(NARROW))

    assert comment.cycle == WAITING
    assert cycle_of(comment, at_time(services, _during(NARROW))) == WAITING
    assert cycle_of(comment, at_time(services, _during(SECOND))) == SECOND.id


def test_waiting_comment_joins_the_next_cycle_once_that_opens(services: Services) -> None:
    comment = make_comment(services, START)

    assert agenda(FIRST.id, at_time(services, START + timedelta(days=1))) == ()
    assert agenda(FIRST.id, at_time(services, FIRST.opens)) == (comment,)
    assert agenda(SECOND.id, at_time(services, SECOND.opens)) == ()


def test_comment_decided_outside_any_cycle_is_not_taken_up_again(services: Services) -> None:
    comment = _decide(make_comment(services, START), State.ANSWERED, at_time(services, START))

    later = at_time(services, FIRST.opens)

    assert agenda(FIRST.id, later) == ()
    assert cycle_of(comment, later) == WAITING


def test_deferred_comment_waits_for_its_answer_in_the_next_cycle(services: Services) -> None:
    comment = make_comment(services, _during(FIRST))
    deferred = _decide(comment, State.DEFERRED, at_time(services, FIRST.closes))

    assert deferred.decision is not None
    assert deferred.decision.deferred_to == SECOND.id
    assert undecided(FIRST.id, at_time(services, FIRST.closes)) == ()
    assert undecided(SECOND.id, at_time(services, SECOND.opens)) == (deferred,)


def test_each_cycle_keeps_what_it_decided_of_a_deferred_comment(services: Services) -> None:
    comment = make_comment(services, _during(FIRST))
    deferred = _decide(comment, State.DEFERRED, at_time(services, FIRST.closes))
    _decide(deferred, State.ACCEPTED, at_time(services, SECOND.closes))

    (first,) = heard_in(FIRST.id, at_time(services, SECOND.closes))
    (second,) = heard_in(SECOND.id, at_time(services, SECOND.closes))

    assert (first.decision and first.decision.outcome) == State.DEFERRED
    assert (second.decision and second.decision.outcome) == State.ACCEPTED
    assert undecided(SECOND.id, at_time(services, SECOND.closes)) == ()


def test_deferral_without_a_later_cycle_waits_for_one_to_be_announced(services: Services) -> None:
    alone = replace(services, cycles=FixedCycles(FIRST))
    comment = make_comment(alone, _during(FIRST))
    deferred = _decide(comment, State.DEFERRED, at_time(alone, FIRST.closes))

    assert cycle_of(deferred, at_time(alone, SECOND.opens)) == FIRST.id
    assert cycle_of(deferred, at_time(services, SECOND.opens)) == SECOND.id
    assert undecided(SECOND.id, at_time(services, SECOND.opens)) == (deferred,)


def test_deferral_taken_back_is_undecided_where_it_was(services: Services) -> None:
    comment = make_comment(services, _during(FIRST))
    deferred = _decide(comment, State.DEFERRED, at_time(services, FIRST.closes))
    services = at_time(services, FIRST.closes)

    undone = undo(comment.id, editor=ANA, expected_version=deferred.version, services=services)

    assert undecided(FIRST.id, services) == (undone,)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (FIRST.id, FaultCode.CYCLE_NOT_LATER),
        ("2030-9", FaultCode.UNKNOWN_CYCLE),
    ],
)
def test_deferral_goes_to_a_later_cycle_only(services: Services, to: str, code: FaultCode) -> None:
    comment = make_comment(services, _during(FIRST))

    with pytest.raises(InvalidDecision) as refused:
        _decide(comment, State.DEFERRED, at_time(services, FIRST.closes), to)

    assert [fault.code for fault in refused.value.faults] == [code]


def test_nothing_is_deferred_to_a_cycle_that_is_closed_already(services: Services) -> None:
    third = usual_cycle("2027-3", opens=SECOND.closes + timedelta(days=100))
    services = replace(services, cycles=FixedCycles(FIRST, SECOND, third))
    comment = make_comment(services, _during(FIRST))
    after = at_time(services, SECOND.closes)
    close_cycle(SECOND.id, editor=ANA, services=after)

    with pytest.raises(InvalidDecision) as refused:
        _decide(comment, State.DEFERRED, after, SECOND.id)
    deferred = _decide(comment, State.DEFERRED, after)

    assert [fault.code for fault in refused.value.faults] == [FaultCode.CYCLE_NOT_LATER]
    assert deferred.decision is not None
    assert deferred.decision.deferred_to == third.id


def test_deferral_goes_to_a_cycle_that_covers_the_section(services: Services) -> None:
    narrow = replace(SECOND, scope=(UNTRANSLATED,))
    services = replace(services, cycles=FixedCycles(FIRST, narrow))
    comment = make_comment(services, _during(FIRST))

    with pytest.raises(InvalidDecision) as refused:
        _decide(comment, State.DEFERRED, at_time(services, FIRST.closes), SECOND.id)

    assert comment.section == SECTION
    assert [fault.code for fault in refused.value.faults] == [FaultCode.OUT_OF_SCOPE]
