"""The editors' board."""

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Visibility
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.review import decide
from tests.fakes.clockwork import SteppingClock
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import EARLIER_WORDING, OTHER, RETIRED, SECTION, SOURCE
from tests.web.reading import OpenClient, form_values, page_of, signed_in, text_of

ONE = CommentId(comment_id(1))
PAGE = f"/review/{ONE}"


def _decided(client: TestClient, **fields: str) -> dict[str, str]:
    values = form_values(client.get(PAGE), "/decision")
    return {**values, "outcome": "declined", "reason": "Not so.", **fields}


def test_board_lists_oldest_first_with_filters_kept(
    editor_client: TestClient, store: MemoryStore
) -> None:
    clock = SteppingClock()
    for number in (3, 1, 2):
        store.add(usual_comment(number, submitted_at=clock.now(), body=f"Comment {number}"))

    answer = editor_client.get("/review?role=customer&text=comment")

    links = [link.text_content() for link in page_of(answer).xpath("//a[@data-row]")]
    assert links == ["Comment 3", "Comment 1", "Comment 2"]
    values = form_values(answer, "/review")
    assert (values["role"], values["text"]) == ("customer", "comment")


@pytest.mark.parametrize(
    "query",
    ["state=accepted", f"comment={OTHER}", "kind=praise", "text=nothing", "section=complaints"],
)
def test_board_without_a_fitting_comment_says_so(
    editor_client: TestClient, store: MemoryStore, query: str
) -> None:
    store.add(usual_comment(1))

    answer = editor_client.get(f"/review?{query.replace('comment=', 'language=')}")

    assert answer.status_code == 200
    assert "No comment fits these filters." in text_of(answer)


def test_board_leads_to_the_next_part_and_back(
    editor_client: TestClient, store: MemoryStore
) -> None:
    for number in range(1, 6):
        store.add(usual_comment(number))

    first = editor_client.get("/review?limit=2&kind=problem")
    later = page_of(first).xpath("//a[@rel='next']/@href")[0]
    second = editor_client.get(later)
    earlier = page_of(second).xpath("//a[@rel='prev']/@href")[0]

    assert len(page_of(second).xpath("//a[@data-row]")) == 2
    assert "3 to 4" in text_of(second)
    assert editor_client.get(earlier).text == first.text.replace(
        "limit=2&amp;kind", "limit=2&amp;kind"
    )


def test_comment_stands_beside_every_wording(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, email="who@example.org", suggestion="Better."))

    page = page_of(editor_client.get(PAGE))

    columns = page.xpath("//*[contains(@class, 'cop-columns')]/section")
    assert [column.get("lang") for column in columns] == [SOURCE, OTHER]
    assert "the comment is about this wording" in columns[0].text_content()
    said = page.text_content()
    assert "who@example.org" in said
    assert "Better." in said


@pytest.mark.parametrize("section", [SECTION, RETIRED])
def test_comment_on_an_earlier_wording_shows_that_wording(
    editor_client: TestClient, store: MemoryStore, section: str
) -> None:
    store.add(usual_comment(1, section=section, wording=EARLIER_WORDING))

    answer = editor_client.get(PAGE)

    assert "Earlier text." in text_of(answer)
    assert "This is the wording the commenter saw:" in text_of(answer)


def test_decision_is_recorded_and_told(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))

    answer = editor_client.post(f"{PAGE}/decision", data=_decided(editor_client))
    shown = editor_client.get(answer.headers["location"])

    assert answer.status_code == 303
    assert store.get(ONE).state is State.DECLINED
    assert "Your decision is recorded" in text_of(shown)
    assert form_values(shown, "/decision")["reason"] == "Not so."


def test_decision_can_be_changed(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))
    editor_client.post(f"{PAGE}/decision", data=_decided(editor_client))

    editor_client.post(f"{PAGE}/decision", data=_decided(editor_client, outcome="accepted"))

    assert store.get(ONE).state is State.ACCEPTED


def test_second_editor_keeps_what_was_typed_and_sees_what_the_first_did(
    editor_client: TestClient, store: MemoryStore, services: Services
) -> None:
    store.add(usual_comment(1))
    typed = _decided(editor_client, reason="My long answer.")
    first = DecisionDraft(outcome=State.ACCEPTED, reason="I was faster.", reason_language=SOURCE)
    decide(ONE, first, editor=EditorName("Rui"), expected_version=1, services=services)

    conflict = editor_client.post(f"{PAGE}/decision", data=typed)
    again = editor_client.post(f"{PAGE}/decision", data=form_values(conflict, "/decision"))

    assert conflict.status_code == 409
    assert "Rui" in text_of(conflict)
    assert "I was faster." in text_of(conflict)
    values = form_values(conflict, "/decision")
    assert (values["reason"], values["outcome"]) == ("My long answer.", "declined")
    assert again.status_code == 303
    stored = store.get(ONE)
    assert stored.decision is not None
    assert stored.decision.reason == "My long answer."
    assert [event.by for event in stored.events][1:] == ["Rui", "Ana"]


