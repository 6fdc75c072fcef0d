"""The board shows a reviewer everything, and no button that would be refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.routing import compile_path
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.editor import AccountRole
from feedback_api.domain.event import EventKind
from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.services.templates import put_template
from feedback_api.services.webhook_attempts import Attempt, Result
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.permissions import Who, permission_of
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.published import SECTION, SOURCE
from tests.fakes.repository import MemoryRepository
from tests.web.reading import PASSPHRASE, OpenClient, page_of, signed_in, text_of
from tests.web.reviewed_cycle import lay_cycles, prepared, said_in, set_clock
from tests.web.test_pages_deliveries import FixedDeliveries
from tests.web.test_proposals import given_accepted

REVIEWER = "Bia"
POSTS = [row for row in PAGE_TABLE if row.method == "POST" and row.path.startswith("/review")]


@pytest.fixture
def comments(services: Services) -> list[Comment]:
    """One that waits, one with a prepared decision and one accepted, in a cycle that is over."""
    cycle = usual_cycle()
    lay_cycles(services, cycle)
    received = said_in(cycle, services).comment
    waiting = prepared(said_in(cycle, services).comment.id, services, reason="Prepared words.")
    accepted = given_accepted(services, 900, cycle=cycle.id)
    set_clock(services, cycle.closes + timedelta(days=1))
    put_template(None, "Thanks", {SOURCE: "Thank you for this."}, services=services)
    add_editor(REVIEWER, PASSPHRASE, account_role=AccountRole.REVIEWER, services=services)
    return [received, waiting, accepted]


@pytest.fixture
def board(open_client: OpenClient) -> TestClient:
    """Of a service that tells others, and has a repository."""
    attempt = Attempt(
        event="event-1",
        kind=EventKind.DECIDED,
        happened_at=START,
        comment=comment_id(900),
        number=2,
        channel="webhook-0123456789ab",
        host="tickets.example.org",
        at=START,
        attempt=1,
        result=Result.FAILED,
        status=500,
    )
    return open_client(deliveries=FixedDeliveries(attempt), repository=MemoryRepository())


def test_reviewer_sees_every_page_and_no_button_that_is_refused(
    board: TestClient, comments: list[Comment]
) -> None:
    seen = set(_buttons(signed_in(board, REVIEWER), comments))

    assert {key for key in seen if Who.REVIEWER not in permission_of(key).who} == set()
    assert seen >= {
        "POST /review/sign-out",
        "POST /review/{comment}/note",
        "POST /review/{comment}/gloss",
        "POST /review/{comment}/assign",
        "POST /review/{comment}/take",
        "POST /review/cycles/{cycle}/collect",
    }


def test_editor_sees_on_the_same_pages_what_only_editors_may(
    board: TestClient, comments: list[Comment]
) -> None:
    seen = set(_buttons(signed_in(board), comments))

    forbidden = {row.key for row in POSTS if row.permission.is_for_editors_alone}
    assert forbidden - seen <= {"POST /review/{comment}/undo"}


def test_reviewer_reads_what_is_prepared_summed_up_and_kept_as_template(
    board: TestClient, comments: list[Comment]
) -> None:
    client = signed_in(board, REVIEWER)

    shown = {address: text_of(client.get(address)) for address in _pages(comments)}

    assert "Prepared words." in shown[f"/review/{comments[1].id}"]
    assert "Prepared words." in shown["/review/cycles/2027-1"]
    assert "Thank you for this." in shown["/review/templates"]
    assert all("Signed in as Bia, reviewer" in text for text in shown.values())
    assert "An editor writes the summary" in shown[f"/review/cycles/2027-1/summaries/{SECTION}"]


def test_role_taken_away_ends_what_was_open(
    board: TestClient, services: Services, comments: list[Comment]
) -> None:
    client = signed_in(board)
    before = client.get("/review").status_code

    services.editors.change(
        services.editors.all()[0].name,
        lambda one: replace(
            one, account_role=AccountRole.REVIEWER, session_epoch=one.session_epoch + 1
        ),
    )

    assert (before, client.get("/review").status_code) == (200, 303)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", ("Você entrou como Bia, revisor", "quem o decide é um editor")),
        ("ru", ("Вы вошли как Bia, рецензент", "решение принимает редактор")),
    ],
)
def test_board_tells_a_reviewer_in_their_language(
    open_client: OpenClient, comments: list[Comment], other: str, said: tuple[str, str]
) -> None:
    client = signed_in(open_client(other=other), REVIEWER)

    answer = client.get(f"/review/{comments[0].id}", headers={"Accept-Language": "bb"})

    assert all(words in text_of(answer) for words in said)


def _pages(comments: list[Comment]) -> list[str]:
    return [
        "/review",
        "/review/cycles",
        "/review/cycles/2027-1",
        "/review/cycles/2027-1/collect",
        f"/review/cycles/2027-1/summaries/{SECTION}",
        f"/review/sections/{SECTION}",
        "/review/templates",
        "/review/dashboard",
        "/review/deliveries",
        *(f"/review/{comment.id}" for comment in comments),
    ]


def _buttons(client: TestClient, comments: list[Comment]) -> Iterator[str]:
    """The operations that all forms and buttons of the board lead to."""
    for address in _pages(comments):
        answer = client.get(address)
        assert answer.status_code == 200
        yield from map(_operation, _targets(answer, address))


def _targets(answer: Response, address: str) -> Iterator[str]:
    for form in page_of(answer).xpath("//form[@method='post']"):
        yield form.get("action") or address
        yield from form.xpath(".//button/@formaction")


def _operation(address: str) -> str:
    return next(row.key for row in POSTS if compile_path(row.path)[0].fullmatch(address))
