"""What a path leads to: the same as trying every path of the table in order would find."""

import re

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from feedback_api.web.api_table import API_TABLE
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.paths import Found, Paths

TABLE = list(dict.fromkeys(operation.path for operation in (*API_TABLE, *PAGE_TABLE)))
NOWHERE = PlainTextResponse()


class Named:
    """An application that is only looked for."""

    def __init__(self, path: str) -> None:
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise NotImplementedError


def _paths(*paths: str) -> Paths:
    apps: dict[str, ASGIApp] = {path: Named(path) for path in paths}
    return Paths(apps, elsewhere=NOWHERE, not_http=NOWHERE)


def _one_by_one(path: str) -> tuple[str, dict[str, str]] | None:
    """As routers do that try a pattern for each path of the table."""
    for one in TABLE:
        escaped = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(one))
        if found := re.fullmatch(escaped, path):
            return one, found.groupdict()
    return None


def _named(found: Found | None) -> tuple[str, dict[str, str]] | None:
    if found is None:
        return None
    assert isinstance(found.app, Named)
    return found.app.path, found.parameters


def test_every_path_leads_where_trying_all_in_order_does() -> None:
    words = {part for path in TABLE for part in path.split("/") if "{" not in part}
    paths = _paths(*TABLE)
    for template in TABLE:
        for value in (*sorted(words), "form.ods", "form.", "x y"):
            path = re.sub(r"\{\w+\}", value, template)
            assert _named(paths.find(path)) == _one_by_one(path), path


@pytest.mark.parametrize("path", ["", "/", "healthz", "/healthz/", "//healthz", "/api/v1", "/{x}"])
def test_what_is_in_no_table_is_not_found(path: str) -> None:
    assert _paths(*TABLE).find(path) is None


def test_parameter_is_never_empty_and_never_more_than_its_part() -> None:
    paths = _paths("/a/{one}/c", "/form.{format}")

    assert paths.find("/a//c") is None
    assert paths.find("/a/b/b/c") is None
    assert paths.find("/form.") is None
    assert _named(paths.find("/form.a.b")) == ("/form.{format}", {"format": "a.b"})


@pytest.mark.parametrize(
    ("table", "taken"),
    [
        (["/{any}/b", "/a/{any}"], ("/{any}/b", {"any": "a"})),
        (["/a/{any}", "/{any}/b"], ("/a/{any}", {"any": "b"})),
        (["/{any}/b", "/a/b"], ("/{any}/b", {"any": "a"})),
        (["/a/b", "/{any}/b"], ("/a/b", {})),
        (["/a/b/c", "/{any}/b"], ("/{any}/b", {"any": "a"})),
    ],
)
def test_first_of_the_table_that_fits_is_taken(
    table: list[str], taken: tuple[str, dict[str, str]]
) -> None:
    assert _named(_paths(*table).find("/a/b")) == taken
