"""Taking a comment."""

from dataclasses import replace

import pytest

from feedback_api.domain.comment import Comment, Draft, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.errors import (
    IdempotencyMismatch,
    InvalidComment,
    RetiredSection,
    StoreFull,
    UnknownLanguage,
    UnknownSection,
    UnknownWording,
)
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.fault import FaultCode
from feedback_api.domain.identity import WAITING, Fingerprint, LanguageCode, SectionId
from feedback_api.domain.section import Wording
from feedback_api.services import Services
from feedback_api.services.ports import CommentQuery
from feedback_api.services.submit import submit
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_draft
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import (
    EARLIER_WORDING,
    OTHER,
    PAGE,
    RETIRED,
    SECTION,
    SOURCE,
    UNTRANSLATED,
    WORDING,
    FixedText,
)


class _FullStore(MemoryStore):
    def add(self, comment: Comment) -> Comment:
        raise StoreFull


class _TextThatForgot(FixedText):
    def wording(
        self, section: SectionId, language: LanguageCode, fingerprint: Fingerprint
    ) -> Wording:
        raise UnknownWording(section=section, wording=fingerprint)


def _stored(services: Services) -> int:
    return services.reads.select(CommentQuery()).total


def test_comment_is_stored_as_received_and_not_public(services: Services) -> None:
    submitted = submit(usual_draft(name="Ana"), idempotency_key=None, services=services)

    comment = services.comments.get(submitted.comment.id)
    assert comment == submitted.comment
    assert (comment.page, comment.cycle, comment.state) == (PAGE, WAITING, State.RECEIVED)
    assert (comment.public, comment.role_verified, comment.version) == (False, False, 1)
    assert (comment.name, comment.email, comment.submitted_at) == ("Ana", None, START)
    assert comment.events == (
        Event(what=EventKind.SUBMITTED, at=START, by=BY_COMMENTER, after="received"),
    )


def test_receipt_itself_is_not_stored(services: Services) -> None:
    submitted = submit(usual_draft(), idempotency_key=None, services=services)

    stored = repr(services.comments.get(submitted.comment.id))
    assert submitted.receipt not in stored
    assert submitted.receipt.replace("-", "") not in stored


def test_idempotency_key_itself_is_not_stored(services: Services) -> None:
    submitted = submit(usual_draft(), idempotency_key="key-of-ana", services=services)

    assert "key-of-ana" not in repr(services.comments.get(submitted.comment.id))


def test_two_comments_alike_are_two_comments(services: Services) -> None:
    first = submit(usual_draft(), idempotency_key=None, services=services)
    second = submit(usual_draft(), idempotency_key=None, services=services)

    assert first.comment.id != second.comment.id
    assert first.receipt != second.receipt
    assert _stored(services) == 2


def test_retry_with_the_same_key_gets_the_same_comment_and_receipt(services: Services) -> None:
    first = submit(usual_draft(), idempotency_key="k", services=services)
    again = submit(usual_draft(), idempotency_key="k", services=services)

    assert (again.comment, again.receipt) == (first.comment, first.receipt)
    assert (first.repeated, again.repeated) == (False, True)
    assert _stored(services) == 1


def test_retry_gets_its_answer_though_the_text_has_lost_the_wording(services: Services) -> None:
    first = submit(usual_draft(), idempotency_key="k", services=services)
    later = replace(services, text=_TextThatForgot())

    assert submit(usual_draft(), idempotency_key="k", services=later).receipt == first.receipt


def test_same_key_with_another_body_is_refused_and_nothing_stored(services: Services) -> None:
    submit(usual_draft(), idempotency_key="k", services=services)

    with pytest.raises(IdempotencyMismatch):
        submit(usual_draft(body="Another."), idempotency_key="k", services=services)

    assert _stored(services) == 1


def test_another_key_with_the_same_body_is_another_comment(services: Services) -> None:
    first = submit(usual_draft(), idempotency_key="k", services=services)
    other = submit(usual_draft(), idempotency_key="l", services=services)

    assert other.comment.id != first.comment.id
    assert other.receipt != first.receipt


def test_key_that_is_too_long_is_refused(services: Services) -> None:
    with pytest.raises(InvalidComment) as refused:
        submit(usual_draft(), idempotency_key="k" * 256, services=services)

    (fault,) = refused.value.faults
    assert (fault.field, fault.code) == ("Idempotency-Key", FaultCode.TOO_LONG)


def test_comment_on_an_earlier_wording_is_tied_to_it(services: Services) -> None:
    draft = usual_draft(wording=EARLIER_WORDING)

    assert submit(draft, idempotency_key=None, services=services).comment.wording == EARLIER_WORDING


def test_comment_on_a_section_retired_meanwhile_is_taken(services: Services) -> None:
    draft = usual_draft(section=RETIRED, wording=EARLIER_WORDING)

    comment = submit(draft, idempotency_key=None, services=services).comment

    assert (comment.section, comment.page) == (RETIRED, PAGE)


def test_comment_on_the_sources_text_shown_for_a_missing_translation_is_taken(
    services: Services,
) -> None:
    draft = usual_draft(section=UNTRANSLATED, language=OTHER, wording=WORDING)

    assert submit(draft, idempotency_key=None, services=services).comment.language == OTHER


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (usual_draft(section=SectionId("nowhere")), UnknownSection),
        (usual_draft(section=RETIRED), RetiredSection),
        (usual_draft(language=LanguageCode("xx")), UnknownLanguage),
        (usual_draft(wording=Fingerprint("f" * 16)), UnknownWording),
        (usual_draft(language=OTHER, wording=WORDING), UnknownWording),
        (usual_draft(body=""), InvalidComment),
    ],
)
def test_comment_on_nothing_known_is_refused_and_nothing_stored(
    services: Services, draft: Draft, error: type[Exception]
) -> None:
    with pytest.raises(error) as refused:
        submit(draft, idempotency_key=None, services=services)

    assert type(refused.value) is error
    assert _stored(services) == 0


def test_suggestion_left_as_it_was_filled_in_is_not_stored(services: Services) -> None:
    text = services.text.section(SECTION).languages[SOURCE].markdown
    draft = usual_draft(suggestion=text.replace("\n", "\r\n"))

    assert submit(draft, idempotency_key=None, services=services).comment.suggestion is None


def test_comment_for_reviewers_keeps_its_visibility(services: Services) -> None:
    draft = usual_draft(visibility=Visibility.REVIEWERS)

    comment = submit(draft, idempotency_key=None, services=services).comment

    assert comment.visibility is Visibility.REVIEWERS


def test_failure_of_the_store_reaches_the_caller(services: Services) -> None:
    with pytest.raises(StoreFull):
        submit(
            usual_draft(), idempotency_key=None, services=replace(services, comments=_FullStore())
        )
