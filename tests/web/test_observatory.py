"""Every answer by the rules of MDN's HTTP Observatory: A+.

Modifiers as in the score table of its source, version 1.4.8 (mdn/mdn-http-observatory).
A grade begins at 100; bonuses count from 90 on; A+ is 100 and more.
Redirection from http to https is the business of the proxy in front.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from httpx2 import Headers, Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreFull
from feedback_api.services import Services
from feedback_api.web.page_table import PAGE_TABLE
from tests.fakes.memory_store import MemoryStore
from tests.web.reading import COMMENTS, FORM, OpenClient, entered, posted, signed_in

ORIGIN = "https://code.example.org"
_BROAD = {"*", "http:", "https:", "data:", "blob:", "ftp:", "ws:", "wss:"}
_HALF_A_YEAR_SECONDS = 15_768_000
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def _score(answer: Response) -> int:
    headers = answer.headers
    directives = _directives(headers)
    modifiers = [
        _policy(directives),
        _cookies(headers.get_list("set-cookie")),
        -50 if "access-control-allow-credentials" in headers else 0,
        5 if headers.get("referrer-policy") in _PRIVATE else -5,
        _strict_transport(headers.get("strict-transport-security", "")),
        0 if headers.get("x-content-type-options") == "nosniff" else -5,
        -20 if directives.get("frame-ancestors", {"*"}) & _BROAD else 5,
        10 if headers.get("cross-origin-resource-policy") == "same-origin" else 0,
    ]
    strict = 100 + sum(modifier for modifier in modifiers if modifier < 0)
    return 100 + sum(modifiers) if strict >= 90 else strict


def _directives(headers: Headers) -> dict[str, set[str]]:
    (policy,) = headers.get_list("content-security-policy")
    words = [directive.split() for directive in policy.split(";") if directive.strip()]
    assert len({name for name, *_ in words}) == len(words), "a directive stands twice"
    return {name: set(sources) for name, *sources in words}


def _policy(directives: dict[str, set[str]]) -> int:
    otherwise = directives.get("default-src", {"*"})
    scripts = directives.get("script-src", otherwise)
    styles = directives.get("style-src", otherwise)
    if (scripts | directives.get("object-src", otherwise)) & {*_BROAD, "'unsafe-inline'"}:
        return -20
    if any(source.startswith("http:") for sources in directives.values() for source in sources):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if styles & {*_BROAD, "'unsafe-inline'"}:
        return 0
    return 10 if otherwise == {"'none'"} else 5


def _cookies(cookies: Sequence[str]) -> int:
    """Ours are sessions or choices: a session's must be HttpOnly, too."""
    attributes = [{part.strip().lower() for part in cookie.split(";")[1:]} for cookie in cookies]
    if not all("secure" in one for one in attributes):
        return -40
    if any("__Host-" in cookie and "httponly" not in cookie.lower() for cookie in cookies):
        return -30
    if not all(one & {"samesite=lax", "samesite=strict"} for one in attributes):
        return -20
    return 5 if cookies else 0


def _strict_transport(header: str) -> int:
    seconds = header.partition("max-age=")[2].partition(";")[0]
    if not seconds.isdecimal():
        return -20
    return 0 if int(seconds) >= _HALF_A_YEAR_SECONDS else -10


@pytest.fixture
def https_client(open_client: OpenClient) -> TestClient:
    return open_client(origin=ORIGIN)


def test_pages_for_everybody_and_for_editors_have_an_a_plus(https_client: TestClient) -> None:
    named = {"lang": "aa", "section": FORM.rsplit("/", 1)[1], "name": "parts.css"}
    paths = [one.path for one in PAGE_TABLE if one.method == "GET"]
    answers = [https_client.get("/"), https_client.get("/aa/"), https_client.get("/aa/nothing")]
    for client in (https_client, signed_in(https_client)):
        answers += [
            client.get(path.format_map(_Named(named)), headers={"Accept": accept})
            for path in paths
            for accept in ("text/html", "application/json")
        ]

    assert {answer.status_code for answer in answers} >= {200, 303, 404, 406}
    assert _below_a_plus(answers) == []


def _below_a_plus(answers: Iterable[Response]) -> list[str]:
    return [
        f"{answer.request.method} {answer.url} {_score(answer)} {dict(answer.headers)}"
        for answer in answers
        if _score(answer) < 100
    ]


class _Named(dict[str, str]):
    """Something for each name in a path, known or not."""

    def __missing__(self, name: str) -> str:
        return "nothing"


class _FullStore(MemoryStore):
    """A store whose disk is full."""

    def add(self, comment: Comment) -> Comment:
        raise StoreFull


def test_refusals_have_an_a_plus(
    https_client: TestClient, open_client: OpenClient, services: Services
) -> None:
    forged = {"Origin": "https://evil.example.org"}
    answers = {
        400: https_client.post(
            COMMENTS, content=b"{", headers={"Content-Type": "application/json"}
        ),
        403: https_client.post("/review/sign-in", data={"name": "x"}, headers=forged),
        404: https_client.get("/api/v1/nothing"),
        405: https_client.delete(COMMENTS),
        413: https_client.post(COMMENTS, content=b"x" * 2_000_000),
        414: https_client.get("/x" * 2_000),
        415: https_client.post(COMMENTS, content=b"x"),
        422: https_client.post(COMMENTS, json=posted(body="")),
    }
    crowded = open_client(origin=ORIGIN, over=replace(services, comments=_FullStore()))
    answers[507] = crowded.post(FORM, data=entered())

    assert {code: answer.status_code for code, answer in answers.items()} == {
        code: code for code in answers
    }
    assert _below_a_plus(answers.values()) == []


def test_rules_find_what_is_wrong(https_client: TestClient) -> None:
    answer = https_client.get(FORM)
    assert _score(answer) >= 100

    for header, worse in {
        "content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline'",
        "strict-transport-security": "max-age=60",
        "x-content-type-options": "",
        "set-cookie": "__Host-editor=1; Secure",
    }.items():
        changed = https_client.get(FORM)
        changed.headers[header] = worse
        assert _score(changed) < _score(answer), header
