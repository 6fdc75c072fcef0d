"""“Propose this change”, as JSON and on the board, over a repository that only remembers."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import EditorName
from feedback_api.domain.proposal import (
    Proposal,
    ProposalsBusy,
    PushRejected,
    RefusalReason,
    RefusedWording,
    RepositoryUnreachable,
)
from feedback_api.services import Services
from feedback_api.services.decided_document import DecidedComment
from feedback_api.services.seen import as_commenter_sees
from feedback_api.services.triage import add_note
from feedback_api.web.proposal_texts import REFUSALS
from practice.apply_document import DecidedComment as ReadComment
from practice.apply_refusal import SENTENCES
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.published import EARLIER_WORDING, MARKDOWN, OTHER, SOURCE, WORDING
from tests.fakes.repository import BRANCH, MemoryRepository
from tests.web.reading import (
    EDITOR,
    PASSPHRASE,
    OpenClient,
    codes_of,
    form_values,
    page_of,
    signed_in,
    text_of,
)
from tests.web.reviewed_cycle import lay_cycles

PATH = "/api/v1/proposals"
SUGGESTION = "The complaints officer must answer at once."


def given_accepted(services: Services, number: int = 1, **other: Any) -> Comment:
    decision = Decision(
        outcome=State.ACCEPTED,
        reason="Well put.",
        reason_language=SOURCE,
        by=EditorName(EDITOR),
        at=START,
    )
    usual = {"state": State.ACCEPTED, "decision": decision, "suggestion": SUGGESTION}
    return services.comments.add(usual_comment(number, **{**usual, **other}))


def make_program(client: TestClient) -> TestClient:
    answer = client.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


def _picked(*comments: Comment, **more: Any) -> dict[str, Any]:
    return {"comments": [{"id": one.id, "version": one.version, **more} for one in comments]}


def _refusing(reason: RefusalReason, **more: Any) -> MemoryRepository:
    def answer(comments: Sequence[DecidedComment]) -> Proposal:
        return Proposal(
            refused=tuple(
                RefusedWording(comment=comment_id(1), reason=reason, **more) for _ in comments
            )
        )

    return MemoryRepository(answer)


def test_what_holds_is_a_branch_and_the_comment_remembers_it_for_editors_alone(
    open_client: OpenClient, services: Services
) -> None:
    comment = given_accepted(services, name="Maria", public=True)
    repository = MemoryRepository()

    answer = make_program(open_client(repository=repository)).post(PATH, json=_picked(comment))

    assert answer.status_code == 201
    assert answer.json() == {
        "branch": BRANCH,
        "commits": [
            {
                "sha": "c" * 40,
                "subject": "Normative(complaints): as a comment suggested",
                "comments": [comment.id],
                "section": comment.section,
                "language": SOURCE,
            }
        ],
        "refused": [],
        "behind": [{"section": comment.section, "languages": [OTHER]}],
        "url": "https://forge.example.org/code/compare/main...feedback/try",
    }
    event = services.comments.get(comment.id).events[-1]
    assert (event.what, event.after, event.by) == (EventKind.PROPOSED, BRANCH, EDITOR)
    (asked,) = repository.asked
    assert (asked.suggestion, asked.wording, asked.name) == (SUGGESTION, WORDING, "Maria")
    assert asked.base is not None
    assert asked.base.markdown == MARKDOWN
    seen = as_commenter_sees(services.comments.get(comment.id), services)
    assert EventKind.PROPOSED not in {event.what for event in seen.events}


def test_of_a_comment_that_is_not_public_no_name_and_of_an_editor_none_at_all_leaves(
    open_client: OpenClient, services: Services
) -> None:
    hidden = given_accepted(services, 1, name="Maria")
    reviewers = given_accepted(
        services, 2, name="Rosa", public=True, visibility=Visibility.REVIEWERS
    )
    repository = MemoryRepository()

    make_program(open_client(repository=repository)).post(PATH, json=_picked(hidden, reviewers))

    assert [(one.name, one.public, one.decided_by) for one in repository.asked] == [
        (None, False, None),
        (None, False, None),
    ]


def test_an_edited_wording_goes_with_the_wording_it_was_written_against(
    open_client: OpenClient, services: Services
) -> None:
    comment = given_accepted(services)
    repository = MemoryRepository()
    picked = _picked(comment, suggestion="  Edited.\n\n", wording=EARLIER_WORDING)

    make_program(open_client(repository=repository)).post(PATH, json=picked)

    (asked,) = repository.asked
    assert asked.suggestion == "  Edited."
    assert asked.base is not None
    assert asked.base.markdown == "Earlier text.\n"


def test_unknown_and_changed_comments_are_refused_and_the_others_go(
    open_client: OpenClient, services: Services
) -> None:
    good, stale = given_accepted(services, 1), given_accepted(services, 2)
    add_note(stale.id, "Wait.", editor=EditorName(EDITOR), expected_version=1, services=services)
    picked = _picked(good, stale)
    picked["comments"].append({"id": str(comment_id(9)), "version": 1})
    repository = MemoryRepository()

    answer = make_program(open_client(repository=repository)).post(PATH, json=picked)

    assert answer.status_code == 201
    assert [one["code"] for one in answer.json()["refused"]] == ["conflict", "unknown-comment"]
    assert [one.id for one in repository.asked] == [good.id]


def test_a_comment_that_changes_while_its_branch_is_made_is_not_sent(
    open_client: OpenClient, services: Services
) -> None:
    comment = given_accepted(services)

    def meanwhile() -> None:
        add_note(
            comment.id, "Stop.", editor=EditorName(EDITOR), expected_version=1, services=services
        )

    repository = MemoryRepository(meanwhile=meanwhile)

    answer = make_program(open_client(repository=repository)).post(PATH, json=_picked(comment))

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert repository.sent == 0


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RepositoryUnreachable(), 503),
        (ProposalsBusy(), 503),
        (PushRejected("main only"), 409),
    ],
)
def test_what_fails_is_told_and_nothing_is_kept(
    open_client: OpenClient, services: Services, error: Exception, status: int
) -> None:
    comment = given_accepted(services)

    def answer(_comments: Sequence[DecidedComment]) -> Proposal:
        raise error

    client = make_program(open_client(repository=MemoryRepository(answer)))

    told = client.post(PATH, json=_picked(comment))

    assert told.status_code == status
    assert services.comments.get(comment.id) == comment


@pytest.mark.parametrize(
    ("posted", "fault"),
    [
        ({"comments": []}, ("comments", "required")),
        ({"comments": [{"id": "x", "version": 1}] * 2}, ("comments", "duplicate-field")),
        (
            {"comments": [{"id": "x", "version": 1, "suggestion": " "}]},
            ("suggestion", "required"),
        ),
        (
            {"comments": [{"id": "x", "version": 1, "suggestion": "a\u0000b"}]},
            ("suggestion", "forbidden-character"),
        ),
        (
            {"comments": [{"id": str(number), "version": 1} for number in range(26)]},
            ("comments", "too-many"),
        ),
    ],
)
def test_what_cannot_be_proposed_at_all_is_a_fault(
    open_client: OpenClient, posted: object, fault: tuple[str, str]
) -> None:
    answer = make_program(open_client(repository=MemoryRepository())).post(PATH, json=posted)

    assert answer.status_code == 422
    assert codes_of(answer) == [fault]


def test_without_a_repository_nothing_is_offered(
    open_client: OpenClient, services: Services
) -> None:
    comment = given_accepted(services)

    page = signed_in(open_client()).get(f"/review/{comment.id}")
    answer = make_program(open_client()).post(PATH, json=_picked(comment))

    assert "propose" not in page.text
    assert (answer.status_code, answer.json()["code"]) == (409, "proposals-off")


def test_strangers_propose_nothing(open_client: OpenClient, services: Services) -> None:
    comment = given_accepted(services)
    client = open_client(repository=MemoryRepository())

    assert client.post(PATH, json=_picked(comment)).status_code == 401
    assert client.post(f"/review/{comment.id}/propose", data={"csrf": ""}).status_code == 401


@pytest.mark.parametrize(
    ("other", "button", "told", "behind"),
    [
        ("pt", "Propor esta mudança", f"Ela está no repositório, na branch {BRANCH}.", "Bb"),
        ("ru", "Предложить эту правку", f"Она в репозитории, в ветке {BRANCH}.", "Bb"),
    ],
)
def test_the_page_takes_an_edited_wording_and_says_where_it_is(
    open_client: OpenClient,
    services: Services,
    other: str,
    button: str,
    told: str,
    behind: str,
) -> None:
    comment = given_accepted(services)
    repository = MemoryRepository()
    client = signed_in(open_client(other=other, repository=repository))
    shown = client.get(f"/review/{comment.id}?interface=bb")
    values = form_values(shown, "/propose")

    answer = client.post(f"/review/{comment.id}/propose", data={**values, "suggestion": "Mine."})

    assert values["suggestion"] == SUGGESTION
    assert button in text_of(shown)
    assert answer.status_code == 200
    assert told in text_of(answer)
    assert [one.text_content() for one in page_of(answer).iter("li")][-1].endswith(f": {behind}")
    assert repository.asked[0].suggestion == "Mine."


@pytest.mark.parametrize(
    ("other", "sentence", "titles"),
    [
        (
            "pt",
            "Depois do comentário, a seção mudou no mesmo ponto que a sugestão.",
            ["A sugestão", "O texto atual"],
        ),
        (
            "ru",
            "После комментария раздел изменился в том же месте, что и предложение.",
            ["Предложенная формулировка", "Текущий текст"],
        ),
    ],
)
def test_a_changed_base_shows_both_texts_and_what_is_typed_next_is_against_the_present(
    open_client: OpenClient,
    services: Services,
    other: str,
    sentence: str,
    titles: list[str],
) -> None:
    comment = given_accepted(services, wording=EARLIER_WORDING)
    repository = _refusing(RefusalReason.BASE_CHANGED, theirs="Mine <b>", ours=MARKDOWN.strip())
    client = signed_in(open_client(other=other, repository=repository))
    values = form_values(client.get(f"/review/{comment.id}?interface=bb"), "/propose")

    answer = client.post(f"/review/{comment.id}/propose", data={**values, "suggestion": "Mine <b>"})

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert [one.text_content() for one in page_of(answer).iter("h3")] == titles
    again = form_values(answer, "/propose")
    assert (again["suggestion"], again["wording"]) == ("Mine <b>", WORDING)


def test_what_is_ticked_on_the_page_of_a_cycle_goes_together(
    open_client: OpenClient, services: Services
) -> None:
    cycle = usual_cycle()
    lay_cycles(services, cycle)
    comments = [given_accepted(services, number, cycle=cycle.id) for number in (1, 2, 3)]
    given_accepted(services, 4, cycle=cycle.id, suggestion=None)
    repository = MemoryRepository()
    client = signed_in(open_client(repository=repository))
    address = f"/review/cycles/{cycle.id}"
    ticked = form_values(client.get(address), "/propose")
    del ticked[f"pick-{comments[1].id}"]

    answer = client.post(f"{address}/propose", data=ticked)
    again = form_values(client.get(address), "/propose")
    nothing = client.post(f"{address}/propose", data={"csrf": ticked["csrf"]})

    assert answer.status_code == 200
    assert [one.id for one in repository.asked] == [comments[0].id, comments[2].id]
    assert set(again) == {"csrf", f"pick-{comments[1].id}"}
    assert nothing.status_code == 422


def test_every_reason_of_the_tools_is_said_in_the_same_sentence() -> None:
    ours = {reason.value: text for reason, text in REFUSALS.items()}
    theirs = {code.value: text for code, text in SENTENCES.items()}

    assert ours.pop("already-proposed")
    assert ours.keys() <= theirs.keys()
    assert ours == {code: theirs[code] for code in ours}


def test_the_document_for_the_tools_has_the_fields_they_read() -> None:
    assert [one.name for one in fields(DecidedComment)] == [one.name for one in fields(ReadComment)]
