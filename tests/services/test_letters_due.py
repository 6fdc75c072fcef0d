"""What is mailed to a commenter, and what is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.deliveries import mark
from feedback_api.services.email_links import Purpose, link_token
from feedback_api.services.emails import confirm_email
from feedback_api.services.follow import add_to
from feedback_api.services.letters_due import (
    NEWS,
    OPT_IN,
    OPT_IN_DAYS,
    REFUSED,
    DueLetter,
    Occasion,
    due_letters,
)
from feedback_api.services.prepare import prepare
from feedback_api.services.review import decide, set_public, undo
from feedback_api.services.submit import submit
from feedback_api.services.triage import ask
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_draft
from tests.fakes.published import SOURCE

ANA = EditorName("Ana")


def _made(services: Services, *, email: str | None = "a@example.net", confirmed: bool = True,
          visibility: Visibility = Visibility.PUBLIC) -> Comment:  # fmt: skip
    draft = usual_draft(email=email, visibility=visibility)
    comment = submit(draft, idempotency_key=None, services=services).comment
    if confirmed:
        token = link_token(comment, Purpose.CONFIRM, services.secrets)
        comment = confirm_email(token, services=services)
    return comment


def _decided(comment: Comment, services: Services, outcome: State = State.ACCEPTED,
             into: CommentId | None = None, reason: str = "So it is.") -> Comment:  # fmt: skip
    draft = DecisionDraft(outcome=outcome, reason=reason, reason_language=SOURCE, duplicate_of=into)
    present = services.comments.get(comment.id).version
    return decide(comment.id, draft, editor=ANA, expected_version=present, services=services)


def _due(comment: Comment, services: Services) -> tuple[DueLetter, ...]:
    present = services.comments.get(comment.id)
    return due_letters(present, now=services.clock.now(), services=services)


def _send(comment: Comment, services: Services) -> list[Occasion]:
    """What is mailed now, marked as told."""
    sent = []
    while due := _due(comment, services):
        mark(comment.id, due[0].channel, due[0].upto, services=services)
        sent.append(due[0].occasion)
    return sent


def _asked(comment: Comment, services: Services) -> None:
    version = services.comments.get(comment.id).version
    ask(comment.id, "Which week?", SOURCE, editor=ANA, expected_version=version, services=services)


def _undone(comment: Comment, services: Services) -> None:
    version = services.comments.get(comment.id).version
    undo(comment.id, editor=ANA, expected_version=version, services=services)


def test_address_is_asked_once(services: Services) -> None:
    comment = _made(services, confirmed=False)
    _decided(comment, services)

    assert _send(comment, services) == [Occasion.CONFIRM]
    assert _due(comment, services) == ()


def test_comment_without_an_address_is_never_mailed_about(services: Services) -> None:
    comment = _made(services, email=None, confirmed=False)
    _decided(comment, services)

    assert _due(comment, services) == ()


def test_old_comment_is_not_asked_about(services: Services) -> None:
    comment = _made(services, confirmed=False)

    late = comment.submitted_at + timedelta(days=OPT_IN_DAYS, seconds=1)

    assert due_letters(comment, now=late, services=services) == ()


def test_withdrawn_comment_is_not_mailed_about(services: Services) -> None:
    comment = _decided(_made(services), services)
    services.comments.change(comment.id, lambda one: replace(one, state=State.WITHDRAWN))

    assert _due(comment, services) == ()


def test_each_is_told_once_and_a_changed_decision_says_so(services: Services) -> None:
    comment = _made(services)
    _decided(comment, services)
    (first,) = _due(comment, services)
    assert _send(comment, services) == [Occasion.DECIDED]

    _decided(comment, services, State.DECLINED, reason="Not so.")
    (second,) = _due(comment, services)

    assert (first.changed, second.changed) == (False, True)
    assert second.decision is not None
    assert second.decision.reason == "Not so."
    assert _send(comment, services) == [Occasion.DECIDED]
    assert _due(comment, services) == ()


def test_what_was_overtaken_before_it_was_told_is_left_out(services: Services) -> None:
    comment = _made(services)
    _decided(comment, services)
    _undone(comment, services)
    assert _due(comment, services) == ()

    _decided(comment, services, State.DECLINED)

    assert _send(comment, services) == [Occasion.DECIDED]


def test_decision_taken_back_is_told_to_whoever_was_told_of_it(services: Services) -> None:
    comment = _made(services)
    _decided(comment, services)
    _send(comment, services)

    _undone(comment, services)

    assert _send(comment, services) == [Occasion.UNDONE]


def test_prepared_decision_is_not_told(services: Services) -> None:
    comment = _made(services)
    draft = DecisionDraft(outcome=State.ACCEPTED, reason="Later.", reason_language=SOURCE)

    prepare(comment.id, draft, editor=ANA, expected_version=comment.version, services=services)

    assert _due(comment, services) == ()


def test_letters_follow_the_order_of_what_happened(services: Services) -> None:
    comment = _made(services)
    _asked(comment, services)
    _decided(comment, services)

    assert _send(comment, services) == [Occasion.QUESTION, Occasion.DECIDED]


def test_answered_question_is_not_mailed(services: Services) -> None:
    draft = usual_draft(email="a@example.net")
    made = submit(draft, idempotency_key=None, services=services)
    token = link_token(made.comment, Purpose.CONFIRM, services.secrets)
    confirm_email(token, services=services)
    _asked(made.comment, services)

    add_to(made.receipt, "The last one.", services=services)

    assert _due(made.comment, services) == ()


def test_publication_is_told(services: Services) -> None:
    comment = _made(services)
    _decided(comment, services)
    _send(comment, services)
    event = Event(what=EventKind.PUBLISHED, at=START, by=ANA, after=State.PUBLISHED)
    services.comments.change(
        comment.id,
        lambda one: replace(one, state=State.PUBLISHED, events=(*one.events, event)),
    )

    assert _send(comment, services) == [Occasion.PUBLISHED]


def test_refused_address_gets_no_more(services: Services) -> None:
    comment = _decided(_made(services), services)

    mark(comment.id, REFUSED, 1, services=services)

    assert _due(comment, services) == ()


@pytest.mark.parametrize("is_public", [False, True])
def test_merged_comment_is_told_its_originals_decision(services: Services, is_public: bool) -> None:
    original, merged = _made(services, email=None, confirmed=False), _made(services)
    if is_public:
        set_public(original.id, True, editor=ANA, expected_version=1, services=services)
    _decided(merged, services, State.DUPLICATE, original.id)
    assert _due(merged, services) == ()

    _decided(original, services, State.DECLINED, reason="It stays.")
    (due,) = _due(merged, services)

    assert due.decision is not None
    assert (due.decision.outcome, due.decision.reason) == (State.DECLINED, "It stays.")
    assert due.decision.duplicate_of is None
    assert (due.original is not None) is is_public
    assert _send(merged, services) == [Occasion.DECIDED]
    assert _due(merged, services) == ()


def test_merged_comment_is_told_when_the_original_changes(services: Services) -> None:
    original, merged = _made(services, email=None, confirmed=False), _made(services)
    _decided(original, services)
    _decided(merged, services, State.DUPLICATE, original.id)
    assert _send(merged, services) == [Occasion.DECIDED]

    _decided(original, services, State.DECLINED)
    (due,) = _due(merged, services)

    assert due.changed


def test_nothing_is_told_of_an_original_that_was_withdrawn(services: Services) -> None:
    original, merged = _made(services, email=None, confirmed=False), _made(services)
    _decided(original, services)
    _decided(merged, services, State.DUPLICATE, original.id)

    services.comments.change(original.id, lambda one: replace(one, state=State.WITHDRAWN))

    assert _due(merged, services) == ()


def test_channels_have_permanent_names() -> None:
    assert (OPT_IN, NEWS, REFUSED) == ("email-opt-in", "email", "email-refused")
