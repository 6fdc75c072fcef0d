"""Links in mails: who they lead to, and for how long."""

import uuid

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import UnknownEmailLink
from feedback_api.domain.event import EventKind
from feedback_api.services import Services
from feedback_api.services.email_links import Purpose, comment_of, link_token
from feedback_api.services.emails import confirm_email, remove_email
from feedback_api.services.follow import erase
from feedback_api.services.submit import Submitted, submit
from tests.fakes.comments import usual_draft


@pytest.fixture
def made(services: Services) -> Submitted:
    draft = usual_draft(email="reader@example.net")
    return submit(draft, idempotency_key=None, services=services)


def _token(comment: Comment, services: Services, purpose: Purpose = Purpose.CONFIRM) -> str:
    return link_token(comment, purpose, services.secrets)


def test_link_leads_to_its_comment_and_says_nothing_of_it(
    services: Services, made: Submitted
) -> None:
    token = _token(made.comment, services)

    assert comment_of(token, Purpose.CONFIRM, services=services) == made.comment
    assert len(token) == 43
    assert made.comment.id.replace("-", "") not in token
    assert uuid.UUID(made.comment.id).hex not in token


def test_address_is_confirmed_once(services: Services, made: Submitted) -> None:
    token = _token(made.comment, services)

    first = confirm_email(token, services=services)
    second = confirm_email(token, services=services)

    assert first == second
    assert first.email_confirmed_at is not None
    assert first.events[-1].what is EventKind.EMAIL_CONFIRMED
    assert first.version == 2


def test_removed_address_leaves_nothing_behind(services: Services, made: Submitted) -> None:
    confirm_email(_token(made.comment, services), services=services)
    token = _token(made.comment, services, Purpose.UNSUBSCRIBE)

    removed = remove_email(token, services=services)

    assert (removed.email, removed.email_confirmed_at) == (None, None)
    assert removed.events[-1].what is EventKind.EMAIL_REMOVED
    with pytest.raises(UnknownEmailLink):
        remove_email(token, services=services)
    with pytest.raises(UnknownEmailLink):
        confirm_email(_token(made.comment, services), services=services)


def test_link_of_one_purpose_does_not_serve_the_other(services: Services, made: Submitted) -> None:
    with pytest.raises(UnknownEmailLink):
        remove_email(_token(made.comment, services), services=services)


def test_link_is_dead_once_the_comment_is_erased(services: Services, made: Submitted) -> None:
    token = _token(made.comment, services)

    erase(made.receipt, services=services)

    with pytest.raises(UnknownEmailLink):
        comment_of(token, Purpose.CONFIRM, services=services)


@pytest.mark.parametrize("place", [0, 20, 21, 22, 41])
def test_forged_link_leads_nowhere(services: Services, made: Submitted, place: int) -> None:
    token = _token(made.comment, services)
    other = "A" if token[place] != "A" else "B"

    with pytest.raises(UnknownEmailLink):
        comment_of(token[:place] + other + token[place + 1 :], Purpose.CONFIRM, services=services)


@pytest.mark.parametrize("text", ["", "A", "A" * 43, "A" * 44, "é" * 43, "+" * 43, "A" * 42 + "="])
def test_what_is_no_link_leads_nowhere(services: Services, text: str) -> None:
    with pytest.raises(UnknownEmailLink):
        comment_of(text, Purpose.CONFIRM, services=services)
