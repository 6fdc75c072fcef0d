"""What a commenter does by receipt."""

from dataclasses import replace

import pytest

from feedback_api.domain.comment import ADDITIONS_LIMIT, Comment
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import (
    AlreadyReplied,
    Erased,
    InvalidAddition,
    NotAllowedNow,
    UnknownComment,
    UnknownReceipt,
)
from feedback_api.domain.event import BY_COMMENTER, EventKind
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.domain.receipt import Receipt
from feedback_api.services import Services
from feedback_api.services.follow import add_to, erase, follow, may_reply, withdraw
from feedback_api.services.ports import CommentQuery, Step
from feedback_api.services.review import decide
from feedback_api.services.submit import Submitted, submit
from feedback_api.services.triage import ask
from tests.fakes.comments import usual_draft
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE


@pytest.fixture
def mine(services: Services) -> Submitted:
    return submit(usual_draft(), idempotency_key=None, services=services)


def _decline(services: Services, submitted: Submitted) -> None:
    decide(
        submitted.comment.id,
        DecisionDraft(outcome=State.DECLINED, reason="It stays.", reason_language=SOURCE),
        editor=EditorName("Ana"),
        expected_version=1,
        services=services,
    )


def _in_state(services: Services, submitted: Submitted, state: State) -> Comment:
    return services.comments.change(submitted.comment.id, lambda one: replace(one, state=state))


def test_receipt_leads_to_the_comment_however_it_is_typed(
    services: Services, mine: Submitted
) -> None:
    typed = mine.receipt.lower().replace("-", " ")

    assert follow(typed, services=services) == mine.comment


@pytest.mark.parametrize("receipt", ["", "nonsense", "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"])
def test_unknown_receipt_leads_nowhere(services: Services, mine: Submitted, receipt: str) -> None:
    assert mine.receipt != receipt

    with pytest.raises(UnknownReceipt):
        follow(receipt, services=services)


def test_words_are_added_with_an_event_and_a_new_version(
    services: Services, mine: Submitted
) -> None:
    comment = add_to(mine.receipt, " It was in May.\r\n", services=services)

    assert [addition.body for addition in comment.additions] == ["It was in May."]
    assert [(event.what, event.by) for event in comment.events] == [
        (EventKind.SUBMITTED, BY_COMMENTER),
        (EventKind.ADDED_TO, BY_COMMENTER),
    ]
    assert comment.version == 2
    assert follow(mine.receipt, services=services) == comment


def test_words_sent_twice_in_a_row_are_added_once(services: Services, mine: Submitted) -> None:
    once = add_to(mine.receipt, "More.", services=services)

    assert add_to(mine.receipt, "More.", services=services) == once


def test_one_reply_is_taken_to_a_decision(services: Services, mine: Submitted) -> None:
    _decline(services, mine)

    assert len(add_to(mine.receipt, "But why?", services=services).additions) == 1
    with pytest.raises(AlreadyReplied):
        add_to(mine.receipt, "And another thing.", services=services)


def test_one_reply_is_taken_to_each_question_after_a_decision(
    services: Services, mine: Submitted
) -> None:
    _decline(services, mine)
    add_to(mine.receipt, "But why?", services=services)
    asked = ask(
        mine.comment.id,
        "Which week was it?",
        SOURCE,
        editor=EditorName("Ana"),
        expected_version=3,
        services=services,
    )

    assert may_reply(asked, services)
    replied = add_to(mine.receipt, "The last of May.", services=services)
    assert not may_reply(replied, services)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.PUBLISHED])
def test_nothing_is_added_once_all_is_over(
    services: Services, mine: Submitted, state: State
) -> None:
    before = _in_state(services, mine, state)

    with pytest.raises(NotAllowedNow) as refused:
        add_to(mine.receipt, "Too late.", services=services)

    assert refused.value.params == {"action": "add", "state": state}
    assert follow(mine.receipt, services=services) == before


def test_empty_words_are_refused(services: Services, mine: Submitted) -> None:
    with pytest.raises(InvalidAddition) as refused:
        add_to(mine.receipt, " ", services=services)

    assert [fault.code for fault in refused.value.faults] == [FaultCode.REQUIRED]


def test_additions_are_bounded(services: Services, mine: Submitted) -> None:
    for number in range(ADDITIONS_LIMIT):
        add_to(mine.receipt, f"Part {number}.", services=services)

    with pytest.raises(InvalidAddition) as refused:
        add_to(mine.receipt, "One more.", services=services)

    assert [fault.code for fault in refused.value.faults] == [FaultCode.TOO_MANY]


@pytest.mark.parametrize("state", [State.RECEIVED, State.IN_REVIEW, State.ACCEPTED])
def test_comment_is_withdrawn_from_any_state_before_publication(
    services: Services, mine: Submitted, state: State
) -> None:
    _in_state(services, mine, state)

    comment = withdraw(mine.receipt, services=services)

    assert (comment.state, comment.is_public) == (State.WITHDRAWN, False)
    last = comment.events[-1]
    assert (last.what, last.by, last.before, last.after) == (
        EventKind.WITHDRAWN,
        BY_COMMENTER,
        state,
        State.WITHDRAWN,
    )


def test_public_comment_is_no_longer_shown_once_withdrawn(
    services: Services, mine: Submitted
) -> None:
    services.comments.change(mine.comment.id, lambda one: replace(one, public=True))
    assert services.reads.counts(mine.comment.page) == {mine.comment.section: 1}

    withdraw(mine.receipt, services=services)

    assert services.reads.counts(mine.comment.page) == {}
    assert services.reads.public(mine.comment.section) == ()
    assert not follow(mine.receipt, services=services).public


def test_withdrawing_twice_is_no_error_and_no_second_event(
    services: Services, mine: Submitted
) -> None:
    once = withdraw(mine.receipt, services=services)

    assert withdraw(mine.receipt, services=services) == once


def test_published_comment_cannot_be_withdrawn(services: Services, mine: Submitted) -> None:
    _in_state(services, mine, State.PUBLISHED)

    with pytest.raises(NotAllowedNow) as refused:
        withdraw(mine.receipt, services=services)

    assert refused.value.params == {"action": "withdraw", "state": State.PUBLISHED}


class _ErasingStore(MemoryStore):
    """Loses the comment between finding and changing it."""

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        raise UnknownComment


def test_comment_erased_at_the_last_moment_is_as_unknown_as_any(services: Services) -> None:
    services = replace(services, comments=_ErasingStore())
    receipt: Receipt = submit(usual_draft(), idempotency_key=None, services=services).receipt

    with pytest.raises(UnknownReceipt):
        withdraw(receipt, services=services)


def test_erased_comment_leaves_neither_text_nor_receipt(
    services: Services, mine: Submitted
) -> None:
    erase(mine.receipt, services=services)

    with pytest.raises(UnknownReceipt):
        follow(mine.receipt, services=services)
    with pytest.raises(UnknownComment):
        services.comments.get(mine.comment.id)
    with pytest.raises(UnknownReceipt):
        erase(mine.receipt, services=services)


def test_late_retry_does_not_bring_an_erased_comment_back(services: Services) -> None:
    sent = submit(usual_draft(), idempotency_key="key", services=services)
    erase(sent.receipt, services=services)

    with pytest.raises(Erased):
        submit(usual_draft(), idempotency_key="key", services=services)

    assert services.reads.select(CommentQuery()).total == 0
