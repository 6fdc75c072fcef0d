"""What tests of receipts share: a comment with its receipt, cycles, and what editors do."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Closing, Cycle
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.review import decide, set_public
from tests.fakes.clockwork import START, SteppingClock
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE
from tests.web.reading import COMMENTS, posted

EDITOR = EditorName("Ana")
RECEIPT = "/feedback/receipt"
API = "/api/v1/receipt"


def given_comment(client: TestClient, **fields: Any) -> tuple[CommentId, str]:
    """A comment posted as usual: its id and its receipt."""
    sent = client.post(COMMENTS, json=posted(**fields)).json()
    return CommentId(sent["id"]), str(sent["receipt"])


def stored(services: Services, comment_id: CommentId) -> Comment:
    return services.comments.get(comment_id)


def decided(
    services: Services, comment_id: CommentId, outcome: State = State.DECLINED, **fields: Any
) -> Comment:
    """The comment with a decision of Ana's."""
    usual = {"reason": "It stays so.", "reason_language": SOURCE}
    draft = DecisionDraft(outcome=outcome, **{**usual, **fields})
    version = stored(services, comment_id).version
    return decide(comment_id, draft, editor=EDITOR, expected_version=version, services=services)


def made_public(services: Services, comment_id: CommentId, public: bool = True) -> Comment:
    version = stored(services, comment_id).version
    return set_public(
        comment_id, public, editor=EDITOR, expected_version=version, services=services
    )


def merged(services: Services, comment_id: CommentId, into: CommentId) -> Comment:
    return decided(
        services, comment_id, State.DUPLICATE, duplicate_of=into, reason="Said before, elsewhere."
    )


def open_cycle(services: Services, **fields: Any) -> Cycle:
    """A cycle that is open now and for 30 days."""
    cycle = usual_cycle(**{"opens": START - timedelta(days=1), **fields})
    _cycles(services).cycles = (cycle,)
    return cycle


def closed(services: Services, cycle: Cycle, at: datetime) -> None:
    """The cycle closed by Ana at a moment, whatever is undecided; the clock goes there, too."""
    closing = Closing(at=at, by=EDITOR)
    services.records.change(
        cycle.id, lambda record: replace(record, closings=(*record.closings, closing))
    )
    wait_until(services, at + timedelta(minutes=1))


def wait_until(services: Services, moment: datetime) -> None:
    assert isinstance(services.clock, SteppingClock)
    services.clock.time = moment


def follow(client: TestClient, receipt: str, language: str = SOURCE) -> Response:
    """The page of a receipt."""
    return client.post(f"{RECEIPT}?language={language}", data={"receipt": receipt})


def authorised(receipt: str) -> dict[str, str]:
    return {"Authorization": f"Receipt {receipt}"}


def memory_of(services: Services) -> MemoryStore:
    assert isinstance(services.comments, MemoryStore)
    return services.comments


def _cycles(services: Services) -> FixedCycles:
    assert isinstance(services.cycles, FixedCycles)
    return services.cycles
