"""What editors do with one comment, as JSON."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Closing, CycleRecord
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import InvalidEditor
from feedback_api.domain.event import INTERNAL, EventKind
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.domain.remarks import Objection
from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.services.triage import add_note
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from tests.fakes.clockwork import START, SteppingClock
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_cycles import FixedCycles, MemoryCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, SECTION, SOURCE, UNTRANSLATED
from tests.web.reading import COMMENTS, EDITOR, PASSPHRASE, OpenClient, codes_of

ONE = comment_id(1)
TWO = comment_id(2)
RUI = EditorName("Rui")
FIRST, SECOND = CycleId("2026-2"), CycleId("2027-1")

BODIES: dict[str, dict[str, Any]] = {
    "begin": {},
    "publicity": {"public": True},
    "assign": {"assignee": EDITOR},
    "note": {"body": "Ask the team lead."},
    "gloss": {"text": "Waited a week.", "language": SOURCE},
    "question": {"body": "When was that?", "language": SOURCE},
    "decision": {"outcome": "declined", "reason": "No.", "reason_language": SOURCE},
    "merge": {"duplicate_of": TWO},
    "defer": {},
    "prepare": {"outcome": "accepted", "reason": "Yes.", "reason_language": SOURCE},
    "unprepare": {},
    "undo": {},
}
"""A body for each action that would do it; `version` is added by `_act`."""


def make_decision(**fields: Any) -> Decision:
    usual: dict[str, Any] = {
        "outcome": State.DECLINED,
        "reason": "No.",
        "reason_language": SOURCE,
        "by": RUI,
        "at": START,
    }
    return Decision(**{**usual, **fields})


def make_ready(action: str, **fields: Any) -> Comment:
    """A comment on which the action can be done."""
    if action == "unprepare":
        return usual_comment(1, prepared=make_decision(), **fields)
    if action == "undo":
        return usual_comment(1, state=State.DECLINED, decision=make_decision(), **fields)
    return usual_comment(1, **fields)


def _act(client: TestClient, action: str, version: int = 1, **fields: Any) -> Any:
    body = {**BODIES[action], "version": version, **fields}
    return client.post(f"{COMMENTS}/{ONE}/{action}", json=body)


@pytest.fixture
def services(services: Services) -> Services:
    """Two editors; one cycle that takes comments, and the next."""
    add_editor(RUI, PASSPHRASE, services=services)
    cycles = FixedCycles(
        usual_cycle(FIRST, opens=START - timedelta(days=1)),
        usual_cycle(SECOND, opens=START + timedelta(days=90)),
    )
    return replace(services, cycles=cycles)


@pytest.fixture
def program(client: TestClient) -> TestClient:
    """A program of an editor's."""
    answer = client.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


@pytest.fixture
def stocked(store: MemoryStore) -> MemoryStore:
    """A comment made in the first cycle, and another one."""
    store.add(usual_comment(1, cycle=FIRST))
    store.add(usual_comment(2, cycle=FIRST))
    return store


def test_editor_takes_a_comment_into_review(program: TestClient, stocked: MemoryStore) -> None:
    answer = _act(program, "begin")

    assert (answer.json()["state"], answer.json()["version"]) == ("in-review", 2)
    assert stocked.get(ONE).state is State.IN_REVIEW


@pytest.mark.parametrize("public", [True, False])
def test_publicity_is_what_was_asked(program: TestClient, store: MemoryStore, public: bool) -> None:
    store.add(usual_comment(1, public=not public))

    answer = _act(program, "publicity", public=public)

    assert answer.json()["public"] is public
    assert store.get(ONE).public is public


@pytest.mark.parametrize("assignee", [EDITOR, RUI, None])
def test_comment_is_assigned(program: TestClient, store: MemoryStore, assignee: str | None) -> None:
    store.add(usual_comment(1, assignee=EditorName("somebody who left")))

    answer = _act(program, "assign", assignee=assignee)

    assert answer.json()["assignee"] == assignee
    event = answer.json()["events"][-1]
    assert (event["what"], event["before"], event["after"]) == (
        "assigned",
        "somebody who left",
        assignee,
    )


def test_notes_gather(program: TestClient, stocked: MemoryStore) -> None:
    _act(program, "note", body="First.\r\nTwo lines.")
    answer = _act(program, "note", version=2, body="Second.")

    shown = [(note["by"], note["body"]) for note in answer.json()["notes"]]
    assert shown == [(EDITOR, "First.\nTwo lines."), (EDITOR, "Second.")]


