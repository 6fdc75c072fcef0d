"""No page asks PostgreSQL more often because there are more comments on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Closing
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.identity import CommentId, CycleId, EditorName
from feedback_api.services.editors import add_editor
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_documents import SqlDocumentsPlace
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_looks import Looks
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_store import SqlStore
from feedback_api.web.threads import AnswerThreads
from tests.fakes.clockwork import START
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import comment_id, submitted, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import SECTION, SOURCE
from tests.web.reading import EDITOR, PASSPHRASE, OpenClient, signed_in

CYCLE = CycleId("2027-1")
FEW, MANY = 8, 40
ORIGINALS = 4
"""Every so many comments one is merged into the one before, which was merged itself at times."""
READ_BY_ANYBODY = (
    f"/api/v1/sections/{SECTION}",
    f"/feedback/{SOURCE}/{SECTION}/comments",
    f"/feedback/{SOURCE}/feed.atom",
    "/api/v1/cycles",
    f"/api/v1/cycles/{CYCLE}",
    f"/api/v1/cycles/{CYCLE}/dispositions",
    f"/api/v1/cycles/{CYCLE}/dispositions?format=csv",
    f"/api/v1/cycles/{CYCLE}/figures",
)
READ_BY_EDITORS = (
    "/review?limit=200",
    f"/review?agenda={CYCLE}&limit=200",
    "/api/v1/comments?limit=200",
    f"/api/v1/comments?agenda={CYCLE}&limit=200",
    "/api/v1/stats",
    "/review/dashboard",
    "/review/cycles",
    f"/review/cycles/{CYCLE}",
    f"/api/v1/cycles/{CYCLE}/undecided",
    f"/api/v1/cycles/{CYCLE}/dispositions?all=1",
    f"/review/sections/{SECTION}",
    f"/review/{comment_id(1)}",
    f"/api/v1/comments/{comment_id(1)}",
)
Fill = Callable[[int], None]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    return SqlStore(database, lambda _comment, _is_seen: None)


@pytest.fixture
def editor(database: Database, open_client: OpenClient) -> Iterator[TestClient]:
    """Signed in to a service over the database, as a replica is."""
    looks = Looks()
    place = SqlDocumentsPlace(database, looks)
    services = replace(
        fake_services(),
        comments=SqlStore(database, lambda _comment, _is_seen: None, looks),
        reads=SqlReads(database, Generations(database, fresh_seconds=0), looks),
        cycles=FixedCycles(usual_cycle(CYCLE, opens=START - timedelta(days=60))),
        records=KeptCycles(place),
        editors=KeptEditors(place),
        templates=KeptTemplates(place),
    )
    add_editor(EDITOR, PASSPHRASE, services=services)
    closing = Closing(at=START, by=EditorName(EDITOR))
    services.records.change(CYCLE, lambda record: replace(record, closings=(closing,)))
    threads = AnswerThreads(looks.one)
    yield signed_in(open_client(over=services, threads=threads))
    threads.close()


def _comment(number: int) -> Comment:
    """Public, decided or merged; some were merged elsewhere before."""
    at = START + timedelta(minutes=number)
    comment = usual_comment(
        number, submitted_at=at, events=(submitted(at),), public=True, cycle=CYCLE, seconds=("a",)
    )
    if number % ORIGINALS == 0:
        merged = _decision(State.DUPLICATE, comment_id(number - 1))
        return replace(comment, state=State.DUPLICATE, decision=merged)
    if number % ORIGINALS == 3 and number % 3:
        return comment
    earlier = _decision(State.DUPLICATE, comment_id(max(1, number - 2)))
    return replace(
        comment,
        state=State.ACCEPTED,
        decision=_decision(State.ACCEPTED),
        earlier_decisions=(earlier,),
    )


def _decision(outcome: State, into: CommentId | None = None) -> Decision:
    return Decision(
        outcome=outcome,
        reason="So it is.",
        reason_language=SOURCE,
        by=EditorName(EDITOR),
        at=START + timedelta(days=1),
        cycle=CYCLE,
        duplicate_of=into,
    )


@contextmanager
def _queries() -> Iterator[list[str]]:
    """Every statement that SQLAlchemy is given meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _asked(client: TestClient, path: str) -> list[str]:
    """For what nobody asked before."""
    with _queries() as asked:
        answer = client.get(path, headers={"Accept": "*/*"})
    assert answer.status_code == 200, (path, answer.text)
    return asked


def test_number_of_queries_does_not_grow_with_the_number_of_comments(
    editor: TestClient, store: SqlStore
) -> None:
    found = []
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        for number in range(first, last + 1):
            store.add(_comment(number))
        found.append({path: _asked(editor, path) for path in (*READ_BY_ANYBODY, *READ_BY_EDITORS)})
    few, many = found

    assert min(map(len, few.values())) > 0
    assert {path: asked for path, asked in many.items() if len(asked) > len(few[path])} == {}
