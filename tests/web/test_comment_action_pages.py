"""Everything an editor does on the page of one comment, as a browser without JavaScript does it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import AnswerTemplate, Closing, CycleRecord
from feedback_api.domain.decision import Decision, DecisionDraft, State
from feedback_api.domain.event import BY_COMMENTER, Event, EventKind
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.domain.remarks import Addition, Gloss, Objection, Question
from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.services.prepare import prepare
from feedback_api.services.review import decide
from feedback_api.services.triage import add_note, ask, assign, set_gloss
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_cycles import FixedCycles, MemoryCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import OTHER, SECTION, SOURCE, UNTRANSLATED
from tests.web.reading import (
    EDITOR,
    PASSPHRASE,
    OpenClient,
    form_values,
    page_of,
    signed_in,
    text_of,
)

ONE = comment_id(1)
TWO = comment_id(2)
PAGE = f"/review/{ONE}"
RUI = EditorName("Rui")
ANA = EditorName(EDITOR)
FIRST, SECOND = CycleId("2026-2"), CycleId("2027-1")
HTML = {"Accept": "text/html"}
TEMPLATE = AnswerTemplate(id="t1", name="Thanks", texts={SOURCE: "Thank you for this."})

BUTTONS = (
    "begin",
    "publicity",
    "assign",
    "take",
    "note",
    "gloss",
    "question",
    "decision",
    "prepare",
    "unprepare",
    "announce",
    "merge",
    "defer",
    "undo",
    "template",
)
TYPED: Mapping[str, Mapping[str, str]] = {
    "note": {"body": "My own note.\nTwo lines."},
    "gloss": {"text": "My own line.", "language": OTHER},
    "question": {"body": "My own question?", "language": OTHER},
    "decision": {"outcome": "declined", "reason": "My own reason.", "reason_language": OTHER},
    "prepare": {"outcome": "deferred", "reason": "My own reason.", "deferred_to": SECOND},
    "merge": {"duplicate_of": TWO, "reason": "My own reason."},
    "defer": {"deferred_to": SECOND, "reason": "My own reason."},
    "assign": {"assignee": EDITOR},
}
"""What an editor types or chooses in each form."""


@pytest.fixture
def services(services: Services) -> Services:
    """Two editors; one cycle that takes comments, and the next; an answer template."""
    add_editor(RUI, PASSPHRASE, services=services)
    services.templates.put(TEMPLATE)
    cycles = FixedCycles(
        usual_cycle(FIRST, opens=START - timedelta(days=1)),
        usual_cycle(SECOND, opens=START + timedelta(days=90)),
    )
    return replace(services, cycles=cycles)


@pytest.fixture
def stocked(store: MemoryStore) -> MemoryStore:
    """A comment made in the first cycle, and another one on the same section."""
    store.add(usual_comment(1, cycle=FIRST))
    store.add(usual_comment(2, cycle=FIRST, body="The other one."))
    return store


def make_decision(**fields: Any) -> Decision:
    usual: dict[str, Any] = {
        "outcome": State.ACCEPTED,
        "reason": "You are right.",
        "reason_language": SOURCE,
        "by": RUI,
        "at": START,
    }
    return Decision(**{**usual, **fields})


def _values(client: TestClient, form: str) -> dict[str, str]:
    """What the form holds before anything is typed; some buttons share the form of a decision."""
    shared = {"prepare": "decision", "template": "decision"}
    return form_values(client.get(PAGE), f"/{shared.get(form, form)}")


def _press(client: TestClient, button: str, **typed: str) -> Response:
    values = {**_values(client, button), **TYPED.get(button, {}), **typed}
    return client.post(f"{PAGE}/{button}", data=values, headers=HTML)


def _invalid(answer: Response) -> list[str]:
    """The ids of the fields that are marked as faulty."""
    return [str(field.get("id")) for field in page_of(answer).xpath("//*[@aria-invalid='true']")]


WRONG = {"note": {"body": " "}, "gloss": {"text": "two\nlines"}, "question": {"body": " "}}
"""What no form takes."""

Check = Callable[[Comment], bool]
DONE: Mapping[str, tuple[Comment, Check, str]] = {
    "begin": (
        usual_comment(1),
        lambda one: one.state is State.IN_REVIEW,
        "It is in review now.",
    ),
    "publicity": (
        usual_comment(1),
        lambda one: one.public,
        "Readers can see it now.",
    ),
    "take": (
        usual_comment(1, assignee=RUI),
        lambda one: one.assignee == EDITOR,
        "It is recorded who works on it.",
    ),
    "assign": (
        usual_comment(1),
        lambda one: one.assignee == EDITOR,
        "It is recorded who works on it.",
    ),
    "note": (
        usual_comment(1),
        lambda one: one.notes[0].body == "My own note.\nTwo lines.",
        "Your note is there for the other editors.",
    ),
    "gloss": (
        usual_comment(1),
        lambda one: one.gloss is not None and one.gloss.text == "My own line.",
        "The summary line is saved.",
    ),
    "question": (
        usual_comment(1),
        lambda one: one.questions[0].language == OTHER,
        "Your question is there; the commenter reads it by the receipt.",
    ),
    "decision": (
        usual_comment(1),
        lambda one: one.state is State.DECLINED,
        "Your decision is recorded; the commenter can read it.",
    ),
    "prepare": (
        usual_comment(1),
        lambda one: one.prepared is not None and one.prepared.deferred_to == SECOND,
        "The decision is prepared. Nobody but the editors sees it.",
    ),
    "unprepare": (
        usual_comment(1, prepared=make_decision()),
        lambda one: one.prepared is None,
        "The prepared decision is dropped.",
    ),
    "announce": (
        usual_comment(1, prepared=make_decision()),
        lambda one: one.state is State.ACCEPTED and one.prepared is None,
        "Your decision is recorded; the commenter can read it.",
    ),
    "merge": (
        usual_comment(1),
        lambda one: one.decision is not None and one.decision.duplicate_of == TWO,
        "Your decision is recorded; the commenter can read it.",
    ),
    "defer": (
        usual_comment(1),
        lambda one: one.decision is not None and one.decision.deferred_to == SECOND,
        "Your decision is recorded; the commenter can read it.",
    ),
    "undo": (
        usual_comment(1, state=State.ACCEPTED, decision=make_decision()),
        lambda one: one.state is State.IN_REVIEW,
        "The decision is taken back; the comment is in review again.",
    ),
}
"""For each button: a comment to press it on, what is true afterwards, what the editor is told."""


@pytest.mark.parametrize("button", DONE)
def test_button_does_what_it_says_and_tells_it(
    editor_client: TestClient, store: MemoryStore, button: str
) -> None:
    comment, is_done, told = DONE[button]
    store.add(comment)
    store.add(usual_comment(2))

    answer = _press(editor_client, button)
    shown = editor_client.get(answer.headers["location"])

    assert answer.status_code == 303
    assert is_done(store.get(ONE))
    assert page_of(shown).xpath("string(//*[@role='status'])") == told


def test_nobody_is_chosen_to_take_it_from_somebody(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, assignee=RUI))

    _press(editor_client, "assign", assignee="")

    assert store.get(ONE).assignee is None


def test_empty_line_removes_the_summary(editor_client: TestClient, store: MemoryStore) -> None:
    gloss = Gloss(at=START, by=RUI, language=SOURCE, text="Waited a week.")
    store.add(usual_comment(1, gloss=gloss))

    answer = _press(editor_client, "gloss", text="")

    assert answer.status_code == 303
    assert store.get(ONE).gloss is None


def test_comment_to_merge_into_is_picked_from_those_on_the_section(
    editor_client: TestClient, stocked: MemoryStore
) -> None:
    stocked.add(usual_comment(3, state=State.WITHDRAWN))
    stocked.add(usual_comment(4, section=UNTRANSLATED))
    page = page_of(editor_client.get(PAGE))

    answer = _press(editor_client, "merge", duplicate_of="", picked=TWO)

    assert page.xpath("//input[@name='picked']/@value") == [TWO]
    assert answer.status_code == 303
    merged = stocked.get(ONE).decision
    assert merged is not None
    assert merged.duplicate_of == TWO


def test_typed_comment_counts_more_than_the_picked_one(
    editor_client: TestClient, stocked: MemoryStore
) -> None:
    stocked.add(usual_comment(3))

    address = f"http://testserver/review/{comment_id(3)}?done=noted"
    _press(editor_client, "merge", duplicate_of=address, picked=TWO)

    merged = stocked.get(ONE).decision
    assert merged is not None
    assert merged.duplicate_of == comment_id(3)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Thank you for this."),
        ("Dear Ivan,", "Dear Ivan,\n\nThank you for this."),
        ("Dear Ivan,\n\n", "Dear Ivan,\n\nThank you for this."),
    ],
)
def test_template_is_put_after_what_was_typed(
    editor_client: TestClient, stocked: MemoryStore, typed: str, reason: str
) -> None:
    others = {"outcome": "duplicate", "duplicate_of": TWO, "deferred_to": SECOND}

    answer = _press(editor_client, "template", template="t1", reason=typed, **others)
    values = form_values(answer, "/decision")

    assert answer.status_code == 200
    assert {name: values[name] for name in (*others, "reason")} == {**others, "reason": reason}
    assert values["template"] == ""
    assert stocked.get(ONE).version == 1


def test_decision_made_from_a_template_is_recorded(
    editor_client: TestClient, stocked: MemoryStore
) -> None:
    filled = _press(editor_client, "template", template="t1", outcome="answered")

    answer = editor_client.post(f"{PAGE}/decision", data=form_values(filled, "/decision"))

    assert answer.status_code == 303
    decision = stocked.get(ONE).decision
    assert decision is not None
    assert (decision.outcome, decision.reason) == (State.ANSWERED, "Thank you for this.")


@pytest.mark.parametrize("chosen", ["", "t9", "\x00"])
def test_unknown_template_leaves_what_was_typed(
    editor_client: TestClient, stocked: MemoryStore, chosen: str
) -> None:
    answer = _press(editor_client, "template", template=chosen, reason="My own reason.")

    assert answer.status_code == 422
    assert _invalid(answer) == ["decide-template"]
    assert form_values(answer, "/decision")["reason"] == "My own reason."


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (
            "pt",
            "O modelo “Thanks” não tem texto no idioma escolhido para o motivo. Ele existe em: Aa.",
        ),
        (
            "ru",
            "В шаблоне «Thanks» нет текста на языке, выбранном для обоснования. "
            "Он есть на языках: Aa.",
        ),
    ],
)
def test_template_without_the_language_of_the_reason_says_which_it_has(
    open_client: OpenClient, stocked: MemoryStore, other: str, told: str
) -> None:
    client = signed_in(open_client(other=other))
    client.get("/review?interface=bb")
    given = {"template": "t1", "reason": "My own reason.", "reason_language": OTHER}

    answer = _press(client, "template", **given)

    assert answer.status_code == 200
    assert told in text_of(answer)
    assert form_values(answer, "/decision")["reason"] == "My own reason."


def test_prepared_decision_fills_the_form(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, prepared=make_decision(reason="Not yet told.")))

    answer = editor_client.get(PAGE)

    values = form_values(answer, "/decision")
    assert (values["outcome"], values["reason"]) == ("accepted", "Not yet told.")
    assert "A decision is prepared." in text_of(answer)


@pytest.mark.parametrize(
    ("other", "form", "label"),
    [
        ("pt", "note", "Nota"),
        ("ru", "gloss", "Коротко"),
        ("pt", "question", "Pergunta ao autor do comentário"),
        ("ru", "template", "Шаблон ответа"),
    ],
)
def test_faults_name_the_field_in_the_editors_language(
    open_client: OpenClient, stocked: MemoryStore, other: str, form: str, label: str
) -> None:
    client = signed_in(open_client(other=other))
    client.get("/review?interface=bb")

    answer = _press(client, form, **WRONG.get(form, {}))

    assert page_of(answer).xpath("//*[@role='alert']//a/text()") == [label]


def _assign_first(services: Services) -> None:
    assign(ONE, RUI, editor=RUI, expected_version=1, services=services)


def _note_first(services: Services) -> None:
    add_note(ONE, "I was faster.", editor=RUI, expected_version=1, services=services)


def _gloss_first(services: Services) -> None:
    set_gloss(ONE, "I was faster.", SOURCE, editor=RUI, expected_version=1, services=services)


def _ask_first(services: Services) -> None:
    ask(ONE, "I was faster.", SOURCE, editor=RUI, expected_version=1, services=services)


def _prepare_first(services: Services) -> None:
    draft = DecisionDraft(outcome=State.ACCEPTED, reason="I was faster.", reason_language=SOURCE)
    prepare(ONE, draft, editor=RUI, expected_version=1, services=services)


def _decide_first(services: Services) -> None:
    draft = DecisionDraft(outcome=State.ACCEPTED, reason="I was faster.", reason_language=SOURCE)
    decide(ONE, draft, editor=RUI, expected_version=1, services=services)


FIRSTS: Mapping[Callable[[Services], None], tuple[str, str]] = {
    _assign_first: ("Assigned to", "Rui"),
    _note_first: ("Note (Rui)", "I was faster."),
    _gloss_first: ("In short", "I was faster."),
    _ask_first: ("Question to the commenter (Rui)", "I was faster."),
    _prepare_first: ("Prepared decision (Rui)", "I was faster."),
    _decide_first: ("Decision (Rui)", "I was faster."),
}
"""What another editor does first, and how the second one sees it."""


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("form", TYPED)
def test_second_editor_sees_what_the_first_did_and_loses_nothing_typed(
    editor_client: TestClient,
    stocked: MemoryStore,
    services: Services,
    form: str,
    first: Callable[[Services], None],
) -> None:
    label, present = FIRSTS[first]
    typed = {**_values(editor_client, form), **TYPED[form]}
    first(services)
    stored = stocked.get(ONE)

    conflict = editor_client.post(f"{PAGE}/{form}", data=typed, headers=HTML)

    assert conflict.status_code == 409
    assert stocked.get(ONE) == stored
    shown = page_of(conflict)
    facts = shown.xpath("//section[h2='As it is now']/dl")[0]
    assert facts.xpath("string(dt)").strip() == label
    assert " ".join(facts.xpath("string(dd)").split()).endswith(present)
    kept = form_values(conflict, "/decision" if form == "prepare" else f"/{form}")
    assert {name: kept[name] for name in TYPED[form]} == TYPED[form]
    assert kept["version"] == "2"
    again = editor_client.post(f"{PAGE}/{form}", data=kept, headers=HTML)
    assert again.status_code == 303
    assert stocked.get(ONE).version == 3


@pytest.mark.parametrize(
    ("other", "now", "yours", "what"),
    [
        ("pt", "Como está agora", "O que você escreveu", "Nota escrita (Rui)"),
        ("ru", "Как есть сейчас", "Что вы написали", "Добавлена заметка (Rui)"),
    ],
)
def test_conflict_is_told_in_the_editors_language(
    open_client: OpenClient,
    stocked: MemoryStore,
    services: Services,
    other: str,
    now: str,
    yours: str,
    what: str,
) -> None:
    client = signed_in(open_client(other=other))
    client.get("/review?interface=bb")
    typed = {**_values(client, "question"), **TYPED["question"]}
    _note_first(services)

    conflict = client.post(f"{PAGE}/question", data=typed, headers=HTML)

    assert page_of(conflict).xpath("//section/h2/text()")[:2] == [now, yours]
    assert what in text_of(conflict)


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("decision", {"reason": " "}),
        ("merge", {"duplicate_of": "the other one"}),
        ("note", {"body": " "}),
        ("template", {"template": "t9"}),
        ("template", {"template": "t1"}),
    ],
)
def test_second_editor_is_told_of_the_first_whatever_else_comes_back(
    editor_client: TestClient,
    stocked: MemoryStore,
    services: Services,
    form: str,
    typed: dict[str, str],
) -> None:
    values = {**_values(editor_client, form), **TYPED.get(form, {}), **typed}
    _decide_first(services)

    answer = editor_client.post(f"{PAGE}/{form}", data=values, headers=HTML)

    assert answer.status_code == (200 if typed == {"template": "t1"} else 422)
    assert "I was faster." in page_of(answer).xpath("string(//section[h2='As it is now'])")


@pytest.mark.parametrize("form", [*TYPED, "template"])
def test_withdrawal_meanwhile_loses_nothing_typed(
    editor_client: TestClient, stocked: MemoryStore, form: str
) -> None:
    own = TYPED.get(form) or {**TYPED["decision"], "template": "t1"}
    typed = {**_values(editor_client, form), **own}
    withdrawn = Event(what=EventKind.WITHDRAWN, at=START, by=BY_COMMENTER, after=State.WITHDRAWN)
    stocked.change(
        ONE, lambda one: replace(one, state=State.WITHDRAWN, events=(*one.events, withdrawn))
    )

    conflict = editor_client.post(f"{PAGE}/{form}", data=typed, headers=HTML)

    assert conflict.status_code == (200 if form == "template" else 409)
    told = text_of(conflict)
    assert "Comment withdrawn (the commenter)" in told
    chosen = {"outcome", "reason_language", "language", "template"}
    for name in set(own) - chosen:
        assert " ".join(own[name].split()) in told


@pytest.mark.parametrize(
    ("form", "typed", "field"),
    [
        ("assign", {"assignee": "Nobody here"}, "assign-assignee"),
        ("note", {"body": " "}, "note-body"),
        ("note", {"body": "a" * 4_001}, "note-body"),
        ("note", {"body": "a\x00b"}, "note-body"),
        ("gloss", {"text": "two\nlines"}, "gloss-text"),
        ("gloss", {"text": "a" * 301}, "gloss-text"),
        ("gloss", {"text": "a\x07b"}, "gloss-text"),
        ("gloss", {"language": "xx"}, "gloss-language"),
        ("question", {"body": ""}, "question-body"),
        ("question", {"body": "a" * 2_001}, "question-body"),
        ("question", {"body": "a\x1bb"}, "question-body"),
        ("question", {"language": ""}, "question-language"),
        ("merge", {"duplicate_of": ""}, "merge-duplicate_of"),
        ("merge", {"duplicate_of": ONE}, "merge-duplicate_of"),
        ("merge", {"duplicate_of": "the other one"}, "merge-duplicate_of"),
        ("merge", {"reason": "a" * 4_001}, "merge-reason"),
        ("merge", {"reason_language": "xx"}, "merge-reason_language"),
        ("defer", {"deferred_to": "1999-1"}, "defer-deferred_to"),
        ("defer", {"deferred_to": FIRST}, "defer-deferred_to"),
        ("defer", {"reason": "a\x00b"}, "defer-reason"),
        ("prepare", {"reason": ""}, "decide-reason"),
        ("prepare", {"outcome": "", "deferred_to": ""}, "decide-outcome"),
        ("prepare", {"outcome": "accepted"}, "decide-deferred_to"),
        ("note", {"body": "", "version": "9" * 5_000}, "note-body"),
        ("note", {"body": "", "version": "²"}, "note-body"),
        ("decision", {"outcome": "duplicate"}, "decide-duplicate_of"),
        ("decision", {"reason_language": "xx"}, "decide-reason_language"),
    ],
)
def test_fault_stands_beside_its_field_and_nothing_typed_is_lost(
    editor_client: TestClient,
    stocked: MemoryStore,
    form: str,
    typed: dict[str, str],
    field: str,
) -> None:
    answer = _press(editor_client, form, **typed)

    assert answer.status_code == 422
    assert _invalid(answer) == [field]
    shown = page_of(answer)
    assert shown.xpath(f"//*[@role='alert']//a[@href='#{field}']")
    assert not shown.xpath(f"//details[not(@open)]//*[@id='{field}']")
    assert stocked.get(ONE).version == 1
    given = {**TYPED[form], **typed}
    chosen = {"assignee", "language", "reason_language", "deferred_to", "outcome", "version"}
    kept = form_values(answer, "/decision" if form == "prepare" else f"/{form}")
    for name in set(given) - chosen:
        # HTML cannot carry U+0000; whatever stands for it is one character.
        assert kept[name] == given[name].replace("\x00", kept[name][1:2])


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("forged", ["", "wrong", None])
def test_changes_without_the_secret_of_the_page_are_refused(
    editor_client: TestClient, store: MemoryStore, button: str, forged: str | None
) -> None:
    store.add(usual_comment(1, prepared=make_decision()))
    data = {"version": "1", **TYPED.get(button, {})}

    answer = editor_client.post(
        f"{PAGE}/{button}",
        data=data if forged is None else {**data, "csrf": forged},
        headers=HTML,
    )

    assert answer.status_code == 403
    assert store.get(ONE).version == 1


@pytest.mark.parametrize("button", BUTTONS)
def test_nobody_acts_without_signing_in(
    client: TestClient, store: MemoryStore, button: str
) -> None:
    store.add(usual_comment(1, prepared=make_decision()))
    typed = {"version": "1", "csrf": "x", **TYPED.get(button, {})}

    answer = client.post(f"{PAGE}/{button}", data=typed, headers=HTML)

    assert answer.status_code == 401
    assert store.get(ONE).version == 1
    for name in {"body", "text", "reason"} & set(typed):
        assert " ".join(typed[name].split()) in text_of(answer)


@pytest.mark.parametrize("button", BUTTONS)
def test_unknown_comment_is_not_found(
    editor_client: TestClient, stocked: MemoryStore, button: str
) -> None:
    values = {**form_values(editor_client.get(PAGE), "/decision"), **TYPED.get(button, {})}

    answer = editor_client.post(f"/review/{comment_id(9)}/{button}", data=values, headers=HTML)

    assert answer.status_code == 404
    assert "There is no such comment" in text_of(answer)


@pytest.mark.parametrize(
    ("button", "told"),
    [
        ("unprepare", "No decision is prepared here"),
        ("announce", "No decision is prepared here"),
        ("undo", "There is no decision to take back"),
    ],
)
def test_button_of_an_old_page_says_why_it_does_nothing(
    editor_client: TestClient, stocked: MemoryStore, button: str, told: str
) -> None:
    values = {**_values(editor_client, "begin")}

    answer = editor_client.post(f"{PAGE}/{button}", data=values, headers=HTML)

    assert answer.status_code == 409
    assert told in page_of(answer).xpath("string(//*[@role='alert'])")


def test_words_stand_in_their_own_language(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(
        usual_comment(
            1,
            language=OTHER,
            wording="00000000000000bb",
            body="In the other language.",
            gloss=Gloss(at=START, by=RUI, language=SOURCE, text="The gloss."),
            questions=(Question(at=START, by=RUI, language=SOURCE, body="The question."),),
            additions=(Addition(at=START + timedelta(hours=1), body="The addition."),),
            objection=Objection(at=START, body="The objection."),
            earlier_decisions=(make_decision(reason="The first reason."),),
        )
    )

    page = page_of(editor_client.get(PAGE))

    def language_of(said: str) -> str:
        found = page.xpath(f"//*[contains(text(), '{said}')]/ancestor-or-self::*[@lang][1]")
        return str(found[0].get("lang"))

    said = ("In the other language.", "The addition.", "The objection.")
    assert [language_of(one) for one in said] == [OTHER] * 3
    editors = ("The gloss.", "The question.", "The first reason.")
    assert [language_of(one) for one in editors] == [SOURCE] * 3


def test_editor_who_decided_first_is_told_that_another_one_is_needed(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(
        usual_comment(
            1,
            cycle=FIRST,
            state=State.IN_REVIEW,
            earlier_decisions=(make_decision(by=ANA, cycle=FIRST),),
            objection=Objection(at=START, body="Wrong."),
        )
    )

    answer = editor_client.get(PAGE)

    assert "Another editor must decide this objection" in text_of(answer)
    assert not page_of(answer).xpath("//form[contains(@action, '/decision')]")


def test_decision_of_a_closed_cycle_offers_no_form(
    editor_client: TestClient, store: MemoryStore, services: Services
) -> None:
    decision = make_decision(cycle=FIRST)
    store.add(usual_comment(1, cycle=FIRST, state=State.ACCEPTED, decision=decision))
    assert isinstance(services.records, MemoryCycles)
    closing = Closing(at=START, by=RUI)
    services.records.records[FIRST] = CycleRecord(id=FIRST, closings=(closing,))

    answer = editor_client.get(PAGE)

    assert "The review cycle is closed" in text_of(answer)
    assert not page_of(answer).xpath("//form[contains(@action, '/decision')]")


def test_cycle_closed_while_typing_loses_no_word(
    editor_client: TestClient, store: MemoryStore, services: Services
) -> None:
    decision = make_decision(cycle=FIRST)
    store.add(usual_comment(1, cycle=FIRST, state=State.ACCEPTED, decision=decision))
    typed = {**_values(editor_client, "decision"), **TYPED["decision"]}
    assert isinstance(services.records, MemoryCycles)
    closing = Closing(at=START, by=RUI)
    services.records.records[FIRST] = CycleRecord(id=FIRST, closings=(closing,))

    answer = editor_client.post(f"{PAGE}/decision", data=typed, headers=HTML)

    assert answer.status_code == 409
    assert form_values(answer, "/decision")["reason"] == "My own reason."


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("assignee=@me", ["Mine."]),
        ("assignee=@nobody", ["Nobody’s."]),
        ("assignee=Rui", ["His."]),
        ("prepared=true", ["His."]),
        (f"agenda={FIRST}", ["Mine.", "His."]),
        ("agenda=waiting", ["Nobody’s."]),
    ],
)
def test_board_shows_what_the_filters_let_through_and_keeps_them(
    editor_client: TestClient, store: MemoryStore, query: str, found: list[str]
) -> None:
    store.add(usual_comment(1, body="Mine.", cycle=FIRST, assignee=ANA))
    store.add(usual_comment(2, body="His.", cycle=FIRST, assignee=RUI, prepared=make_decision()))
    store.add(usual_comment(3, body="Nobody’s.", submitted_at=START + timedelta(days=60)))

    answer = editor_client.get(f"/review?{query}")

    page = page_of(answer)
    assert [link.text_content() for link in page.xpath("//a[@data-row]")] == found
    name, _, value = query.partition("=")
    assert form_values(answer, "/review")[name] == value


def test_board_shows_the_summary_line_in_its_language(
    editor_client: TestClient, store: MemoryStore
) -> None:
    gloss = Gloss(at=START, by=RUI, language=SOURCE, text="Waited a week.")
    store.add(usual_comment(1, language=OTHER, gloss=gloss))

    page = page_of(editor_client.get("/review"))

    assert page.xpath("//*[text()='Waited a week.']/@lang") == [SOURCE]


def test_board_with_an_unknown_editor_says_so(editor_client: TestClient) -> None:
    answer = editor_client.get("/review?assignee=Nobody+here")

    assert answer.status_code == 422
    assert _invalid(answer) == ["filter-assignee"]


@pytest.mark.parametrize(
    ("other", "options", "told"),
    [
        (
            "pt",
            ["Todos", "Eu", "Ninguém", "Rui"],
            "Sua nota está salva, e os outros editores a veem.",
        ),
        ("ru", ["Все", "Я", "Никто", "Rui"], "Ваша заметка сохранена, другие редакторы её видят."),
    ],
)
def test_board_and_page_speak_the_editors_language(
    open_client: OpenClient, stocked: MemoryStore, other: str, options: list[str], told: str
) -> None:
    client = signed_in(open_client(other=other))

    board = client.get("/review?interface=bb")
    noted = client.get(_press(client, "note").headers["location"])

    choice = page_of(board).get_element_by_id("filter-assignee")
    assert [option.text_content() for option in choice.iter("option")] == options
    assert told in text_of(noted)


def test_page_leads_to_all_comments_of_the_section(
    editor_client: TestClient, stocked: MemoryStore
) -> None:
    page = page_of(editor_client.get(PAGE))

    assert page.xpath(f"//a[@href='/review/sections/{SECTION}']")
