"""Closing a cycle, objections, closing again, and what the report may tell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.cycle import CycleRecord, Phase
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import (
    AlreadyObjected,
    CycleClosed,
    CycleNotClosed,
    CycleNotOver,
    CycleUndecided,
    InvalidDecision,
    InvalidRemark,
    NotAllowedNow,
    NotDecidedYet,
    ObjectionOver,
    OtherEditorNeeded,
    SummaryChanged,
    UnknownCycle,
)
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import CycleId, EditorName, LanguageCode, SectionId
from feedback_api.services import Services
from feedback_api.services.agenda import phase_of, undecided
from feedback_api.services.closing import close_cycle, dispositions, summarise
from feedback_api.services.follow import erase, object_to, withdraw
from feedback_api.services.ports import CycleStep
from feedback_api.services.review import decide, set_public, undo
from feedback_api.services.submit import Submitted, submit
from tests.fakes.collaborators import at_time
from tests.fakes.comments import usual_draft
from tests.fakes.memory_cycles import FixedCycles, MemoryCycles, usual_cycle
from tests.fakes.published import SECTION, SOURCE, TOP, UNTRANSLATED

CYCLE = usual_cycle("2027-1", scope=(SECTION, UNTRANSLATED))
ANA = EditorName("Ana")
BEN = EditorName("Ben")


@pytest.fixture
def services(services: Services) -> Services:
    """In the days when the cycle decides."""
    return at_time(replace(services, cycles=FixedCycles(CYCLE)), CYCLE.closes + timedelta(days=1))


@pytest.fixture
def mine(services: Services) -> Submitted:
    return make_comment(services)


def make_comment(services: Services, **fields: object) -> Submitted:
    within = at_time(services, CYCLE.opens + timedelta(days=1))
    return submit(usual_draft(**fields), idempotency_key=None, services=within)


def _decide(
    comment: Comment, services: Services, editor: EditorName = ANA, **fields: Any
) -> Comment:
    draft = DecisionDraft(outcome=State.DECLINED, reason="It stays.", reason_language=SOURCE)
    comment = services.comments.get(comment.id)
    return decide(
        comment.id,
        replace(draft, **fields),
        editor=editor,
        expected_version=comment.version,
        services=services,
    )


def _show(comment: Comment, services: Services) -> Comment:
    comment = services.comments.get(comment.id)
    return set_public(
        comment.id, True, editor=ANA, expected_version=comment.version, services=services
    )


def _close(services: Services) -> None:
    close_cycle(CYCLE.id, editor=ANA, services=services)


def test_cycle_with_an_undecided_comment_is_not_closed(services: Services, mine: Submitted) -> None:
    with pytest.raises(CycleUndecided) as refused:
        _close(services)

    assert refused.value.undecided == (mine.comment,)
    assert not services.records.get(CYCLE.id).is_closed


@pytest.mark.parametrize(
    "at", [CYCLE.opens - timedelta(days=1), CYCLE.opens, CYCLE.closes - timedelta(minutes=10)]
)
def test_cycle_closes_only_once_no_comment_is_taken_any_more(
    services: Services, at: datetime
) -> None:
    with pytest.raises(CycleNotOver):
        _close(at_time(services, at))

    assert phase_of(CYCLE, services) is Phase.DECIDING


def test_unknown_cycle_is_not_closed(services: Services) -> None:
    with pytest.raises(UnknownCycle):
        close_cycle(CycleId("1999-1"), editor=ANA, services=services)


def test_closing_twice_without_a_new_decision_is_one_closing(
    services: Services, mine: Submitted
) -> None:
    _decide(mine.comment, services)
    _close(services)
    _close(services)

    assert len(services.records.get(CYCLE.id).closings) == 1
    assert phase_of(CYCLE, services) is Phase.CLOSED


def test_decisions_of_a_closed_cycle_stand(services: Services, mine: Submitted) -> None:
    decided = _decide(mine.comment, services)
    _close(services)

    with pytest.raises(CycleClosed):
        _decide(mine.comment, services, BEN)
    with pytest.raises(CycleClosed):
        undo(decided.id, editor=ANA, expected_version=decided.version, services=services)

    assert services.comments.get(decided.id) == decided


def test_objection_reopens_the_decision_for_another_editor(
    services: Services, mine: Submitted
) -> None:
    _decide(mine.comment, services)
    _close(services)

    reopened = object_to(mine.receipt, "You misread me.", services=services)

    assert (reopened.state, reopened.decision) == (State.IN_REVIEW, None)
    assert [decision.reason for decision in reopened.earlier_decisions] == ["It stays."]
    assert undecided(CYCLE.id, services) == (reopened,)
    with pytest.raises(OtherEditorNeeded):
        _decide(mine.comment, services, ANA)
    second = _decide(mine.comment, services, BEN, outcome=State.ACCEPTED, reason="You are right.")
    assert second.decision is not None
    assert second.decision.reason == "You are right."


def test_cycle_is_closed_again_after_the_second_answer(services: Services, mine: Submitted) -> None:
    _decide(mine.comment, services)
    _close(services)
    object_to(mine.receipt, "You misread me.", services=services)
    with pytest.raises(CycleUndecided):
        _close(services)
    _decide(mine.comment, services, BEN)
    _close(services)

    assert len(services.records.get(CYCLE.id).closings) == 2
    with pytest.raises(AlreadyObjected):
        object_to(mine.receipt, "And again.", services=services)


def test_second_answer_may_change_until_the_cycle_is_closed_again_but_not_by_the_first_editor(
    services: Services, mine: Submitted
) -> None:
    _decide(mine.comment, services)
    _close(services)
    object_to(mine.receipt, "You misread me.", services=services)
    _decide(mine.comment, services, BEN)

    with pytest.raises(OtherEditorNeeded):
        _decide(mine.comment, services, ANA)
    assert _decide(mine.comment, services, BEN, reason="Better said.").decision is not None
    _close(services)
    with pytest.raises(CycleClosed):
        _decide(mine.comment, services, BEN)


def test_objection_before_the_closing_is_refused(services: Services, mine: Submitted) -> None:
    _decide(mine.comment, services)

    with pytest.raises(CycleNotClosed):
        object_to(mine.receipt, "No!", services=services)


def test_objection_to_nothing_is_refused(services: Services, mine: Submitted) -> None:
    with pytest.raises(NotAllowedNow):
        object_to(mine.receipt, "No!", services=services)


def test_objection_counts_up_to_the_last_moment_of_its_days(
    services: Services, mine: Submitted
) -> None:
    _decide(mine.comment, services)
    _close(services)
    until = services.records.get(CYCLE.id).objections_until(CYCLE)
    assert until is not None

    with pytest.raises(ObjectionOver):
        object_to(mine.receipt, "No!", services=at_time(services, until))
    last = at_time(services, until - timedelta(minutes=2))
    assert object_to(mine.receipt, "No!", services=last).objection is not None


def test_objection_sent_twice_is_one(services: Services, mine: Submitted) -> None:
    _decide(mine.comment, services)
    _close(services)
    once = object_to(mine.receipt, "No!", services=services)

    assert object_to(mine.receipt, "No!", services=services) == once


def test_report_for_readers_holds_public_comments_alone(services: Services) -> None:
    shown = make_comment(services, body="For all.").comment
    hidden = make_comment(services, body="Not shown.").comment
    private = make_comment(services, body="Secret.", visibility=Visibility.REVIEWERS).comment
    _show(shown, services)
    for comment in (shown, hidden, private):
        _decide(comment, services)

    readers = dispositions(CYCLE.id, everything=False, services=services)
    editors = dispositions(CYCLE.id, everything=True, services=services)

    assert [one.comment.id for one in readers.comments] == [shown.id]
    assert {one.comment.id for one in editors.comments} == {shown.id, hidden.id, private.id}


def test_report_for_readers_names_no_original_they_may_not_see(services: Services) -> None:
    private = make_comment(services, visibility=Visibility.REVIEWERS).comment
    shown = make_comment(services).comment
    _show(shown, services)
    _decide(private, services, reason="For them alone.")
    _decide(shown, services, outcome=State.DUPLICATE, duplicate_of=private.id, reason="As said.")

    (told,) = dispositions(CYCLE.id, everything=False, services=services).comments

    assert told.decision is not None
    assert (told.decision.outcome, told.decision.reason) == (State.DECLINED, "As said.")
    assert told.decision.duplicate_of is None


def test_report_for_readers_names_the_original_they_may_see_over_one_they_may_not(
    services: Services,
) -> None:
    root, hidden, shown = (make_comment(services).comment for _ in range(3))
    for comment in (root, shown):
        _show(comment, services)
    _decide(root, services)
    _decide(hidden, services, outcome=State.DUPLICATE, duplicate_of=root.id)
    _decide(shown, services, outcome=State.DUPLICATE, duplicate_of=hidden.id)

    told = dispositions(CYCLE.id, everything=False, services=services).comments

    by_id = {one.comment.id: one.decision for one in told}
    assert set(by_id) == {root.id, shown.id}
    decision = by_id[shown.id]
    assert decision is not None
    assert (decision.outcome, decision.duplicate_of) == (State.DUPLICATE, root.id)


def test_report_tells_both_answers_after_an_objection(services: Services, mine: Submitted) -> None:
    _show(mine.comment, services)
    _decide(mine.comment, services)
    _close(services)
    object_to(mine.receipt, "No!", services=services)
    _decide(mine.comment, services, BEN, reason="Yes.")

    (told,) = dispositions(CYCLE.id, everything=False, services=services).comments

    assert told.decision is not None
    assert told.decision.reason == "Yes."
    assert [one.reason for one in told.overruled] == ["It stays."]


def test_editor_s_summary_stands_in_the_report_once_closed_and_a_blank_one_removes_it(
    services: Services,
) -> None:
    def summary(text: str) -> list[dict[LanguageCode, str]]:
        summarise(CYCLE.id, SECTION, SOURCE, text, editor=ANA, services=services)
        told = dispositions(CYCLE.id, everything=False, services=services)
        return [dict(section.summaries) for section in told.sections]

    assert summary("Many asked for less time.") == []
    _close(services)
    assert summary("Many asked for less time.") == [{SOURCE: "Many asked for less time."}]
    assert summary(" ") == []


def test_summary_of_another_editor_is_not_overwritten(services: Services) -> None:
    def summarised(text: str, expected: str) -> str:
        record = summarise(
            CYCLE.id, SECTION, SOURCE, text, editor=ANA, expected=expected, services=services
        )
        return record.summary(SECTION, SOURCE)

    assert summarised("First\nof all.", "") == "First\nof all."
    with pytest.raises(SummaryChanged) as refused:
        summarised("Second.", "")
    assert refused.value.newer == "First\nof all."
    assert summarised("Third.", "First\r\nof all.") == "Third."
    assert summarised("Third.", "long ago") == "Third."


@pytest.mark.parametrize(
    ("section", "language", "text", "codes"),
    [
        (TOP, SOURCE, "x", [FaultCode.OUT_OF_SCOPE]),
        (
            SectionId("nothing"),
            LanguageCode("xx"),
            "x",
            [
                FaultCode.UNKNOWN_VALUE,
                FaultCode.UNKNOWN_SECTION,
            ],
        ),
        (SECTION, SOURCE, "x" * 4_001, [FaultCode.TOO_LONG]),
    ],
)
def test_summary_that_cannot_stand_is_refused(
    services: Services,
    section: SectionId,
    language: LanguageCode,
    text: str,
    codes: list[FaultCode],
) -> None:
    with pytest.raises(InvalidRemark) as refused:
        summarise(CYCLE.id, section, language, text, editor=ANA, services=services)

    assert [fault.code for fault in refused.value.faults] == codes


@pytest.mark.parametrize("goes", [withdraw, erase])
def test_comment_whose_original_is_gone_is_decided_anew_also_after_the_closing(
    services: Services, mine: Submitted, goes: Callable[..., object]
) -> None:
    copy = make_comment(services)
    _decide(mine.comment, services)
    _decide(copy.comment, services, outcome=State.DUPLICATE, duplicate_of=mine.comment.id)
    _close(services)

    goes(mine.receipt, services=services)

    assert [one.id for one in undecided(CYCLE.id, services)] == [copy.comment.id]
    with pytest.raises(CycleUndecided):
        _close(services)
    assert _decide(copy.comment, services, outcome=State.ANSWERED).state is State.ANSWERED
    assert undecided(CYCLE.id, services) == ()


@pytest.mark.parametrize(
    "goes",
    [withdraw, erase, lambda receipt, services: object_to(receipt, "No!", services=services)],
)
def test_who_is_told_that_nothing_is_decided_yet_has_nothing_to_object_to(
    services: Services, mine: Submitted, goes: Callable[..., object]
) -> None:
    """That the comment was merged is not known to its commenter."""
    copy = make_comment(services)
    _decide(mine.comment, services)
    _decide(copy.comment, services, outcome=State.DUPLICATE, duplicate_of=mine.comment.id)
    _close(services)
    goes(mine.receipt, services=services)

    with pytest.raises(NotDecidedYet):
        object_to(copy.receipt, "No!", services=services)


def test_nothing_is_merged_into_a_comment_that_was_withdrawn(
    services: Services, mine: Submitted
) -> None:
    copy = make_comment(services)
    withdraw(mine.receipt, services=services)

    with pytest.raises(InvalidDecision) as refused:
        _decide(copy.comment, services, outcome=State.DUPLICATE, duplicate_of=mine.comment.id)

    assert [fault.code for fault in refused.value.faults] == [FaultCode.NOT_ANSWERED]


class _Slow(MemoryCycles):
    """Somebody takes a decision back just before the closing is written."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = [meanwhile]

    def change(self, cycle: CycleId, step: CycleStep) -> CycleRecord:
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().change(cycle, step)


def test_cycle_stays_open_when_a_decision_is_taken_back_while_it_closes(
    services: Services, mine: Submitted
) -> None:
    decided = _decide(mine.comment, services)
    records = _Slow(
        lambda: undo(decided.id, editor=BEN, expected_version=decided.version, services=services)
    )

    with pytest.raises(CycleUndecided):
        _close(replace(services, records=records))

    assert records.get(CYCLE.id).closings == ()
