"""A review cycle with comments, as tests of its pages and answers begin with one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Cycle
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.prepare import prepare
from feedback_api.services.review import decide, set_public
from feedback_api.services.submit import Submitted, submit
from tests.fakes.clockwork import SteppingClock
from tests.fakes.collaborators import at_time
from tests.fakes.comments import usual_draft
from tests.fakes.memory_cycles import FixedCycles
from tests.fakes.published import SOURCE

ANA = EditorName("Ana")
RUI = EditorName("Rui")
_DRAFT = DecisionDraft(outcome=State.DECLINED, reason="It stays.", reason_language=SOURCE)


def lay_cycles(services: Services, *cycles: Cycle) -> None:
    """Publish these cycles, and no others."""
    assert isinstance(services.cycles, FixedCycles)
    services.cycles.cycles = cycles


def set_clock(services: Services, moment: datetime) -> None:
    assert isinstance(services.clock, SteppingClock)
    services.clock.time = moment


def said_in(cycle: Cycle, services: Services, **fields: object) -> Submitted:
    """A comment made on the cycle's first day."""
    then = at_time(services, cycle.opens + timedelta(days=1))
    return submit(usual_draft(**fields), idempotency_key=None, services=then)


def shown(comment_id: CommentId, services: Services) -> Comment:
    """The comment, made public."""
    version = services.comments.get(comment_id).version
    return set_public(comment_id, True, editor=ANA, expected_version=version, services=services)


def decided(
    comment_id: CommentId, services: Services, *, editor: EditorName = ANA, **fields: Any
) -> Comment:
    return decide(
        comment_id,
        replace(_DRAFT, **fields),
        editor=editor,
        expected_version=services.comments.get(comment_id).version,
        services=services,
    )


def prepared(comment_id: CommentId, services: Services, **fields: Any) -> Comment:
    return prepare(
        comment_id,
        replace(_DRAFT, **fields),
        editor=ANA,
        expected_version=services.comments.get(comment_id).version,
        services=services,
    )
