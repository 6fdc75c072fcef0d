"""Support for comments, and comments merged into others."""

import pytest

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.duplicates import merged_into, original
from feedback_api.services.follow import erase
from feedback_api.services.review import decide, set_public
from feedback_api.services.submit import Submitted, submit
from feedback_api.services.support import has_seconded, second, support_of, take_back_second
from tests.fakes.comments import usual_draft
from tests.fakes.published import SOURCE

ANA = EditorName("Ana")


def make_public(services: Services) -> Submitted:
    mine = make_comment(services)
    set_public(mine.comment.id, True, editor=ANA, expected_version=1, services=services)
    return mine


def make_comment(services: Services, **fields: object) -> Submitted:
    return submit(usual_draft(**fields), idempotency_key=None, services=services)


def _present(mine: Submitted, services: Services) -> Comment:
    return services.comments.get(mine.comment.id)


def _merge(copy: Submitted, into: Submitted, services: Services) -> Comment:
    draft = DecisionDraft(
        outcome=State.DUPLICATE,
        reason="Said before.",
        reason_language=SOURCE,
        duplicate_of=into.comment.id,
    )
    version = _present(copy, services).version
    return decide(copy.comment.id, draft, editor=ANA, expected_version=version, services=services)


def test_each_browser_counts_once(services: Services) -> None:
    mine = make_public(services)

    for supporter in ("one", "two", "one"):
        second(mine.comment.id, supporter, services=services)

    comment = _present(mine, services)
    assert support_of(comment, services) == 2
    assert has_seconded(comment, "one", services)
    assert not has_seconded(comment, "three", services)


def test_support_is_taken_back(services: Services) -> None:
    mine = make_public(services)
    second(mine.comment.id, "one", services=services)

    take_back_second(mine.comment.id, "one", services=services)
    take_back_second(mine.comment.id, "two", services=services)

    assert support_of(_present(mine, services), services) == 0


def test_seconding_is_no_new_version_for_editors(services: Services) -> None:
    mine = make_public(services)
    before = _present(mine, services)

    after = second(mine.comment.id, "one", services=services)

    assert (after.version, after.events) == (before.version, before.events)


def test_comment_that_readers_may_not_see_is_unknown_to_supporters(services: Services) -> None:
    hidden = make_comment(services)
    private = make_comment(services, visibility=Visibility.REVIEWERS)
    gone = make_public(services)
    erase(gone.receipt, services=services)

    for one in (hidden, private, gone):
        with pytest.raises(UnknownComment):
            second(one.comment.id, "one", services=services)


def test_votes_follow_a_merged_comment_and_a_browser_still_counts_once(
    services: Services,
) -> None:
    root, copy, further = (make_public(services) for _ in range(3))
    second(root.comment.id, "one", services=services)
    second(copy.comment.id, "one", services=services)
    second(copy.comment.id, "two", services=services)
    _merge(further, copy, services)
    _merge(copy, root, services)

    comment = _present(root, services)
    assert support_of(comment, services) == 2 + 2
    assert [one.id for one in merged_into(comment, services)] == [
        copy.comment.id,
        further.comment.id,
    ]
    assert original(_present(further, services), services) == comment


def test_support_for_readers_leaves_out_what_they_may_not_see(services: Services) -> None:
    root = make_public(services)
    private = make_comment(services, visibility=Visibility.REVIEWERS)
    _merge(private, root, services)

    comment = _present(root, services)
    assert support_of(comment, services) == 0
    assert support_of(comment, services, everything=True) == 1


def test_original_that_was_erased_answers_for_nobody(services: Services) -> None:
    root, copy = make_public(services), make_public(services)
    merged = _merge(copy, root, services)
    erase(root.receipt, services=services)

    assert original(merged, services) == merged
