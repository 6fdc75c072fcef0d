"""What an editor is told every day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.editor import Editor
from feedback_api.domain.identity import EditorName, PageId
from feedback_api.services import Services
from feedback_api.services.digests import Digest, digest_for, mark_digest
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle

LATER = START + timedelta(days=1)


def _editor(*owners: str) -> Editor:
    return Editor(
        name=EditorName("Ana"), passphrase_hash="x", added_at=START, session_epoch=1, owners=owners
    )


def _digest(editor: Editor, services: Services) -> Digest | None:
    return digest_for(editor, now=LATER, answer_days=20, services=services)


def _add(services: Services, *comments: Comment) -> None:
    for comment in comments:
        services.comments.add(comment)


def test_new_and_undecided_are_told_apart(services: Services) -> None:
    soon = START + timedelta(hours=1)
    old, new = usual_comment(1), usual_comment(2, submitted_at=soon)
    decided = usual_comment(3, submitted_at=soon, state=State.ANSWERED)
    withdrawn = usual_comment(4, submitted_at=soon, state=State.WITHDRAWN)
    _add(services, old, new, decided, withdrawn)

    digest = _digest(_editor(), services)

    assert digest is not None
    assert digest.new == (new, decided)
    assert digest.undecided == (old, new)
    assert digest.overdue == ()


@pytest.mark.parametrize(
    ("owners", "count"), [((), 2), (("complaints officer",), 1), (("head of support",), None)]
)
def test_owner_is_told_of_the_owners_pages_alone(
    services: Services, owners: tuple[str, ...], count: int | None
) -> None:
    _add(services, usual_comment(1), usual_comment(2, page=PageId("gone")))

    digest = _digest(_editor(*owners), services)

    assert (None if digest is None else len(digest.undecided)) == count


def test_comment_is_overdue_when_its_cycle_has_been_over_for_long(services: Services) -> None:
    closes = LATER - timedelta(days=29)
    cycle = replace(usual_cycle(opens=closes - timedelta(days=30)), closes=closes)
    heard = usual_comment(1, cycle=cycle.id)
    decided = usual_comment(2, cycle=cycle.id, state=State.ACCEPTED)
    waiting = usual_comment(3)
    _add(services, heard, decided, waiting)

    digest = _digest(_editor(), replace(services, cycles=FixedCycles(cycle)))

    assert digest is not None
    assert digest.overdue == (heard,)


def test_nothing_new_and_nothing_undecided_is_nothing_to_tell(services: Services) -> None:
    _add(services, usual_comment(1, state=State.ANSWERED))

    assert _digest(_editor(), services) is None


def test_next_digest_begins_where_the_last_one_ended(services: Services) -> None:
    services.editors.add(_editor())
    _add(services, usual_comment(1, submitted_at=START + timedelta(hours=1)))

    mark_digest(EditorName("Ana"), LATER, services=services)
    digest = _digest(services.editors.get(EditorName("Ana")), services)

    assert digest is not None
    assert digest.new == ()
    assert len(digest.undecided) == 1