def test_gloss_is_replaced_and_removed(program: TestClient, stocked: MemoryStore) -> None:
    _act(program, "gloss", text="A first line.")
    second = _act(program, "gloss", version=2, text="Another line.", language=OTHER)
    third = _act(program, "gloss", version=3, text=" ")

    gloss = second.json()["gloss"]
    assert (gloss["text"], gloss["language"], gloss["by"]) == ("Another line.", OTHER, EDITOR)
    assert third.json()["gloss"] is None


def test_question_is_asked_in_a_language(program: TestClient, stocked: MemoryStore) -> None:
    answer = _act(program, "question", language=OTHER)

    (asked,) = answer.json()["questions"]
    assert (asked["body"], asked["language"]) == ("When was that?", OTHER)


@pytest.mark.parametrize(
    "named",
    [
        TWO,
        TWO.upper(),
        f" {TWO} ",
        f"http://testserver/review/{TWO}",
        f"https://other.example/review/{TWO}?done=noted#text",
        f"/review/{TWO}",
    ],
)
def test_merging_takes_an_id_or_an_address(
    program: TestClient, stocked: MemoryStore, named: str
) -> None:
    answer = _act(program, "merge", duplicate_of=named)

    assert answer.status_code == 200
    assert answer.json()["decision"]["duplicate_of"] == TWO
    assert stocked.get(ONE).state is State.DUPLICATE


@pytest.mark.parametrize(
    ("other", "action", "sentence"),
    [
        ("pt", "merge", "Outro comentário diz o mesmo. Os dois são respondidos juntos."),
        ("ru", "merge", "О том же говорится в другом комментарии. Ответ на оба общий."),
        ("pt", "defer", "A resposta virá em um ciclo de revisão posterior."),
        ("ru", "defer", "Ответ на это даст один из следующих циклов пересмотра."),
    ],
)
@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_commenter_reads_a_standard_sentence_where_no_reason_is_given(
    open_client: OpenClient,
    store: MemoryStore,
    other: str,
    action: str,
    sentence: str,
    reason: str | None,
) -> None:
    program = open_client(other=other)
    answer = program.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    program.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    store.add(usual_comment(1, language=OTHER))
    store.add(usual_comment(2))

    decided = _act(program, action, reason=reason, reason_language=SOURCE)

    decision = decided.json()["decision"]
    assert (decision["reason"], decision["reason_language"]) == (sentence, OTHER)


@pytest.mark.parametrize("action", ["merge", "defer"])
@pytest.mark.parametrize(("given", "language"), [(SOURCE, SOURCE), (None, OTHER)])
def test_own_reason_takes_the_place_of_the_standard_sentence(
    program: TestClient, store: MemoryStore, action: str, given: str | None, language: str
) -> None:
    store.add(usual_comment(1, language=OTHER))
    store.add(usual_comment(2))

    decided = _act(program, action, reason="It does.", reason_language=given)

    decision = decided.json()["decision"]
    assert (decision["reason"], decision["reason_language"]) == ("It does.", language)


def test_support_follows_a_merge(program: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, seconds=("a", "b")))
    store.add(usual_comment(2, seconds=("c",)))

    _act(program, "merge")

    assert program.get(f"{COMMENTS}/{TWO}").json()["support"] == 4


@pytest.mark.parametrize("given", [{}, {"deferred_to": SECOND}])
def test_deferred_comment_is_answered_by_the_later_cycle_once_that_opens(
    program: TestClient, stocked: MemoryStore, services: Services, given: dict[str, Any]
) -> None:
    answer = _act(program, "defer", 1, **given)
    assert isinstance(services.clock, SteppingClock)
    services.clock.time = START + timedelta(days=91)
    later = reviewed_comment_shown(stocked.get(ONE), services)

    decision = answer.json()["decision"]
    assert (answer.json()["state"], decision["deferred_to"]) == ("deferred", SECOND)
    assert (answer.json()["agenda"], later.agenda) == (FIRST, SECOND)


def test_prepared_decision_changes_nothing_but_what_editors_see(
    program: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, public=True))
    before = program.get(f"/api/v1/sections/{SECTION}")

    answer = _act(program, "prepare", reason="A secret for now.")
    after = program.get(f"/api/v1/sections/{SECTION}")

    shown = answer.json()
    assert (shown["state"], shown["decision"]) == ("received", None)
    assert (shown["prepared"]["outcome"], shown["prepared"]["by"]) == ("accepted", EDITOR)
    assert after.json() == before.json()
    assert "A secret for now." not in after.text


