"""The table of permissions, cell by cell against the running application."""

from dataclasses import replace
from typing import Any, cast

import pytest
from starlette.responses import Response as Answer
from starlette.testclient import TestClient
from typer.testing import CliRunner

from feedback_api.command_line import cli
from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.identity import EditorName
from feedback_api.domain.remarks import Objection
from feedback_api.web.api_table import API_TABLE
from feedback_api.web.operations import Operation, routes
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.permission_page import permission_page
from feedback_api.web.permissions import PERMISSIONS, Own, TableIncomplete
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.security import Refuse
from feedback_api.web.visit import Visit, Web
from tests.fakes.clockwork import START
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import SOURCE
from tests.web.reading import ROOT
from tests.web.small_site import lay_languages, lay_site
from tests.web.visitors import (
    COMMENTER,
    EDITOR,
    NOBODY,
    OUT,
    READER,
    REVIEWER,
    SECRET_WORDS,
    VISITORS,
    Visitor,
    World,
    address_of,
    try_it,
)

OPERATIONS = {row.key: row for row in (*API_TABLE, *PAGE_TABLE)}
OF_RECEIPTS = [key for key, cell in PERMISSIONS.items() if cell.own is Own.RECEIPT]
OF_DECIDERS = [key for key, cell in PERMISSIONS.items() if cell.own is Own.NOT_FIRST_DECIDER]
OF_ACCOUNTS = [key for key, cell in PERMISSIONS.items() if cell.needs_account]


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    assert isinstance(made.services.cycles, FixedCycles)
    made.services.cycles.cycles = (usual_cycle(),)
    return made


