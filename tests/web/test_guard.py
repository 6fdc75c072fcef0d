"""Who may pass where: the tables, row by row."""

import re

import pytest
from starlette.testclient import TestClient

from feedback_api.web.api_table import API_TABLE
from feedback_api.web.guard import Who
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.page_table import PAGE_TABLE
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_store import MemoryStore

ROWS = [*API_TABLE, *PAGE_TABLE]
OPEN_TO_ALL = {
    ("GET", "/api/v1/cycles"),
    ("GET", "/api/v1/cycles/{cycle}"),
    ("GET", "/api/v1/cycles/{cycle}/dispositions"),
    ("GET", "/api/v1/cycles/{cycle}/figures"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/pages/{page}/counts"),
    ("GET", "/api/v1/sections/{section}"),
    ("GET", "/api/v1/sections/{section}/wordings/{language}/{fingerprint}"),
    ("GET", "/feedback/api"),
    ("GET", "/feedback/assets/{name}"),
    ("GET", "/feedback/email/confirm"),
    ("GET", "/feedback/email/unsubscribe"),
    ("GET", "/feedback/receipt"),
    ("GET", "/feedback/{lang}/feed.atom"),
    ("GET", "/feedback/{lang}/{section}"),
    ("GET", "/feedback/{lang}/{section}/comments"),
    ("GET", "/feedback/{lang}/{section}/comments/{comment}/second"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/review/sign-in"),
    ("POST", "/api/v1/comments"),
    ("POST", "/api/v1/comments/{comment}/second"),
    ("POST", "/api/v1/comments/{comment}/unsecond"),
    ("POST", "/api/v1/session"),
    ("POST", "/feedback/email/confirm"),
    ("POST", "/feedback/email/unsubscribe"),
    ("POST", "/feedback/{lang}/{section}"),
    ("POST", "/feedback/{lang}/{section}/comments/{comment}/second"),
    ("POST", "/feedback/{lang}/{section}/comments/{comment}/unsecond"),
    ("POST", "/review/sign-in"),
}


def _named(row: Operation) -> str:
    return f"{row.method} {row.path}"


def test_no_row_is_open_that_is_not_meant_to_be() -> None:
    opened = {(row.method, row.path) for row in ROWS if row.who is Who.ANYONE}

    assert opened == OPEN_TO_ALL


def test_no_row_is_there_twice() -> None:
    rows = [(row.method, row.path) for row in ROWS]

    assert sorted(set(rows)) == sorted(rows)


@pytest.mark.parametrize("row", [row for row in ROWS if row.who is Who.EDITOR], ids=_named)
def test_editors_rows_are_closed_to_everyone_else(
    client: TestClient, store: MemoryStore, row: Operation
) -> None:
    store.add(usual_comment(1, body="Not for strangers."))
    address = re.sub(r"{\w+}", comment_id(1), row.path)

    answer = client.request(row.method, address, data={} if row.method == "POST" else None)

    if row.offers == JSON:
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")
    elif row.method == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/review/sign-in")
    else:
        assert answer.status_code in {401, 415}
    assert "Not for strangers." not in answer.text
    assert store.get(comment_id(1)).version == 1


@pytest.mark.parametrize("row", [row for row in ROWS if row.who is Who.COMMENTER], ids=_named)
def test_commenters_rows_are_closed_without_a_receipt(
    client: TestClient, store: MemoryStore, row: Operation
) -> None:
    store.add(usual_comment(1, body="Not for strangers."))
    body = {"body": "x"} if row.path.endswith(("reply", "object")) else {}
    is_form = row.offers != JSON

    answer = client.request(
        row.method,
        row.path,
        json=None if is_form or row.method == "GET" else body,
        data={**body, "receipt": "x"} if is_form else None,
    )

    assert answer.status_code in {401, 404}
    assert "Not for strangers." not in answer.text
    assert store.get(comment_id(1)).version == 1
