"""What editors do."""

from dataclasses import replace
from typing import Any

import pytest

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import OUTCOMES, DecisionDraft, State
from feedback_api.domain.errors import (
    Conflict,
    InvalidDecision,
    NotAllowedNow,
    NothingToUndo,
    ReviewersOnly,
    UnknownComment,
)
from feedback_api.domain.event import EventKind
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import CommentId, CycleId, EditorName, LanguageCode
from feedback_api.services import Services
from feedback_api.services.follow import withdraw
from feedback_api.services.review import begin_review, decide, set_public, undo
from feedback_api.services.submit import submit
from tests.fakes.comments import comment_id, usual_draft
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import OTHER, SOURCE

ANA = EditorName("Ana")
BEN = EditorName("Ben")
NOWHERE = comment_id(10**9)


def make_comment(services: Services, state: State = State.RECEIVED) -> Comment:
    comment = submit(usual_draft(), idempotency_key=None, services=services).comment
    if state is comment.state:
        return comment
    return services.comments.change(comment.id, lambda one: replace(one, state=state))


def _declined(**fields: Any) -> DecisionDraft:
    usual = DecisionDraft(
        outcome=State.DECLINED, reason="The rule is needed.", reason_language=SOURCE
    )
    return replace(usual, **fields)


def _decide(comment: Comment, draft: DecisionDraft, services: Services) -> Comment:
    return decide(
        comment.id, draft, editor=ANA, expected_version=comment.version, services=services
    )


def test_review_is_begun_with_an_event_of_the_editor(services: Services) -> None:
    received = make_comment(services)

    comment = begin_review(received.id, editor=ANA, expected_version=1, services=services)

    assert (comment.state, comment.version) == (State.IN_REVIEW, 2)
    last = comment.events[-1]
    assert (last.what, last.by, last.before, last.after) == (
        EventKind.REVIEW_BEGUN,
        ANA,
        State.RECEIVED,
        State.IN_REVIEW,
    )


def test_review_begun_already_is_left_as_it_is(services: Services) -> None:
    begun = make_comment(services, State.IN_REVIEW)

    assert begin_review(begun.id, editor=BEN, expected_version=2, services=services) == begun


@pytest.mark.parametrize("state", [*OUTCOMES, State.PUBLISHED, State.WITHDRAWN])
def test_review_of_what_is_decided_or_over_is_not_begun(services: Services, state: State) -> None:
    comment = make_comment(services, state)

    with pytest.raises(NotAllowedNow):
        begin_review(comment.id, editor=ANA, expected_version=2, services=services)


@pytest.mark.parametrize("state", [State.RECEIVED, State.IN_REVIEW, State.DEFERRED, State.ACCEPTED])
def test_comment_is_decided_from_any_state_before_publication(
    services: Services, state: State
) -> None:
    comment = _decide(make_comment(services, state), _declined(reason=" No. "), services)

    assert comment.decision is not None
    assert (comment.state, comment.decision.outcome) == (State.DECLINED, State.DECLINED)
    assert (comment.decision.reason, comment.decision.by) == ("No.", ANA)
    last = comment.events[-1]
    assert (last.what, last.before, last.after, last.reason) == (
        EventKind.DECIDED,
        state,
        State.DECLINED,
        "No.",
    )


def test_decision_changed_later_keeps_what_was_said_first(services: Services) -> None:
    first = _decide(make_comment(services), _declined(reason="First."), services)

    second = _decide(first, _declined(outcome=State.ACCEPTED, reason="Second."), services)

    assert second.decision is not None
    assert second.decision.reason == "Second."
    assert [event.reason for event in second.events] == [None, "First.", "Second."]


@pytest.mark.parametrize("state", [State.PUBLISHED, State.WITHDRAWN])
def test_nothing_is_decided_once_all_is_over(services: Services, state: State) -> None:
    comment = make_comment(services, state)

    with pytest.raises(NotAllowedNow) as refused:
        _decide(comment, _declined(), services)

    assert refused.value.params == {"action": "decide", "state": state}
    assert services.comments.get(comment.id) == comment