@pytest.fixture(scope="module")
def app(world: World, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    site = lay_site(tmp_path_factory.mktemp("site"))
    options = WebOptions(
        origin="http://testserver",
        site_origin="http://testserver",
        site=site,
        languages=lay_languages(site.parent, "pt"),
    )
    made = build_app(world.services, options)
    return TestClient(made, follow_redirects=False, raise_server_exceptions=False)


@pytest.mark.parametrize("key", PERMISSIONS)
def test_each_visitor_is_admitted_or_refused_as_the_table_says(
    world: World, app: TestClient, key: str
) -> None:
    named, mark, query = key.partition("?")
    found = {}
    for visitor in VISITORS:
        tried = try_it(world, app, OPERATIONS[named], visitor, query=mark + query)
        found[visitor.name] = not tried.is_refused
        assert tried.answer.status_code != 500
        if tried.is_refused:
            assert tried.now == tried.comment
            assert SECRET_WORDS not in tried.answer.text

    assert found == {one.name: bool(one.who & PERMISSIONS[key].who) for one in VISITORS}


# Written by hand from the words of the issue, so that the table itself is held against something.
@pytest.mark.parametrize(
    ("key", "visitor", "status", "code"),
    [
        ("GET /review", READER, 303, None),
        ("GET /review/{comment}", COMMENTER, 303, None),
        ("GET /api/v1/comments/{comment}", COMMENTER, 401, "sign-in-needed"),
        ("GET /api/v1/comments/{comment}", REVIEWER, 200, None),
        ("GET /api/v1/cycles/{cycle}/dispositions?all=1", READER, 401, "sign-in-needed"),
        ("POST /api/v1/comments/{comment}/note", REVIEWER, 422, "invalid-remark"),
        ("POST /api/v1/comments/{comment}/assign", REVIEWER, 422, "invalid-remark"),
        ("POST /api/v1/comments/{comment}/decision", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/comments/{comment}/decision", EDITOR, 422, "invalid-decision"),
        ("POST /api/v1/comments/{comment}/decision", OUT[0], 401, "sign-in-needed"),
        ("POST /api/v1/comments/{comment}/decision", OUT[1], 401, "sign-in-needed"),
        ("POST /api/v1/comments/{comment}/publicity", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/comments/{comment}/question", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/comments/{comment}/undo", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/announcements", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/proposals", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/templates", REVIEWER, 403, "not-permitted"),
        ("POST /api/v1/cycles/{cycle}/summaries", REVIEWER, 403, "not-permitted"),
        ("POST /review/deliveries/again", REVIEWER, 403, "not-permitted"),
        ("POST /review/{comment}/merge", REVIEWER, 403, "not-permitted"),
        ("POST /review/{comment}/defer", REVIEWER, 403, "not-permitted"),
        ("POST /review/{comment}/decision", OUT[2], 401, "sign-in-needed"),
        ("GET /api/v1/receipt", COMMENTER, 200, None),
        ("GET /api/v1/receipt", NOBODY, 404, "unknown-receipt"),
        ("GET /api/v1/receipt", EDITOR, 401, "receipt-missing"),
        ("POST /api/v1/receipt/erase", EDITOR, 401, "receipt-missing"),
        ("POST /api/v1/receipt/erase", COMMENTER, 204, None),
        ("GET /feedback/{lang}/{section}", READER, 200, None),
    ],
)
def test_critical_cell(
    world: World, app: TestClient, key: str, visitor: Visitor, status: int, code: str | None
) -> None:
    named, mark, query = key.partition("?")

    answer = try_it(world, app, OPERATIONS[named], visitor, query=mark + query).answer

    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code


@pytest.mark.parametrize("key", OF_RECEIPTS)
def test_receipt_of_somebody_else_opens_their_comment_and_never_this_one(
    world: World, app: TestClient, key: str
) -> None:
    mine, _ = world.comment()
    _, receipt = world.comment()
    row = OPERATIONS[key]

    tried = try_it(world, app, row, COMMENTER, comment=(mine, receipt))

    assert not tried.is_refused
    assert tried.now == mine
    assert mine.id not in tried.answer.text


@pytest.mark.parametrize("key", OF_DECIDERS)
def test_objection_is_not_decided_by_who_decided_first(
    world: World, app: TestClient, key: str
) -> None:
    session = world.session(EDITOR)
    assert session is not None
    comment = world.services.comments.change(
        world.comment()[0].id, lambda one: _objected(one, session.editor)
    )
    row = OPERATIONS[key]
    fields = _deciding(key, comment, other=world.comment()[0])
    is_json = row.path.startswith("/api/")

    answer = app.request(
        "POST",
        address_of(row, comment.id),
        json=fields if is_json else None,
        data=None if is_json else {**fields, "csrf": session.csrf},
        headers={"Cookie": f"editor={session.token}", "X-CSRF-Token": session.csrf},
    )

    assert "You made the decision that the commenter objects to." in answer.text
    assert world.services.comments.get(comment.id) == comment


@pytest.mark.parametrize(
    "method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
)
@pytest.mark.parametrize("key", [key for key in OF_ACCOUNTS if key.startswith("GET ")])
def test_no_other_method_gets_past_the_guard(
    world: World, app: TestClient, key: str, method: str
) -> None:
    comment, _ = world.comment()
    row = OPERATIONS[key.partition("?")[0]]
    if f"{method} {row.path}" in OPERATIONS or "?" in key:
        return

    answer = app.request(method, address_of(row, comment.id))

    assert answer.status_code in ((401, 303) if method == "HEAD" else (405,))
    assert SECRET_WORDS not in answer.text


@pytest.mark.parametrize(
    "shape",
    [
        "/review/{0}/",
        "/review//{0}",
        "//review/{0}",
        "/./review/{0}",
        "/feedback/../review/{0}",
        "/REVIEW/{0}",
        "/Review/{0}",
        "/%72eview/{0}",
        "/review%2f{0}",
        "/review/%2e/{0}",
        "/review/{0}%20",
        "/review/{0}%00",
        "/review/{0};a=b",
        "/review/{0}.json",
        "/review\\{0}",
        "/api/v1/comments/{0}/",
        "/api/v1//comments/{0}",
        "/API/v1/comments/{0}",
        "/api/%76%31/comments/{0}",
        "/api/v1/comments/%7b{0}%7d",
        "/api/v1/comments/{0}?_method=GET",
        "/healthz/../api/v1/comments/{0}",
        "/feedback/aa/%2e%2e/%2e%2e/review/{0}",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/decision"])
def test_no_odd_address_gets_past_the_guard(
    world: World, app: TestClient, shape: str, prefix: str
) -> None:
    comment, _ = world.comment()
    address = shape.format(comment.id) + prefix
    session = world.session(REVIEWER)
    assert session is not None

    seen = app.get(address)
    decided = app.post(
        address,
        data={**_deciding("", comment), "csrf": session.csrf},
        headers={"Cookie": f"editor={session.token}"},
    )

    assert seen.status_code in {303, 307, 308, 400, 401, 403, 404, 405}
    assert decided.status_code in {303, 307, 308, 400, 401, 403, 404, 405}
    assert SECRET_WORDS not in seen.text
    assert world.services.comments.get(comment.id) == comment


@pytest.mark.parametrize("body", [b"{", b"", b'{"unknown": 1}', b"\xff"])
def test_role_is_looked_at_before_the_body_is(world: World, app: TestClient, body: bytes) -> None:
    comment, _ = world.comment()
    session = world.session(REVIEWER, for_program=True)
    assert session is not None

    answer = app.post(
        f"/api/v1/comments/{comment.id}/decision",
        content=body,
        headers={"Authorization": f"Bearer {session.token}"},
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("aa", "Only an editor may, and you are signed in as a reviewer."),
        ("bb", "Só um editor pode, e você entrou como revisor."),
    ],
)
def test_refused_form_says_what_role_is_needed_and_gives_the_words_back(
    world: World, app: TestClient, language: str, said: str
) -> None:
    comment, _ = world.comment()
    session = world.session(REVIEWER)
    assert session is not None

    answer = app.post(
        f"/review/{comment.id}/decision",
        data={"csrf": session.csrf, "reason": "Because it is so."},
        headers={
            "Cookie": f"editor={session.token}",
            "Accept": "text/html",
            "Accept-Language": language,
        },
    )

    assert answer.status_code == 403
    assert said in answer.text
    assert "Because it is so." in answer.text
    assert f'<a href="/review/{comment.id}">' in answer.text


async def _nothing(_visit: Visit) -> Answer:
    raise AssertionError("never called")


def test_operation_without_a_row_keeps_the_service_from_being_built() -> None:
    extra = Operation(method="GET", path="/review/everything", handler=_nothing)

    with pytest.raises(TableIncomplete, match="GET /review/everything"):
        routes(cast(Web, None), [*OPERATIONS.values(), extra], cast(Refuse, None))


def test_row_without_an_operation_keeps_the_service_from_being_built() -> None:
    rest = [row for key, row in OPERATIONS.items() if key != "POST /review/{comment}/note"]

    with pytest.raises(TableIncomplete, match=r"POST /review/\{comment\}/note"):
        routes(cast(Web, None), rest, cast(Refuse, None))


def test_documented_table_is_the_one_in_force() -> None:
    written = (ROOT / "docs/manual/permissions.md").read_text("utf-8")

    assert written == permission_page()
    assert CliRunner().invoke(cli, ["permissions"]).output == permission_page()
    assert len([line for line in written.splitlines() if line.startswith("| `")]) == len(
        PERMISSIONS
    )


def _objected(comment: Comment, first: EditorName) -> Comment:
    decision = Decision(
        outcome=State.DECLINED,
        reason="It stays.",
        reason_language=SOURCE,
        by=first,
        at=START,
    )
    return replace(
        comment,
        state=State.IN_REVIEW,
        earlier_decisions=(decision,),
        objection=Objection(at=START, body="Nobody read it."),
        prepared=replace(decision, outcome=State.ANSWERED),
    )


def _deciding(key: str, comment: Comment, *, other: Comment | None = None) -> dict[str, Any]:
    """What the operation wants to know."""
    if key.endswith("/announcements"):
        return {"comments": [{"id": comment.id, "version": comment.version}]}
    if key.endswith("/{cycle}/announce"):
        return {f"pick-{comment.id}": str(comment.version)}
    fields: dict[str, Any] = {"version": comment.version}
    if key.endswith("/{comment}/announce"):
        return fields
    fields |= {"reason": "It stays.", "reason_language": SOURCE}
    if key.endswith("/defer"):
        return fields
    if key.endswith("/merge") and other is not None:
        return fields | {"duplicate_of": other.id}
    return fields | {"outcome": "declined"}