def test_prepared_decision_is_changed_and_dropped(
    program: TestClient, stocked: MemoryStore
) -> None:
    _act(program, "prepare")
    changed = _act(program, "prepare", version=2, outcome="declined")
    dropped = _act(program, "unprepare", version=3)

    assert changed.json()["prepared"]["outcome"] == "declined"
    assert dropped.json()["prepared"] is None


def test_recording_a_decision_uses_up_the_prepared_one(
    program: TestClient, stocked: MemoryStore
) -> None:
    _act(program, "prepare")

    answer = _act(program, "decision", version=2)

    assert (answer.json()["state"], answer.json()["prepared"]) == ("declined", None)


def test_undone_decision_leaves_the_comment_in_review(
    program: TestClient, store: MemoryStore
) -> None:
    store.add(make_ready("undo"))

    answer = _act(program, "undo")

    assert (answer.json()["state"], answer.json()["decision"]) == ("in-review", None)
    assert answer.json()["events"][-1]["what"] == "decision-undone"


@pytest.mark.parametrize(
    ("action", "code"), [("unprepare", "nothing-prepared"), ("undo", "nothing-to-undo")]
)
def test_nothing_is_undone_twice(
    program: TestClient, store: MemoryStore, action: str, code: str
) -> None:
    store.add(make_ready(action))
    _act(program, action)

    answer = _act(program, action, version=2)

    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize("action", ["decision", "merge", "defer", "prepare", "undo"])
def test_decisions_of_a_closed_cycle_stand(
    program: TestClient, store: MemoryStore, services: Services, action: str
) -> None:
    decision = make_decision(cycle=FIRST)
    store.add(usual_comment(1, cycle=FIRST, state=State.DECLINED, decision=decision))
    store.add(usual_comment(2))
    assert isinstance(services.records, MemoryCycles)
    closing = Closing(at=START, by=RUI)
    services.records.records[FIRST] = CycleRecord(id=FIRST, closings=(closing,))

    answer = _act(program, action)

    assert (answer.status_code, answer.json()["code"]) == (409, "cycle-closed")
    assert store.get(ONE).decision == decision


@pytest.mark.parametrize("action", ["decision", "merge", "defer", "prepare"])
@pytest.mark.parametrize(("first", "status"), [(EditorName(EDITOR), 409), (RUI, 200)])
def test_objection_is_decided_by_another_editor(
    program: TestClient, store: MemoryStore, action: str, first: EditorName, status: int
) -> None:
    store.add(
        usual_comment(
            1,
            cycle=FIRST,
            state=State.IN_REVIEW,
            earlier_decisions=(make_decision(by=first, cycle=FIRST),),
            objection=Objection(at=START, body="Wrong."),
        )
    )
    store.add(usual_comment(2))

    answer = _act(program, action)

    assert answer.status_code == status
    assert answer.json().get("code") == (None if status == 200 else "other-editor-needed")


@pytest.mark.parametrize("action", BODIES)
def test_second_editor_is_answered_what_the_first_did(
    program: TestClient, store: MemoryStore, services: Services, action: str
) -> None:
    store.add(make_ready(action))
    store.add(usual_comment(2))
    add_note(ONE, "I was faster.", editor=RUI, expected_version=1, services=services)
    present = store.get(ONE)

    answer = _act(program, action)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    newer = answer.json()["newer"]
    assert (newer["version"], newer["notes"][0]["body"]) == (2, "I was faster.")
    assert store.get(ONE) == present


@pytest.mark.parametrize("action", BODIES)
def test_nobody_acts_without_a_session(client: TestClient, store: MemoryStore, action: str) -> None:
    store.add(make_ready(action))

    answer = _act(client, action)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")
    assert store.get(ONE).version == 1


@pytest.mark.parametrize("action", BODIES)
def test_browser_acts_only_with_the_secret_of_the_page(
    editor_client: TestClient, store: MemoryStore, action: str
) -> None:
    store.add(make_ready(action))
    editor_client.headers["Origin"] = "http://testserver"

    answer = _act(editor_client, action)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-from-our-page")
    assert store.get(ONE).version == 1


@pytest.mark.parametrize("action", BODIES)
@pytest.mark.parametrize("body", [None, {}, {"version": "x"}])
def test_unknown_comment_is_told_before_anything_else(
    program: TestClient, action: str, body: dict[str, str] | None
) -> None:
    sent = {**BODIES[action], "version": 1} if body is None else body

    answer = program.post(f"{COMMENTS}/{ONE}/{action}", json=sent)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-comment")


