"""Erasures: what is left, what is told of them, and that a restore cannot undo them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feedback_api.domain.act import What
from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Erased, InvalidRemark, UnknownComment
from feedback_api.domain.event import BY_COMMENTER, BY_RETENTION, Event, EventKind
from feedback_api.domain.identity import EditorName
from feedback_api.domain.remarks import Way
from feedback_api.services import Services
from feedback_api.services.email_links import Purpose, link_token
from feedback_api.services.emails import remove_email
from feedback_api.services.erasing import (
    apply_erasures,
    erase_by_editor,
    erasures,
    without_contact,
)
from feedback_api.services.follow import erase
from feedback_api.services.submit import submit
from feedback_api.storage.act_document import decode_acts, encode_acts
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_draft
from tests.fakes.memory_store import MemoryStore

ANA = EditorName("Ana")
WRITTEN = {"body": "Unmistakable.", "name": "Silva", "email": "silva@example.org"}


def _stored(services: Services, key: str | None = None) -> tuple[Comment, str]:
    made = submit(usual_draft(**WRITTEN), idempotency_key=key, services=services)
    return made.comment, made.receipt


def _restored(services: Services, *comments: Comment) -> Services:
    """The same service over a store that knows these comments, as they are, alone."""
    store = MemoryStore()
    for comment in comments:
        store.add(comment)
    return replace(services, comments=store, reads=store)


def test_each_way_of_erasing_leaves_an_act_without_a_word(services: Services) -> None:
    by_receipt, receipt = _stored(services)
    by_editor, _ = _stored(services)
    by_time, _ = _stored(services)
    by_link, _ = _stored(services)
    erase(receipt, services=services)
    erase_by_editor(by_editor.id, " Asked by letter. ", editor=ANA, services=services)
    at = START + timedelta(days=1)
    event = Event(what=EventKind.CONTACT_ERASED, at=at, by=BY_RETENTION)
    services.comments.change(by_time.id, lambda comment: without_contact(comment, event))
    token = link_token(by_link, Purpose.UNSUBSCRIBE, services.secrets)
    remove_email(token, services=services)

    acts = {act.comment: act for act in erasures(services)}

    told = {
        comment.id: (acts[comment.id].what, acts[comment.id].by, acts[comment.id].way)
        for comment in (by_receipt, by_editor, by_time, by_link)
    }
    assert told == {
        by_receipt.id: (What.COMMENT, BY_COMMENTER, Way.RECEIPT),
        by_editor.id: (What.COMMENT, ANA, Way.EDITOR),
        by_time.id: (What.CONTACT, BY_RETENTION, Way.RETENTION),
        by_link.id: (What.ADDRESS, BY_COMMENTER, Way.EMAIL),
    }
    assert acts[by_editor.id].why == "Asked by letter."
    assert "Unmistakable" not in repr(acts)
    assert "silva" not in repr(acts).casefold()


@pytest.mark.parametrize("why", ["", " \n", "x" * 501])
def test_editor_has_to_say_why(services: Services, why: str) -> None:
    comment, _ = _stored(services)

    with pytest.raises(InvalidRemark) as refused:
        erase_by_editor(comment.id, why, editor=ANA, services=services)

    assert [fault.field for fault in refused.value.faults] == ["why"]
    assert services.comments.get(comment.id) == comment


def test_acts_make_a_restored_store_forget_again_and_once(services: Services) -> None:
    whole, receipt = _stored(services, "key")
    contact, _ = _stored(services)
    erase(receipt, services=services)
    event = Event(what=EventKind.CONTACT_ERASED, at=START, by=BY_RETENTION)
    services.comments.change(contact.id, lambda comment: without_contact(comment, event))
    acts = decode_acts(encode_acts(erasures(services)))
    old = _restored(services, whole, contact)

    first, second = apply_erasures(acts, old), apply_erasures(acts, old)

    assert (first, second) == (2, 0)
    assert erasures(old) == erasures(services)
    assert old.comments.get(contact.id).name is None
    with pytest.raises(UnknownComment):
        old.comments.get(whole.id)
    with pytest.raises(Erased):
        _stored(old, "key")


def test_store_that_never_had_the_comment_refuses_its_late_retry(services: Services) -> None:
    _, receipt = _stored(services, "key")
    unkeyed, other_receipt = _stored(services)
    erase(receipt, services=services)
    erase(other_receipt, services=services)
    acts = erasures(services)
    empty = _restored(services)

    assert (apply_erasures(acts, empty), apply_erasures(acts, empty)) == (2, 0)

    with pytest.raises(Erased):
        _stored(empty, "key")
    with pytest.raises(UnknownComment):
        empty.comments.get(unkeyed.id)
    assert list(erasures(empty)) == list(acts)


def test_same_words_that_came_again_with_their_key_are_erased_with_the_first(
    services: Services,
) -> None:
    """As after a restore that lost the comment, a late retry, and the erasure of what that made."""
    _, receipt = _stored(services, "key")
    erase(receipt, services=services)
    acts = erasures(services)
    other = _restored(services)
    again, _ = _stored(other, "key")

    assert (apply_erasures(acts, other), apply_erasures(acts, other)) == (1, 0)

    with pytest.raises(UnknownComment):
        other.comments.get(again.id)
    with pytest.raises(Erased):
        _stored(other, "key")


def test_list_of_acts_with_a_living_tombstone_is_refused(services: Services) -> None:
    comment, receipt = _stored(services)
    erase(receipt, services=services)
    (act,) = erasures(services)

    with pytest.raises(ValueError, match="the tombstone"):
        decode_acts(encode_acts([replace(act, tombstone=comment)]))
