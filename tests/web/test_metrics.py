"""GET /metrics: who may read it, what it counts, and what it must never tell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from feedback_api.domain.decision import State
from feedback_api.domain.errors import StoreUnavailable
from feedback_api.services import Services
from feedback_api.storage.store_files import StoreFiles
from feedback_api.storage.tinydb_store import TinydbStore
from feedback_api.store_metrics import COUNTED_SECONDS, Contents, WriteFigures
from feedback_api.web.metrics import Metrics, MetricsReaders
from feedback_api.web.routes import WebOptions, build_app
from tests.fakes.comments import usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import PAGE, SECTION
from tests.web.small_site import lay_languages

TOKEN = "t" * 40
Reading = Callable[..., TestClient]


@pytest.fixture
def reading(services: Services, site: Path) -> Reading:
    """Makes a client of a service of its own, with `readers`, that asks from `address`."""

    def make(readers: MetricsReaders | None, *, address: str = "127.0.0.1") -> TestClient:
        options = WebOptions(
            origin="http://testserver",
            site_origin="http://testserver",
            site=site,
            languages=lay_languages(site.parent, "pt"),
        )
        metrics = None if readers is None else Metrics(readers, [Contents(services.reads)])
        app = build_app(services, options, metrics=metrics)
        return TestClient(app, client=(address, 50_000), follow_redirects=False)

    return make


def _samples(text: str) -> dict[tuple[str, ...], float]:
    """By name and values of labels, in the order of the labels' names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("readers", "address", "headers", "status"),
    [
        (MetricsReaders(), "127.0.0.1", {}, 200),
        (MetricsReaders(), "127.8.8.8", {}, 200),
        (MetricsReaders(), "::1", {}, 200),
        (MetricsReaders(), "::ffff:127.0.0.1", {}, 200),
        (MetricsReaders(), "192.0.2.1", {}, 404),
        (MetricsReaders(), "testclient", {}, 404),
        (MetricsReaders(), "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        (MetricsReaders(), "127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
        (MetricsReaders(), "127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 404),
        (MetricsReaders(), "127.0.0.1", {"Via": "1.1 proxy"}, 404),
        (MetricsReaders(), "192.0.2.1", {"Authorization": "Bearer "}, 404),
        (MetricsReaders(token=TOKEN), "192.0.2.1", {"Authorization": f"Bearer {TOKEN}"}, 200),
        (MetricsReaders(token=TOKEN), "192.0.2.1", {"Authorization": f"bearer {TOKEN}x"}, 404),
        (MetricsReaders(token=TOKEN), "192.0.2.1", {"Authorization": "Bearer \xff"}, 404),
        (MetricsReaders(token=TOKEN), "192.0.2.1", {}, 404),
        (MetricsReaders(everybody=True), "192.0.2.1", {"X-Forwarded-For": "192.0.2.9"}, 200),
        (None, "127.0.0.1", {"Authorization": f"Bearer {TOKEN}"}, 404),
    ],
)
def test_only_who_may_reads(
    reading: Reading,
    readers: MetricsReaders | None,
    address: str,
    headers: dict[str, str],
    status: int,
) -> None:
    sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}

    answer = reading(readers, address=address).get("/metrics", headers=sent)

    assert answer.status_code == status
    assert ("feedback_requests_total" in answer.text) == (status == 200)


def test_requests_are_counted_by_method_route_and_class_of_status(reading: Reading) -> None:
    client, other = reading(MetricsReaders()), reading(MetricsReaders())
    for path in (f"/api/v1/pages/{PAGE}/counts", "/api/v1/pages/no/counts", "/api/x/y", "/no/1"):
        client.get(path)
    client.request("BREW-1", f"/api/v1/sections/{SECTION}")

    counted = _samples(client.get("/metrics").text)

    route = "/api/v1/pages/{page}/counts"
    total, lasting = "feedback_requests_total", "feedback_request_duration_seconds"
    assert counted[total, "GET", route, "2xx"] == 1
    assert counted[total, "GET", route, "4xx"] == 1
    assert counted[total, "GET", "none", "4xx"] == 1
    assert counted[total, "GET", "site", "4xx"] == 1
    assert counted[total, "other", "/api/v1/sections/{section}", "4xx"] == 1
    assert counted[f"{lasting}_count", "GET", route] == 2
    assert counted[f"{lasting}_bucket", "+Inf", "GET", route] == 2
    assert counted[f"{lasting}_sum", "GET", route] > 0
    assert (total, "GET", route, "2xx") not in _samples(other.get("/metrics").text)


def test_neither_comment_nor_reader_is_told_of(reading: Reading, store: MemoryStore) -> None:
    store.add(usual_comment(1, name="Canary", body="Canary", public=True))
    comment = usual_comment(1)
    client = reading(MetricsReaders())
    names = ("User-Agent", "Referer", "Cookie", "X-Request-Id", "Accept-Language")
    for path in (f"/api/v1/comments/{comment.id}", "/review/Canary?Canary=Canary", "/Canary"):
        client.get(path, headers=dict.fromkeys(names, "Canary"))

    text = client.get("/metrics").text

    assert _samples(text)["feedback_comments", "received"] == 1
    assert _samples(text)["feedback_comments", "declined"] == 0
    labels = {
        name
        for family in text_string_to_metric_families(text)
        for s in family.samples
        for name in s.labels
    }
    assert labels <= {"method", "route", "status", "state", "le"}
    for told in ("Canary", comment.id, comment.section, comment.cycle, "testserver"):
        assert told not in text


def test_comments_are_counted_once_in_a_while_and_left_out_while_nobody_can_count() -> None:
    now, asked = [0.0], []

    class Reads(MemoryStore):
        def tally(self) -> dict[State, int]:
            asked.append(now[0])
            if now[0]:
                raise StoreUnavailable
            return {State.RECEIVED: 3}

    metrics = Metrics(MetricsReaders(), [Contents(Reads(), clock=lambda: now[0])])
    first, second = _samples(metrics.text().decode()), _samples(metrics.text().decode())
    now[0] = COUNTED_SECONDS
    later = _samples(metrics.text().decode())

    assert first["feedback_store_comments",] == second["feedback_store_comments",] == 3
    assert asked == [0, COUNTED_SECONDS]
    assert (first["feedback_store_up",], later["feedback_store_up",]) == (1, 0)
    assert not any(name[0] == "feedback_comments" for name in later)


def test_writes_are_measured(tmp_path: Path) -> None:
    writes = WriteFigures()
    store = TinydbStore(tmp_path, StoreFiles(tmp_path, watch=writes), writes)
    contents = Contents(store.index, folder=tmp_path, waiting=lambda: store.waiting)
    for number in (1, 2, 3):
        store.add(usual_comment(number))
    store.close()

    told = _samples(Metrics(MetricsReaders(), (contents, writes)).text().decode())

    stored = sum(path.stat().st_size for path in tmp_path.rglob("*.json"))
    assert told["feedback_store_group_size_count",] == 3
    assert told["feedback_store_group_size_sum",] == 3
    assert told["feedback_store_fsync_seconds_count",] >= 6
    assert told["feedback_store_bytes",] == stored > 0
    assert told["feedback_store_queue",] == 0
    assert told["feedback_store_comments",] == 3