@pytest.mark.parametrize(
    ("action", "fields", "code", "faults"),
    [
        ("begin", {"version": 0}, "invalid-request", [("version", "out-of-range")]),
        ("undo", {"version": None}, "invalid-request", [("version", "wrong-type")]),
        ("unprepare", {"more": 1}, "invalid-request", [("more", "unknown-field")]),
        ("publicity", {"public": 1}, "invalid-request", [("public", "wrong-type")]),
        ("assign", {"assignee": "Nobody here"}, "invalid-remark", [("assignee", "unknown-editor")]),
        ("assign", {"assignee": 1}, "invalid-remark", [("assignee", "wrong-type")]),
        ("note", {"body": " "}, "invalid-remark", [("body", "required")]),
        ("note", {"body": "a" * 4_001}, "invalid-remark", [("body", "too-long")]),
        ("note", {"body": "a\x00"}, "invalid-remark", [("body", "forbidden-character")]),
        ("note", {"body": None}, "invalid-remark", [("body", "wrong-type")]),
        ("gloss", {"text": "two\nlines"}, "invalid-remark", [("text", "single-line")]),
        ("gloss", {"text": "a" * 301}, "invalid-remark", [("text", "too-long")]),
        ("gloss", {"text": "\x1b[0m"}, "invalid-remark", [("text", "forbidden-character")]),
        ("gloss", {"language": "xx"}, "invalid-remark", [("language", "unknown-value")]),
        ("question", {"body": "\u200b"}, "invalid-remark", [("body", "not-visible")]),
        ("question", {"body": "a" * 2_001}, "invalid-remark", [("body", "too-long")]),
        ("question", {"language": ""}, "invalid-remark", [("language", "unknown-value")]),
        (
            "question",
            {"body": "", "language": "xx", "version": True, "more": 1},
            "invalid-remark",
            [
                ("body", "required"),
                ("language", "unknown-value"),
                ("more", "unknown-field"),
                ("version", "wrong-type"),
            ],
        ),
        (
            "merge",
            {"duplicate_of": ONE},
            "invalid-decision",
            [("duplicate_of", "duplicate-of-itself")],
        ),
        ("merge", {"duplicate_of": "x"}, "invalid-decision", [("duplicate_of", "unknown-comment")]),
        ("merge", {"duplicate_of": ""}, "invalid-decision", [("duplicate_of", "required")]),
        ("merge", {"reason": "a" * 4_001}, "invalid-decision", [("reason", "too-long")]),
        (
            "merge",
            {"reason": "a\x00", "reason_language": "xx", "duplicate_of": 1},
            "invalid-decision",
            [
                ("duplicate_of", "wrong-type"),
                ("reason", "forbidden-character"),
                ("reason_language", "unknown-value"),
            ],
        ),
        ("defer", {"deferred_to": "x"}, "invalid-decision", [("deferred_to", "unknown-cycle")]),
        ("defer", {"deferred_to": FIRST}, "invalid-decision", [("deferred_to", "cycle-not-later")]),
        (
            "defer",
            {"reason": "No.", "reason_language": "xx"},
            "invalid-decision",
            [("reason_language", "unknown-value")],
        ),
        ("prepare", {"reason": " "}, "invalid-decision", [("reason", "required")]),
        ("prepare", {"outcome": "published"}, "invalid-decision", [("outcome", "not-a-decision")]),
        (
            "prepare",
            {"outcome": "maybe", "reason": " ", "reason_language": "xx", "version": 1.5},
            "invalid-decision",
            [
                ("outcome", "unknown-value"),
                ("reason", "required"),
                ("reason_language", "unknown-value"),
                ("version", "wrong-type"),
            ],
        ),
        (
            "prepare",
            {"duplicate_of": TWO, "deferred_to": SECOND},
            "invalid-decision",
            [
                ("deferred_to", "not-with-this-outcome"),
                ("duplicate_of", "not-with-this-outcome"),
            ],
        ),
    ],
)
def test_every_fault_of_a_body_is_told_at_once(
    program: TestClient,
    stocked: MemoryStore,
    action: str,
    fields: dict[str, Any],
    code: str,
    faults: list[tuple[str, str]],
) -> None:
    answer = _act(program, action, **{"version": 1, **fields})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert sorted(codes_of(answer)) == faults
    assert stocked.get(ONE).version == 1