def test_second_editor_gets_what_the_first_did_and_overwrites_nothing(services: Services) -> None:
    seen_by_both = make_comment(services)
    first = _decide(seen_by_both, _declined(), services)

    with pytest.raises(Conflict) as refused:
        decide(
            seen_by_both.id,
            _declined(outcome=State.ACCEPTED),
            editor=BEN,
            expected_version=seen_by_both.version,
            services=services,
        )

    assert refused.value.newer == first
    assert refused.value.params == {"expected": 1, "version": 2}
    assert services.comments.get(first.id) == first


def test_editor_learns_of_a_withdrawal_by_conflict(services: Services) -> None:
    mine = submit(usual_draft(), idempotency_key=None, services=services)
    withdraw(mine.receipt, services=services)

    with pytest.raises(Conflict) as refused:
        _decide(mine.comment, _declined(), services)

    assert refused.value.newer.state is State.WITHDRAWN


def test_unknown_comment_is_not_decided(services: Services) -> None:
    with pytest.raises(UnknownComment):
        decide(NOWHERE, _declined(reason=""), editor=ANA, expected_version=1, services=services)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"reason": " "}, ("reason", FaultCode.REQUIRED)),
        ({"reason": "x" * 4_001}, ("reason", FaultCode.TOO_LONG)),
        ({"outcome": State.RECEIVED}, ("outcome", FaultCode.NOT_A_DECISION)),
        ({"outcome": State.PUBLISHED}, ("outcome", FaultCode.NOT_A_DECISION)),
        ({"outcome": State.WITHDRAWN}, ("outcome", FaultCode.NOT_A_DECISION)),
        ({"reason_language": LanguageCode("xx")}, ("reason_language", FaultCode.UNKNOWN_VALUE)),
        ({"outcome": State.DUPLICATE}, ("duplicate_of", FaultCode.REQUIRED)),
        ({"duplicate_of": NOWHERE}, ("duplicate_of", FaultCode.NOT_WITH_THIS_OUTCOME)),
        ({"deferred_to": CycleId("2027-1")}, ("deferred_to", FaultCode.NOT_WITH_THIS_OUTCOME)),
        (
            {"outcome": State.DUPLICATE, "duplicate_of": NOWHERE},
            ("duplicate_of", FaultCode.UNKNOWN_COMMENT),
        ),
        (
            {"outcome": State.DUPLICATE, "duplicate_of": CommentId("no uuid")},
            ("duplicate_of", FaultCode.UNKNOWN_COMMENT),
        ),
    ],
)
def test_decision_that_lacks_or_contradicts_something_is_refused(
    services: Services, fields: dict[str, object], fault: tuple[str, FaultCode]
) -> None:
    comment = make_comment(services)

    with pytest.raises(InvalidDecision) as refused:
        _decide(comment, _declined(**fields), services)

    assert [(one.field, one.code) for one in refused.value.faults] == [fault]
    assert services.comments.get(comment.id) == comment


def test_every_fault_of_a_decision_is_told_at_once(services: Services) -> None:
    draft = _declined(outcome=State.RECEIVED, reason="", duplicate_of=NOWHERE)

    with pytest.raises(InvalidDecision) as refused:
        _decide(make_comment(services), draft, services)

    assert [one.field for one in refused.value.faults] == ["reason", "outcome", "duplicate_of"]


def test_duplicate_names_its_original(services: Services) -> None:
    original, copy = make_comment(services), make_comment(services)

    decided = _decide(copy, _declined(outcome=State.DUPLICATE, duplicate_of=original.id), services)

    assert decided.decision is not None
    assert decided.decision.duplicate_of == original.id


def test_comment_is_no_duplicate_of_itself(services: Services) -> None:
    comment = make_comment(services)

    with pytest.raises(InvalidDecision) as refused:
        _decide(comment, _declined(outcome=State.DUPLICATE, duplicate_of=comment.id), services)

    assert [one.code for one in refused.value.faults] == [FaultCode.DUPLICATE_OF_ITSELF]


