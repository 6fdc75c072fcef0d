"""The service where the store's reads wait: handlers in threads, and a store that goes away."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.errors import StoreUnavailable
from feedback_api.services import Services
from feedback_api.web.threads import THREADS, AnswerThreads
from tests.fakes.event_loop import run_alone
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import PAGE
from tests.web.reading import (
    COMMENTS,
    EDITOR,
    FORM,
    PASSPHRASE,
    OpenClient,
    entered,
    form_values,
    posted,
    signed_in,
)

PATIENCE_SECONDS = 30
COUNTS = f"/api/v1/pages/{PAGE}/counts"


class AwayStore(MemoryStore):
    """Answers nothing while it is away; `asked` counts who waits until it lets them go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.holds = False
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()

    def generation(self, page: Any) -> int:
        if self.holds:
            self.asked.release()
            self.let_go.wait()
        if self.is_away:
            raise StoreUnavailable
        return super().generation(page)

    def add(self, comment: Any) -> Any:
        if self.is_away:
            raise StoreUnavailable
        return super().add(comment)


class QueuedStore(AwayStore):
    """Written by another thread, as the real one is: whoever adds one waits for a Future."""

    def __init__(self) -> None:
        super().__init__()
        self.writers: set[str] = set()
        self._thread = ThreadPoolExecutor(1, "the-writer")

    def add_soon(self, comment: Any) -> Any:
        return self._thread.submit(self.add, comment)

    def add(self, comment: Any) -> Any:
        self.writers.add(threading.current_thread().name.rpartition("_")[0])
        return super().add(comment)


@pytest.fixture
def threads() -> Iterator[AnswerThreads]:
    threads = AnswerThreads()
    yield threads
    threads.close()


@pytest.fixture
def away(services: Services) -> AwayStore:
    return AwayStore()


@pytest.fixture
def waiting(
    open_client: OpenClient, services: Services, away: AwayStore, threads: AnswerThreads
) -> TestClient:
    return open_client(over=replace(services, comments=away, reads=away), threads=threads)


def test_whatever_waits_is_answered_as_ever(waiting: TestClient, away: AwayStore) -> None:
    taken = waiting.post(COMMENTS, json=posted())
    by_form = waiting.post(FORM, data={**form_values(waiting.get(FORM)), **entered()})
    session = waiting.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    board = signed_in(waiting).get("/review")

    assert (taken.status_code, by_form.status_code, session.status_code) == (201, 201, 201)
    assert board.status_code == 200
    assert len(away.comments) == 2
    assert waiting.post(COMMENTS, json=posted(body="")).json()["code"] == "invalid-comment"
    assert waiting.get("/api/v1/sections/nowhere").status_code == 404
    assert waiting.post(COMMENTS, content=b"x" * 1_100_000).status_code == 413


def test_store_that_is_away_is_told_with_the_time_to_try_again(
    waiting: TestClient, away: AwayStore
) -> None:
    away.is_away = True

    told = [waiting.get(COUNTS), waiting.post(COMMENTS, json=posted())]
    page = waiting.post(FORM, data=entered(), headers={"accept": "text/html"})

    for answer in (*told, page):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert {answer.json()["code"] for answer in told} == {"store-unavailable"}
    assert entered()["body"] in page.text
    away.is_away = False
    assert waiting.get(COUNTS).status_code == 200


def test_health_is_answered_while_every_thread_waits(waiting: TestClient, away: AwayStore) -> None:
    away.holds = True
    with waiting, ThreadPoolExecutor(THREADS + 1) as pool:
        held = [pool.submit(waiting.get, COUNTS) for _ in range(THREADS)]
        for _ in held:
            away.asked.acquire()
        try:
            health = pool.submit(waiting.get, "/healthz").result(PATIENCE_SECONDS)
        finally:
            away.let_go.set()

        assert {answer.result().status_code for answer in held} == {200}
    assert health.status_code == 200


def test_comment_waits_for_the_writing_thread_and_holds_no_other(
    open_client: OpenClient, services: Services
) -> None:
    store = QueuedStore()
    client = open_client(over=replace(services, comments=store, reads=store, queue=store))
    key = {"Idempotency-Key": "once"}

    first = client.post(COMMENTS, json=posted(), headers=key)
    again = client.post(COMMENTS, json=posted(), headers=key)
    other = client.post(COMMENTS, json=posted(body="Other words."), headers=key)
    wrong = client.post(COMMENTS, json=posted(body=""))
    store.is_away = True
    away = client.post(COMMENTS, json=posted(body="While it is away."))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert other.json()["code"] == "idempotency-mismatch"
    assert wrong.json()["code"] == "invalid-comment"
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert len(store.comments) == 1
    assert store.writers == {"the-writer"}


def test_comment_on_what_is_published_holds_no_thread_and_whatever_may_wait_does(
    open_client: OpenClient, services: Services, threads: AnswerThreads
) -> None:
    store = QueuedStore()
    over = replace(services, comments=store, reads=store, queue=store)
    client = open_client(over=over, threads=threads)
    store.holds = True
    with client, ThreadPoolExecutor(THREADS + 2) as pool:
        held = [pool.submit(client.get, COUNTS) for _ in range(THREADS)]
        for _ in held:
            store.asked.acquire()
        earlier = pool.submit(client.post, COMMENTS, json=posted(wording="0" * 16))
        try:
            taken = pool.submit(client.post, COMMENTS, json=posted()).result(PATIENCE_SECONDS)
            wrong = client.post(COMMENTS, json=posted(body=""))
            is_waiting = not earlier.done()
        finally:
            store.holds = False
            store.let_go.set()
        by_form = client.post(FORM, data={**form_values(client.get(FORM)), **entered()})

        assert (taken.status_code, by_form.status_code) == (201, 201)
        assert wrong.json()["code"] == "invalid-comment"
        assert is_waiting
        assert earlier.result().json()["code"] == "invalid-comment"
    assert store.writers == {"the-writer", "answer"}


def test_who_still_waits_when_the_server_ends_is_told_to_come_again(
    waiting: TestClient, away: AwayStore
) -> None:
    away.holds = True
    sent: list[Any] = []

    async def ends() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        asked = asyncio.ensure_future(waiting.app(_scope(COUNTS), _no_body, send))
        await asyncio.to_thread(away.asked.acquire)
        asked.cancel()  # as uvicorn does when its time to end is over
        await asked

    try:
        run_alone(ends())
    finally:
        away.let_go.set()

    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], headers[b"retry-after"]) == (503, b"5")
    assert json.loads(sent[1]["body"])["code"] == "not-ready"


def _scope(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
