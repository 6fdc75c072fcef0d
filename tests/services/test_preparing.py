"""Decisions prepared privately and announced together."""

from dataclasses import replace

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import (
    Conflict,
    InvalidDecision,
    NotAllowedNow,
    NothingPrepared,
    UnknownComment,
)
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.follow import erase, withdraw
from feedback_api.services.prepare import announce, drop_prepared, prepare
from feedback_api.services.review import decide
from feedback_api.services.submit import Submitted, submit
from tests.fakes.comments import comment_id, usual_draft
from tests.fakes.published import SOURCE

ANA = EditorName("Ana")
BEN = EditorName("Ben")
DECLINED = DecisionDraft(outcome=State.DECLINED, reason="It stays.", reason_language=SOURCE)


def make_comment(services: Services) -> Submitted:
    return submit(usual_draft(), idempotency_key=None, services=services)


def _prepare(
    comment: Comment, services: Services, draft: DecisionDraft = DECLINED, editor: EditorName = ANA
) -> Comment:
    return prepare(
        comment.id, draft, editor=editor, expected_version=comment.version, services=services
    )


def test_prepared_decision_changes_neither_state_nor_decision(services: Services) -> None:
    prepared = _prepare(make_comment(services).comment, services)

    assert (prepared.state, prepared.decision) == (State.RECEIVED, None)
    assert prepared.prepared is not None
    assert prepared.prepared.outcome is State.DECLINED


def test_prepared_decisions_are_announced_together_under_their_authors(
    services: Services,
) -> None:
    prepared = [_prepare(make_comment(services).comment, services) for _ in range(3)]

    told = announce([(one.id, one.version) for one in prepared], editor=BEN, services=services)

    assert [one.error for one in told] == [None, None, None]
    for one in prepared:
        comment = services.comments.get(one.id)
        assert (comment.state, comment.prepared) == (State.DECLINED, None)
        assert comment.decision is not None
        assert comment.decision.by == ANA


def test_what_cannot_be_announced_is_told_and_the_rest_stands(services: Services) -> None:
    good, changed, plain, gone = (make_comment(services) for _ in range(4))
    picked = [_prepare(one.comment, services) for one in (good, changed, gone)]
    decide(changed.comment.id, DECLINED, editor=BEN, expected_version=2, services=services)
    erase(gone.receipt, services=services)
    wanted = [(one.id, one.version) for one in picked]
    wanted += [(plain.comment.id, 1), (comment_id(999), 1), (CommentId("no uuid"), 1)]

    told = announce(wanted, editor=BEN, services=services)

    assert [type(one.error) for one in told] == [
        type(None),
        Conflict,
        UnknownComment,
        NothingPrepared,
        UnknownComment,
        UnknownComment,
    ]
    assert services.comments.get(good.comment.id).state is State.DECLINED
    assert services.comments.get(plain.comment.id) == plain.comment


def test_prepared_merge_whose_original_is_gone_stays_prepared(services: Services) -> None:
    original, copy = make_comment(services), make_comment(services)
    draft = replace(DECLINED, outcome=State.DUPLICATE, duplicate_of=original.comment.id)
    prepared = _prepare(copy.comment, services, draft)
    erase(original.receipt, services=services)

    (told,) = announce([(prepared.id, prepared.version)], editor=ANA, services=services)

    assert isinstance(told.error, InvalidDecision)
    assert services.comments.get(prepared.id) == prepared


def test_deciding_uses_up_what_was_prepared(services: Services) -> None:
    prepared = _prepare(make_comment(services).comment, services)

    decided = decide(
        prepared.id,
        replace(DECLINED, outcome=State.ACCEPTED),
        editor=BEN,
        expected_version=2,
        services=services,
    )

    assert (decided.state, decided.prepared) == (State.ACCEPTED, None)


def test_prepared_decision_is_dropped_once(services: Services) -> None:
    prepared = _prepare(make_comment(services).comment, services)

    dropped = drop_prepared(prepared.id, editor=BEN, expected_version=2, services=services)

    assert dropped.prepared is None
    with pytest.raises(NothingPrepared):
        drop_prepared(prepared.id, editor=BEN, expected_version=3, services=services)


def test_nothing_is_prepared_for_a_withdrawn_comment(services: Services) -> None:
    mine = make_comment(services)
    withdrawn = withdraw(mine.receipt, services=services)

    with pytest.raises(NotAllowedNow):
        _prepare(withdrawn, services)


def test_preparing_on_a_stale_version_is_a_conflict(services: Services) -> None:
    comment = make_comment(services).comment
    _prepare(comment, services)

    with pytest.raises(Conflict):
        _prepare(comment, services, editor=BEN)
