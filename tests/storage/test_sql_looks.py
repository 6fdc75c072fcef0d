"""What one answer reads: together what belongs together, and never from before a change."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import EditorName
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_looks import Looks
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_store import SqlStore
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.published import PAGE, SECTION, SOURCE


class Replica:
    """A store whose answers look once; `elsewhere` is another replica's."""

    def __init__(self, database: Database) -> None:
        self.looks = Looks()
        self.store = SqlStore(database, lambda _comment, _is_seen: None, self.looks)
        generations = Generations(database, fresh_seconds=0)
        self.reads = SqlReads(database, generations, self.looks)
        self.elsewhere = SqlStore(database, lambda _comment, _is_seen: None)
        self.asked = 0


@pytest.fixture
def replica(database_url: str) -> Iterator[Replica]:
    database = Database(database_url)
    made = Replica(database)

    def count(*_given: object) -> None:
        made.asked += 1

    event.listen(Engine, "before_cursor_execute", count)
    yield made
    event.remove(Engine, "before_cursor_execute", count)
    database.close()


def _merged(number: int, into: int) -> Comment:
    decision = Decision(
        outcome=State.DUPLICATE,
        reason="Said before.",
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
        duplicate_of=comment_id(into),
    )
    return usual_comment(number, state=State.DUPLICATE, decision=decision, public=True)


def _fill(replica: Replica) -> tuple[Comment, ...]:
    """1 to 4; 11 and 12 into 1, 13 into 2, 21 into 11, 31 into what is not there."""
    for number in range(1, 5):
        replica.elsewhere.add(usual_comment(number, public=True))
    for number, into in ((11, 1), (12, 1), (13, 2), (21, 11), (31, 99)):
        replica.elsewhere.add(_merged(number, into))
    return tuple(replica.reads.every(CommentQuery()))


def test_what_was_merged_into_a_list_is_asked_for_once_and_is_what_each_would_tell(
    replica: Replica,
) -> None:
    listed = _fill(replica)
    alone = [replica.elsewhere.duplicates(one.id) for one in listed]

    with replica.looks.one():
        replica.reads.public(SECTION)
        before = replica.asked
        together = [replica.store.duplicates(one.id) for one in listed]

    assert together == alone
    assert replica.asked - before == 1


def test_what_a_list_was_merged_into_is_asked_for_once_with_what_is_gone(replica: Replica) -> None:
    _fill(replica)

    with replica.looks.one():
        replica.reads.select(CommentQuery(states=frozenset({State.DUPLICATE})))
        before = replica.asked
        found = [replica.store.get(comment_id(number)).id for number in (1, 2, 11)]
        for _ in range(2):
            with pytest.raises(UnknownComment):
                replica.store.get(comment_id(99))

    assert found == [comment_id(1), comment_id(2), comment_id(11)]
    assert replica.asked - before == 1


def test_after_a_change_of_its_own_an_answer_reads_anew(replica: Replica) -> None:
    _fill(replica)

    with replica.looks.one():
        replica.reads.public(SECTION)
        replica.store.get(comment_id(1))
        replica.store.duplicates(comment_id(3))
        replica.elsewhere.change(comment_id(1), lambda one: replace(one, body="Elsewhere."))
        remembered = replica.store.get(comment_id(1)).body
        seen_within: list[str] = []

        def step(comment: Comment) -> Comment:
            seen_within.append(replica.store.get(comment_id(1)).body)
            return replace(comment, body="Here.")

        replica.store.change(comment_id(3), step)

        assert remembered == "Comment 1."
        assert seen_within == ["Elsewhere."]
        assert replica.store.get(comment_id(1)).body == "Elsewhere."
        replica.store.add(_merged(14, 3))
        assert [one.id for one in replica.store.duplicates(comment_id(3))] == [comment_id(14)]


def test_what_is_kept_for_a_generation_is_never_older_than_it(replica: Replica) -> None:
    _fill(replica)

    with replica.looks.one():
        replica.store.get(comment_id(1))
        replica.elsewhere.change(comment_id(1), lambda one: replace(one, body="Elsewhere."))
        replica.reads.generation(PAGE)

        assert replica.store.get(comment_id(1)).body == "Elsewhere."


def test_another_answer_remembers_nothing_of_this_one(replica: Replica) -> None:
    _fill(replica)
    bodies = []

    def look() -> None:
        with replica.looks.one():
            bodies.append(replica.store.get(comment_id(1)).body)

    with replica.looks.one():
        replica.store.get(comment_id(1))
        replica.elsewhere.change(comment_id(1), lambda one: replace(one, body="Elsewhere."))
        other = threading.Thread(target=look)
        other.start()
        other.join()
    look()

    assert bodies == ["Elsewhere."] * 2
