"""What replicas over one database share: small records, wordings, generations, leases, news."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from feedback_api.domain.cycle import AnswerTemplate, Closing, CycleRecord
from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import (
    EditorExists,
    NotAllowedNow,
    UnknownEditor,
    UnknownTemplate,
)
from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import CommentId, CycleId, EditorName, Fingerprint, SectionId
from feedback_api.domain.section import Wording
from feedback_api.services.webhook_attempts import Attempt, Line, Result, Trouble, WebhookRecord
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_deliveries import KeptDeliveries, KeptRepeats
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_documents import SqlDocumentsPlace
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_leases import Lease
from feedback_api.storage.sql_news import News
from feedback_api.storage.sql_store import SqlStore
from feedback_api.storage.sql_wordings import SqlWordings
from feedback_api.storage.wording_document import name_of
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.published import OTHER, PAGE, SECTION, SOURCE

CYCLE = CycleId("2027-1")
CLOSING = Closing(at=START, by=EditorName("Зоя"))
THANKS = AnswerTemplate(id="1", name="Thanks", texts={SOURCE: "Thank you.", OTHER: "Спасибо."})
HEARS_SECONDS = 20.0
ATTEMPT = Attempt(
    event="event-1",
    kind=EventKind.DECIDED,
    happened_at=START,
    comment=comment_id(1),
    number=1,
    channel="webhook-a",
    host="tickets.example.org",
    at=START,
    attempt=1,
    result=Result.FAILED,
    trouble=Trouble.TOO_SLOW,
    next_at=START,
)


@pytest.fixture
def databases(database_url: str) -> Iterator[list[Database]]:
    """Of two replicas."""
    made = [Database(database_url) for _ in range(2)]
    yield made
    for one in made:
        one.close()


@pytest.fixture
def places(databases: list[Database]) -> list[SqlDocumentsPlace]:
    return [SqlDocumentsPlace(one) for one in databases]


def make_editor(name: str) -> Editor:
    return Editor(
        name=EditorName(name), passphrase_hash=f"hash of {name}", added_at=START, session_epoch=1
    )


def test_record_of_a_cycle_is_seen_by_the_other_replica(places: list[SqlDocumentsPlace]) -> None:
    here, there = map(KeptCycles, places)
    assert there.get(CYCLE) == CycleRecord(id=CYCLE)

    closed = here.change(CYCLE, lambda record: replace(record, closings=(CLOSING,)))

    assert closed.version == 1
    assert there.get(CYCLE) == closed
    assert there.change(CYCLE, lambda record: record) == closed


def test_what_a_step_raises_changes_no_record(places: list[SqlDocumentsPlace]) -> None:
    cycles = KeptCycles(places[0])

    def refuse(_record: CycleRecord) -> CycleRecord:
        raise NotAllowedNow(action="close", state="open")

    with pytest.raises(NotAllowedNow):
        cycles.change(CYCLE, refuse)

    assert cycles.get(CYCLE).version == 0


def test_records_changed_by_many_replicas_at_once_are_all_there(
    places: list[SqlDocumentsPlace],
) -> None:
    made = [make_editor(f"editor {number:02}") for number in range(20)]

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: KeptEditors(places[n % 2]).add(made[n]), range(len(made))))

    assert KeptEditors(places[0]).all() == tuple(made)


def test_accounts_are_one_for_all_replicas(places: list[SqlDocumentsPlace]) -> None:
    here, there = map(KeptEditors, places)
    here.add(make_editor("Зоя"))

    with pytest.raises(EditorExists):
        there.add(make_editor("ЗОЯ"))
    there.change(EditorName("Зоя"), lambda one: replace(one, session_epoch=2))
    assert here.get(EditorName("Зоя")).session_epoch == 2
    there.remove(EditorName("Зоя"))
    with pytest.raises(UnknownEditor):
        here.get(EditorName("Зоя"))


def test_templates_are_changed_and_removed_for_all(places: list[SqlDocumentsPlace]) -> None:
    here, there = map(KeptTemplates, places)
    here.put(THANKS)
    renamed = replace(THANKS, name="A word of thanks")
    there.put(renamed)

    assert here.all() == (renamed,)
    here.remove("1")
    with pytest.raises(UnknownTemplate):
        there.remove("1")


def test_record_of_webhooks_is_read_by_the_next_who_tells(places: list[SqlDocumentsPlace]) -> None:
    record = WebhookRecord(lines=(Line(channel="webhook-a", since=START),), attempts=(ATTEMPT,))
    assert KeptDeliveries(places[1]).read() == WebhookRecord()

    KeptDeliveries(places[0]).keep(record)

    assert KeptDeliveries(places[1]).read() == record


def test_attempt_to_be_repeated_is_taken_once(places: list[SqlDocumentsPlace]) -> None:
    KeptRepeats(places[0]).add(ATTEMPT)

    assert KeptRepeats(places[1]).take() == (ATTEMPT,)
    assert KeptRepeats(places[0]).take() == ()


def test_wording_kept_by_one_replica_is_known_to_another(databases: list[Database]) -> None:
    here, there = map(SqlWordings, databases)
    wording = _wording("0123456789abcdef")
    assert there.get(name_of(wording)) is None
    assert not there.knows(SECTION)

    for one in (here, there, here):
        one.keep([wording, _wording("f" * 16)])

    assert there.get(name_of(wording)) == wording
    assert SqlWordings(databases[1]).knows(SECTION)


def test_names_that_no_database_can_hold_are_unknown(databases: list[Database]) -> None:
    kept = SqlWordings(databases[0])

    assert kept.get((SectionId("a\0"), SOURCE, Fingerprint("b"))) is None
    assert kept.get((SECTION, SOURCE, Fingerprint("\0"))) is None
    assert not kept.knows(SectionId("\0"))


def _wording(fingerprint: str) -> Wording:
    fields: dict[str, Any] = {"fingerprint": fingerprint, "text_language": SOURCE}
    return Wording(
        section=SECTION,
        page=PAGE,
        language=SOURCE,
        title="Acknowledging",
        text="Within a day. Ё",
        markdown="Within a day. Ё",
        **fields,
    )


def test_generation_is_asked_for_again_after_a_change_here_or_a_word_from_elsewhere(
    databases: list[Database],
) -> None:
    here, there = (Generations(one, fresh_seconds=3_600) for one in databases)
    store = SqlStore(databases[0], lambda _comment, is_seen: here.forget() if is_seen else None)
    before = (here.get(PAGE), there.get(PAGE))

    store.add(usual_comment(1, public=True))

    assert here.get(PAGE) != before[0]
    assert there.get(PAGE) == before[1]
    there.forget()
    assert there.get(PAGE) == here.get(PAGE)


def test_generation_of_another_replica_s_change_is_late_by_no_more_than_its_freshness(
    databases: list[Database],
) -> None:
    there = Generations(databases[1], fresh_seconds=0.05)
    before = there.get(PAGE)

    SqlStore(databases[0], lambda _comment, _is_seen: None).add(usual_comment(1, public=True))

    ended = threading.Event()
    threading.Timer(HEARS_SECONDS, ended.set).start()
    while there.get(PAGE) == before:
        assert not ended.wait(0.01)
    ended.set()


def test_lease_is_held_by_one_and_taken_over_when_it_is_over(databases: list[Database]) -> None:
    here, there = (Lease(one, "work", seconds=1) for one in databases)

    assert here.take()
    assert not there.take()
    assert here.take()
    waited = threading.Event()
    while not there.take():
        waited.wait(0.05)
    assert not here.take()
    there.release()
    assert here.take()


def test_change_at_one_replica_is_heard_at_the_other(databases: list[Database]) -> None:
    heard, told = threading.Event(), threading.Event()
    changed: list[CommentId] = []
    here, there = News(databases[0], lambda: None), News(databases[1], heard.set)

    def listen(comment: CommentId) -> None:
        changed.append(comment)
        told.set()

    there.changes.listen(listen)
    store = SqlStore(databases[0], lambda comment, _is_seen: here.told(comment))
    for one in (here, there):
        one.start()
    try:
        assert heard.wait(HEARS_SECONDS)
        heard.clear()

        store.add(usual_comment(1))

        assert heard.wait(HEARS_SECONDS)
        assert told.wait(HEARS_SECONDS)
    finally:
        for one in (here, there):
            one.close()
    assert set(changed) == {comment_id(1)}