def test_merging_in_a_ring_is_refused(services: Services) -> None:
    first, second, third = (make_comment(services) for _ in range(3))
    _decide(first, _declined(outcome=State.DUPLICATE, duplicate_of=second.id), services)
    _decide(second, _declined(outcome=State.DUPLICATE, duplicate_of=third.id), services)

    with pytest.raises(InvalidDecision) as refused:
        _decide(third, _declined(outcome=State.DUPLICATE, duplicate_of=first.id), services)

    assert [one.code for one in refused.value.faults] == [FaultCode.DUPLICATE_OF_ITSELF]


def test_decision_may_defer_to_a_named_cycle_and_be_written_in_any_language(
    services: Services,
) -> None:
    services = replace(services, cycles=FixedCycles(usual_cycle("2027-1")))
    draft = _declined(outcome=State.DEFERRED, deferred_to=CycleId("2027-1"), reason_language=OTHER)

    decided = _decide(make_comment(services), draft, services)

    assert decided.decision is not None
    assert (decided.decision.deferred_to, decided.decision.reason_language) == ("2027-1", OTHER)


def test_deferral_to_an_unknown_cycle_is_refused(services: Services) -> None:
    draft = _declined(outcome=State.DEFERRED, deferred_to=CycleId("2027-1"))

    with pytest.raises(InvalidDecision) as refused:
        _decide(make_comment(services), draft, services)

    assert [one.code for one in refused.value.faults] == [FaultCode.UNKNOWN_CYCLE]


def test_decision_is_taken_back_and_the_comment_is_in_review_again(services: Services) -> None:
    comment = _decide(make_comment(services), _declined(), services)

    undone = undo(comment.id, editor=BEN, expected_version=2, services=services)

    assert (undone.state, undone.decision) == (State.IN_REVIEW, None)
    assert undone.events[-1].what is EventKind.DECISION_UNDONE


def test_there_is_nothing_to_undo_without_a_decision(services: Services) -> None:
    comment = make_comment(services)

    with pytest.raises(NothingToUndo):
        undo(comment.id, editor=BEN, expected_version=1, services=services)


def test_comment_is_shown_to_readers_and_taken_back(services: Services) -> None:
    comment = make_comment(services)

    shown = set_public(comment.id, True, editor=ANA, expected_version=1, services=services)
    assert services.reads.counts(comment.page) == {comment.section: 1}

    kept = set_public(comment.id, False, editor=BEN, expected_version=2, services=services)
    assert services.reads.counts(comment.page) == {}
    assert [event.what for event in kept.events[1:]] == [
        EventKind.MADE_PUBLIC,
        EventKind.KEPT_TO_REVIEWERS,
    ]
    assert (shown.version, kept.version) == (2, 3)


def test_showing_what_is_shown_changes_nothing(services: Services) -> None:
    comment = make_comment(services)
    shown = set_public(comment.id, True, editor=ANA, expected_version=1, services=services)

    again = set_public(comment.id, True, editor=ANA, expected_version=2, services=services)

    assert again == shown


def test_comment_meant_for_reviewers_is_never_shown(services: Services) -> None:
    draft = usual_draft(visibility=Visibility.REVIEWERS)
    comment = submit(draft, idempotency_key=None, services=services).comment

    with pytest.raises(ReviewersOnly):
        set_public(comment.id, True, editor=ANA, expected_version=1, services=services)

    assert services.reads.public(comment.section) == ()


def test_withdrawn_comment_is_not_shown_again(services: Services) -> None:
    comment = make_comment(services, State.WITHDRAWN)

    with pytest.raises(NotAllowedNow):
        set_public(comment.id, True, editor=ANA, expected_version=2, services=services)


def test_showing_on_a_stale_version_is_a_conflict(services: Services) -> None:
    comment = make_comment(services, State.ANSWERED)

    with pytest.raises(Conflict):
        set_public(comment.id, True, editor=ANA, expected_version=1, services=services)