def test_deferring_to_a_cycle_that_does_not_cover_the_section_is_refused(
    program: TestClient, stocked: MemoryStore, services: Services
) -> None:
    assert isinstance(services.cycles, FixedCycles)
    first, second = services.cycles.cycles
    services.cycles.cycles = (first, replace(second, scope=(UNTRANSLATED,)))

    answer = _act(program, "defer", deferred_to=SECOND)

    assert codes_of(answer) == [("deferred_to", "out-of-scope")]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.PUBLISHED])
@pytest.mark.parametrize(
    "action", ["begin", "assign", "question", "decision", "merge", "defer", "prepare"]
)
def test_closed_comment_takes_no_more_of_this(
    program: TestClient, store: MemoryStore, action: str, state: State
) -> None:
    store.add(usual_comment(1, state=state))
    store.add(usual_comment(2))

    answer = _act(program, action)

    assert (answer.status_code, answer.json()["code"]) == (409, "not-allowed-now")
    assert store.get(ONE).version == 1


@pytest.mark.parametrize("action", ["note", "gloss"])
def test_editors_still_remark_on_a_withdrawn_comment(
    program: TestClient, store: MemoryStore, action: str
) -> None:
    store.add(usual_comment(1, state=State.WITHDRAWN))

    assert _act(program, action).status_code == 200


def test_each_internal_event_is_shown_to_editors(program: TestClient, stocked: MemoryStore) -> None:
    done = ("assign", "note", "gloss", "prepare", "unprepare")

    for version, action in enumerate(done, start=1):
        answer = _act(program, action, version=version)

    shown = [event["what"] for event in answer.json()["events"]]
    assert set(shown[1:]) == {kind.value for kind in INTERNAL - {EventKind.PROPOSED}}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("assignee=@me", [1]),
        ("assignee=@nobody", [3, 4]),
        ("assignee=Rui", [2]),
        ("assignee=Ana&prepared=false", []),
        ("prepared=true", [1]),
        ("prepared=false", [2, 3, 4]),
        (f"cycle={FIRST}", [1, 2, 3]),
        (f"agenda={FIRST}", [1, 2]),
        (f"agenda={SECOND}", [3]),
        ("agenda=waiting", [4]),
        (f"agenda={FIRST}&limit=1&offset=1", [2]),
        (f"agenda={FIRST}&assignee=Rui", [2]),
        (f"agenda={FIRST}&order=newest", [2, 1]),
    ],
)
def test_list_is_filtered_by_who_has_it_and_by_the_cycle_that_answers(
    program: TestClient, store: MemoryStore, query: str, found: list[int]
) -> None:
    store.add(usual_comment(1, cycle=FIRST, assignee=EditorName(EDITOR), prepared=make_decision()))
    store.add(usual_comment(2, cycle=FIRST, assignee=RUI))
    store.add(usual_comment(3, cycle=FIRST, agenda=SECOND))
    store.add(usual_comment(4, submitted_at=START + timedelta(days=60)))

    answer = program.get(f"{COMMENTS}?{query}")

    assert [one["id"] for one in answer.json()["comments"]] == [*map(comment_id, found)]


def test_list_names_the_next_part_of_an_agenda(program: TestClient, store: MemoryStore) -> None:
    for number in (1, 2, 3):
        store.add(usual_comment(number, cycle=FIRST))

    first = program.get(f"{COMMENTS}?agenda={FIRST}&limit=2").json()
    last = program.get(first["next"]).json()

    assert (first["total"], len(first["comments"])) == (3, 2)
    assert ([one["id"] for one in last["comments"]], last["next"]) == ([comment_id(3)], None)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("assignee=Nobody+here", ("assignee", "unknown-editor")),
        ("agenda=1999-1", ("agenda", "unknown-cycle")),
        ("cycle=1999-1", ("cycle", "unknown-cycle")),
        ("prepared=perhaps", ("prepared", "unknown-value")),
    ],
)
def test_filters_that_cannot_be_are_refused(
    program: TestClient, query: str, fault: tuple[str, str]
) -> None:
    answer = program.get(f"{COMMENTS}?{query}")

    assert answer.status_code == 422
    assert codes_of(answer) == [fault]


@pytest.mark.parametrize("name", ["@me", "@nobody", "@anybody"])
def test_no_editor_is_called_as_a_filter_is(services: Services, name: str) -> None:
    with pytest.raises(InvalidEditor) as caught:
        add_editor(name, PASSPHRASE, services=services)

    assert [fault.code for fault in caught.value.faults] == ["reserved"]
