"""Answers that wait ready: what the usual way gives, for whoever may be given it, and no longer."""

from pathlib import Path
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from feedback_api.services import Services
from feedback_api.web.cached_answers import Header
from feedback_api.web.metrics import Metrics, MetricsReaders
from feedback_api.web.request_log import Answered
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.threads import AnswerThreads
from tests.fakes.comments import usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import PAGE, SECTION
from tests.web.reading import OpenClient
from tests.web.small_site import lay_languages

COUNTS = f"/api/v1/pages/{PAGE}/counts"
SHOWN = f"/api/v1/sections/{SECTION}"
Written = tuple[int, dict[str, str], bytes]


def _at_once(client: TestClient, address: str, *headers: Header) -> Written | None:
    """What is written at once; None where the usual way is to be gone."""
    written: list[Written] = []

    def write(status: int, lines: tuple[Header, ...], request_id: str, body: bytes) -> None:
        told = {name.decode(): value.decode() for name, value in lines}
        assert len(told) == len(lines)
        written.append((status, {**told, "x-request-id": request_id}, body))

    app = cast(Starlette, client.app)
    is_answered = app.state.answer_at_once(address.encode(), headers, write)
    assert is_answered == bool(written)
    return written[0] if written else None


def _without_id(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "x-request-id"}


@pytest.mark.parametrize("address", [COUNTS, SHOWN])
def test_answer_at_once_is_the_usual_one(
    open_client: OpenClient, store: MemoryStore, address: str
) -> None:
    store.add(usual_comment(1, public=True))
    client = open_client(origin="https://testserver")
    assert _at_once(client, address) is None

    usual = client.get(address)
    unchanged = client.get(address, headers={"If-None-Match": usual.headers["etag"]})

    known = (b"if-none-match", usual.headers["etag"].encode())
    again, once_more = _at_once(client, address), _at_once(client, address)
    assert again is not None
    assert once_more is not None
    assert (again[0], _without_id(again[1])) == (200, _without_id(dict(usual.headers)))
    assert again[2] == usual.content
    assert again[1]["x-request-id"] != once_more[1]["x-request-id"]
    not_modified = _at_once(client, address, known)
    assert not_modified is not None
    assert not_modified[0] == unchanged.status_code == 304
    assert _without_id(not_modified[1]) == _without_id(dict(unchanged.headers))
    assert not_modified[2] == unchanged.content == b""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"accept", b"text/html"),
        (b"content-length", b"0"),
        (b"transfer-encoding", b"chunked"),
        (b"expect", b"100-continue"),
        (b"origin", b"https://elsewhere.example"),
    ],
)
def test_what_may_be_answered_otherwise_goes_the_usual_way(
    open_client: OpenClient, name: bytes, value: bytes
) -> None:
    client = open_client()
    client.get(COUNTS)

    assert _at_once(client, COUNTS, (b"host", b"testserver"), (name, value)) is None
    assert _at_once(client, COUNTS, (b"accept", b"text/html, */*;q=0.1")) is not None


@pytest.mark.parametrize(
    "address", [f"{COUNTS}?lang=pt", COUNTS.replace("a", "%61", 1), f"/{COUNTS}", "/healthz"]
)
def test_only_the_one_address_of_an_answer_is_kept(open_client: OpenClient, address: str) -> None:
    client = open_client()
    client.get(address)

    assert _at_once(client, address) is None


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (["{}"], 304),
        (["W/{}"], 304),
        (['"other", {}'], 304),
        (["{}", '"other"'], 304),
        (['"other"', "{}"], 304),
        (["*"], 304),
        (['"other"'], 200),
        (["*", '"other"'], 200),
    ],
)
def test_several_fields_of_if_none_match_are_one_list(
    open_client: OpenClient, asked: list[str], status: int
) -> None:
    client = open_client()
    etag = client.get(COUNTS).headers["etag"]
    fields = [("if-none-match", field.format(etag)) for field in asked]

    usual = client.get(COUNTS, headers=fields)
    found = _at_once(client, COUNTS, *((name.encode(), field.encode()) for name, field in fields))

    assert usual.status_code == status
    assert found is not None
    assert found[0] == status


def test_what_has_changed_is_not_ready(open_client: OpenClient, store: MemoryStore) -> None:
    client = open_client()
    client.get(COUNTS)
    store.add(usual_comment(1, public=True))

    assert _at_once(client, COUNTS) is None
    usual = client.get(COUNTS)
    found = _at_once(client, COUNTS)

    assert usual.json()["counts"] == {SECTION: 1}
    assert found is not None
    assert found[2] == usual.content


def test_answers_at_once_are_counted_and_told_like_others(services: Services, site: Path) -> None:
    told: list[Answered] = []

    class Log:
        tell = staticmethod(told.append)

    options = WebOptions(
        origin="http://testserver",
        site_origin="http://testserver",
        site=site,
        languages=lay_languages(site.parent, "pt"),
    )
    metrics = Metrics(MetricsReaders(everybody=True))
    client = TestClient(build_app(services, options, metrics=metrics, log=Log()))
    etag = client.get(COUNTS).headers["etag"].encode()

    found = _at_once(client, COUNTS)
    _at_once(client, COUNTS, (b"if-none-match", etag))

    assert found is not None
    assert told[1].request_id == found[1]["x-request-id"]
    assert [one[1:5] for one in told] == [
        ("GET", "/api/v1/pages/{page}/counts", COUNTS, 200),
        ("GET", "/api/v1/pages/{page}/counts", COUNTS, 200),
        ("GET", "/api/v1/pages/{page}/counts", COUNTS, 304),
    ]
    text = client.get("/metrics").text
    counted = 'feedback_requests_total{method="GET",route="/api/v1/pages/{page}/counts",status='
    assert f'{counted}"2xx"}} 2.0' in text
    assert f'{counted}"3xx"}} 1.0' in text


def test_nothing_is_ready_where_reading_may_wait(
    open_client: OpenClient, request: pytest.FixtureRequest
) -> None:
    threads = AnswerThreads()
    request.addfinalizer(threads.close)
    client = open_client(threads=threads)

    assert client.get(COUNTS).status_code == 200
    assert _at_once(client, COUNTS) is None
