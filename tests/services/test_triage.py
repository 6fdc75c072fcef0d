"""Who takes a comment, notes, a gloss, questions."""

from collections.abc import Callable
from typing import Any

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Conflict, InvalidRemark, NotAllowedNow
from feedback_api.domain.event import INTERNAL, EventKind
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import EditorName, LanguageCode
from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.services.follow import withdraw
from feedback_api.services.submit import submit
from feedback_api.services.triage import NOTES_LIMIT, add_note, ask, assign, set_gloss
from tests.fakes.comments import usual_draft
from tests.fakes.published import OTHER, SOURCE

ANA = EditorName("Ana")


@pytest.fixture
def services(services: Services) -> Services:
    add_editor("Ben", "a long passphrase", services=services)
    return services


@pytest.fixture
def comment(services: Services) -> Comment:
    return submit(usual_draft(), idempotency_key=None, services=services).comment


def _seen(comment: Comment, services: Services) -> dict[str, Any]:
    return {"editor": ANA, "expected_version": comment.version, "services": services}


def test_comment_is_assigned_and_given_back(services: Services, comment: Comment) -> None:
    taken = assign(comment.id, "Ben", **_seen(comment, services))

    assert taken.assignee == "Ben"
    assert (taken.events[-1].what, taken.events[-1].after) == (EventKind.ASSIGNED, "Ben")
    assert assign(comment.id, None, **_seen(taken, services)).assignee is None


def test_assigning_to_the_same_editor_again_changes_nothing(
    services: Services, comment: Comment
) -> None:
    taken = assign(comment.id, "Ben", **_seen(comment, services))

    assert assign(comment.id, "Ben", **_seen(taken, services)) == taken


def test_comment_is_assigned_to_nobody_unknown(services: Services, comment: Comment) -> None:
    with pytest.raises(InvalidRemark) as refused:
        assign(comment.id, "Nobody", **_seen(comment, services))

    assert [fault.code for fault in refused.value.faults] == [FaultCode.UNKNOWN_EDITOR]


def test_notes_are_internal_and_kept_in_order(services: Services, comment: Comment) -> None:
    noted = add_note(comment.id, "First.", **_seen(comment, services))
    noted = add_note(comment.id, "Second.", **_seen(noted, services))

    assert [note.body for note in noted.notes] == ["First.", "Second."]
    assert {event.what for event in noted.events[1:]} <= INTERNAL


def test_notes_are_bounded(services: Services, comment: Comment) -> None:
    for number in range(NOTES_LIMIT):
        comment = add_note(comment.id, f"Note {number}.", **_seen(comment, services))

    with pytest.raises(InvalidRemark) as refused:
        add_note(comment.id, "One more.", **_seen(comment, services))

    assert [fault.code for fault in refused.value.faults] == [FaultCode.TOO_MANY]


def test_gloss_is_set_replaced_and_removed(services: Services, comment: Comment) -> None:
    glossed = set_gloss(comment.id, "Waits for a week.", OTHER, **_seen(comment, services))
    assert glossed.gloss is not None
    assert (glossed.gloss.text, glossed.gloss.language) == ("Waits for a week.", OTHER)

    assert set_gloss(comment.id, " ", OTHER, **_seen(glossed, services)).gloss is None


def test_commenter_is_asked(services: Services, comment: Comment) -> None:
    asked = ask(comment.id, "Which week?", SOURCE, **_seen(comment, services))

    assert [(one.body, one.language) for one in asked.questions] == [("Which week?", SOURCE)]
    assert asked.events[-1].what not in INTERNAL


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        (lambda one, seen: add_note(one.id, " ", **seen), [FaultCode.REQUIRED]),
        (lambda one, seen: add_note(one.id, "x" * 4_001, **seen), [FaultCode.TOO_LONG]),
        (lambda one, seen: add_note(one.id, "a\0", **seen), [FaultCode.FORBIDDEN_CHARACTER]),
        (lambda one, seen: set_gloss(one.id, "a\nb", SOURCE, **seen), [FaultCode.SINGLE_LINE]),
        (lambda one, seen: set_gloss(one.id, "x" * 301, SOURCE, **seen), [FaultCode.TOO_LONG]),
        (
            lambda one, seen: set_gloss(one.id, "a", LanguageCode("xx"), **seen),
            [FaultCode.UNKNOWN_VALUE],
        ),
        (lambda one, seen: ask(one.id, "", SOURCE, **seen), [FaultCode.REQUIRED]),
        (
            lambda one, seen: ask(one.id, "a", LanguageCode("xx"), **seen),
            [FaultCode.UNKNOWN_VALUE],
        ),
    ],
)
def test_remark_of_a_wrong_form_is_refused(
    services: Services,
    comment: Comment,
    act: Callable[[Comment, dict[str, Any]], Comment],
    codes: list[FaultCode],
) -> None:
    with pytest.raises(InvalidRemark) as refused:
        act(comment, _seen(comment, services))

    assert [fault.code for fault in refused.value.faults] == codes
    assert services.comments.get(comment.id) == comment


@pytest.mark.parametrize(
    "act",
    [
        lambda one, seen: assign(one.id, None, **seen),
        lambda one, seen: add_note(one.id, "a", **seen),
        lambda one, seen: set_gloss(one.id, "a", SOURCE, **seen),
        lambda one, seen: ask(one.id, "a", SOURCE, **seen),
    ],
)
def test_second_editor_overwrites_nothing(
    services: Services,
    comment: Comment,
    act: Callable[[Comment, dict[str, Any]], Comment],
) -> None:
    first = add_note(comment.id, "I take it.", **_seen(comment, services))

    with pytest.raises(Conflict) as refused:
        act(comment, _seen(comment, services))

    assert refused.value.newer == first


def test_withdrawn_comment_is_neither_assigned_nor_asked_about(services: Services) -> None:
    mine = submit(usual_draft(), idempotency_key=None, services=services)
    withdrawn = withdraw(mine.receipt, services=services)

    with pytest.raises(NotAllowedNow):
        assign(withdrawn.id, "Ben", **_seen(withdrawn, services))
    with pytest.raises(NotAllowedNow):
        ask(withdrawn.id, "Why?", SOURCE, **_seen(withdrawn, services))
