"""Few paths are made at the start: the others are as if they had been, once one is asked for."""

import re
from typing import cast

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from feedback_api.web.api_table import API_TABLE
from feedback_api.web.first_table import HEALTH, READERS
from feedback_api.web.late_paths import LatePaths
from feedback_api.web.operations import Resource
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.paths import Paths
from feedback_api.web.security import Refuse
from feedback_api.web.visit import Web
from tests.fakes.event_loop import run_alone

FIRST = [*READERS, *HEALTH]
NOWHERE = PlainTextResponse()
NO_WEB, NO_REFUSE = cast(Web, None), cast(Refuse, None)
NO_RECEIVE, NO_SEND = cast(Receive, None), cast(Send, None)


class Silent:
    """An application that answers nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pass


class SilentResource(Resource):
    """Operations that answer nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pass


def test_what_is_made_first_leads_where_all_paths_lead() -> None:
    apps: dict[str, ASGIApp] = {}
    for operation in (*API_TABLE, *PAGE_TABLE):
        apps.setdefault(operation.path, PlainTextResponse(operation.path))
    every = Paths(apps, elsewhere=NOWHERE, not_http=NOWHERE)

    found = {one.path: every.find(re.sub(r"{\w+}", "any", one.path)) for one in FIRST}

    assert {path: one.app for path, one in found.items() if one} == {
        path: apps[path] for path in found
    }


def test_every_operation_that_is_made_first_is_in_the_table() -> None:
    assert all(operation in API_TABLE for operation in FIRST)


@pytest.mark.parametrize(
    ("method", "path", "is_late"),
    [
        ("GET", "/api/v1/pages/complaints/counts", False),
        ("HEAD", "/api/v1/pages/complaints/counts", False),
        ("POST", "/api/v1/comments", False),
        ("GET", "/api/v1/comments", True),
        ("DELETE", "/readyz", True),
        ("GET", "/review", True),
        ("GET", "/api/v2", True),
        ("GET", "/en/complaints/", False),
    ],
)
def test_all_paths_are_made_when_one_of_the_others_is_asked_for(
    method: str, path: str, is_late: bool
) -> None:
    made: list[Paths] = []

    def make() -> Paths:
        made.append(Paths({}, elsewhere=Silent(), not_http=Silent()))
        return made[-1]

    resources = {one.path: SilentResource(NO_WEB, [one], NO_REFUSE) for one in FIRST}
    paths = LatePaths(Paths(resources, elsewhere=Silent(), not_http=Silent()), make)
    scope = {"type": "http", "method": method, "path": path}
    for _ in range(2):
        run_alone(paths(scope, NO_RECEIVE, NO_SEND))

    assert len(made) == is_late