def test_decision_with_faults_is_given_back(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))
    typed = _decided(editor_client, reason=" ", reason_language="xx", outcome="")

    answer = editor_client.post(f"{PAGE}/decision", data=typed)

    assert answer.status_code == 422
    page = page_of(answer)
    for name in ("outcome", "reason", "reason_language"):
        assert page.get_element_by_id(f"decide-{name}").get("aria-invalid") == "true"
    assert store.get(ONE).version == 1


def test_withdrawn_comment_offers_nothing_to_decide(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, state=State.WITHDRAWN))
    page = editor_client.get(PAGE)
    csrf = form_values(page, "/sign-out")["csrf"]

    answer = editor_client.post(
        f"{PAGE}/decision",
        data={
            "csrf": csrf,
            "version": "1",
            "outcome": "accepted",
            "reason": "Kept.",
            "reason_language": SOURCE,
        },
    )

    assert not page_of(page).xpath("//form[contains(@action, 'decision')]")
    assert answer.status_code == 409
    assert store.get(ONE).state is State.WITHDRAWN


def test_comment_is_shown_to_readers_and_kept_again(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1))

    for public in (True, False):
        values = form_values(editor_client.get(PAGE), "/publicity")
        assert editor_client.post(f"{PAGE}/publicity", data=values).status_code == 303
        assert store.get(ONE).public is public


def test_reserved_comment_is_never_shown_to_readers(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, visibility=Visibility.REVIEWERS))
    page = editor_client.get(PAGE)
    csrf = form_values(page, "/sign-out")["csrf"]

    answer = editor_client.post(
        f"{PAGE}/publicity", data={"csrf": csrf, "version": "1", "public": "true"}
    )

    assert not page_of(page).xpath("//form[contains(@action, 'publicity')]")
    assert answer.status_code == 409
    assert store.get(ONE).public is False


def test_review_begins(editor_client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1))
    values = form_values(editor_client.get(PAGE), "/begin")

    answer = editor_client.post(f"{PAGE}/begin", data=values)

    assert answer.status_code == 303
    assert store.get(ONE).state is State.IN_REVIEW


@pytest.mark.parametrize("step", ["/decision", "/publicity", "/begin"])
@pytest.mark.parametrize("forged", ["", "wrong", None])
def test_changes_without_the_secret_of_the_page_are_refused(
    editor_client: TestClient, store: MemoryStore, step: str, forged: str | None
) -> None:
    store.add(usual_comment(1))
    values = form_values(editor_client.get(PAGE), step) | {"outcome": "accepted", "reason": "x"}
    if forged is None:
        del values["csrf"]
    else:
        values["csrf"] = forged

    answer = editor_client.post(f"{PAGE}{step}", data=values, headers={"Accept": "text/html"})

    assert answer.status_code == 403
    assert store.get(ONE).version == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_changes_that_another_site_caused_are_refused(
    editor_client: TestClient, store: MemoryStore, headers: dict[str, str]
) -> None:
    store.add(usual_comment(1))

    answer = editor_client.post(f"{PAGE}/decision", data=_decided(editor_client), headers=headers)

    assert answer.status_code == 403
    assert store.get(ONE).version == 1


def test_session_that_ended_while_typing_loses_no_word(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1))
    typed = _decided(editor_client, reason="A long answer.")
    editor_client.cookies.clear()

    answer = editor_client.post(f"{PAGE}/decision", data=typed, headers={"Accept": "text/html"})

    assert answer.status_code == 401
    assert "A long answer." in text_of(answer)
    assert store.get(ONE).version == 1


@pytest.mark.parametrize(
    ("other", "waiting"),
    [
        ("pt", "22 comentários esperam por decisão. Abra o mais antigo."),
        ("ru", "22 комментария ждут решения. Откройте самый старый."),
    ],
)
def test_board_counts_in_the_editors_language(
    open_client: OpenClient, store: MemoryStore, other: str, waiting: str
) -> None:
    client = signed_in(open_client(other=other))
    for number in range(1, 23):
        store.add(usual_comment(number))

    answer = client.get("/review?interface=bb")

    assert waiting in text_of(answer)
