"""The log, plain and as JSON: what it tells of a request, and that it is nothing of the reader."""

import http.client
import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.published import PAGE, SECTION
from tests.system.canaries import Canaries
from tests.system.conftest import SmallSite
from tests.system.running import Service

SECRET_PATH = "/feedback/invitation/AAAABBBB"
COMMENT = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("form", ["plain", "json"])
def test_log_carries_the_answers_id_and_no_canary(
    tmp_path: Path, site: SmallSite, form: str
) -> None:
    canaries = Canaries()
    service = Service(tmp_path, {"FEEDBACK_SITE": str(site.folder), "FEEDBACK_LOG": form})
    service.start()
    paths = [
        f"/api/v1/pages/{PAGE}/counts?{canaries.text('query')}",
        f"/api/v1/sections/{SECTION}",
        f"/review/{COMMENT}",
        f"{SECRET_PATH}{canaries.text('invitation')}",
        f"/feedback/receipt/{canaries.text('receipt')}%0A{canaries.text('second line')}",
    ]
    answered = [_ask(service.port, path, canaries) for path in paths]
    service.end()

    log = service.log.read_text()
    lines = log.splitlines()
    assert canaries.found_in([("log", log.encode())]) == []
    for secret in (COMMENT, "127.0.0.1:", "AAAABBBB"):
        assert secret not in log.replace(f"127.0.0.1:{service.port}", "")
    told_of = [next(line for line in lines if one in line) for _, one in answered]
    if form == "json":
        records = [json.loads(line) for line in lines]
        assert all({"time", "level", "message"} <= record.keys() for record in records)
        requests = [json.loads(line) for line in told_of]
        assert [(one["method"], one["status"]) for one in requests] == [
            ("GET", status) for status, _ in answered
        ]
        assert requests[0]["route"] == "/api/v1/pages/{page}/counts"
        assert requests[-1]["route"] == "/feedback/{lang}/{section}"
        assert all(0 < one["duration_ms"] < 60_000 for one in requests)
        assert set(requests[0]) == {
            *("time", "level", "message", "request_id", "method", "route", "status", "duration_ms")
        }
    else:
        assert f" GET /api/v1/pages/{PAGE}/counts 200 " in told_of[0]
        assert " GET /review/… 303 " in told_of[2]
        assert all(line.split()[-2].endswith("ms") for line in told_of)


def _ask(port: int, path: str, canaries: Canaries) -> tuple[int, str]:
    """Status and request id of the answer to whoever tells everything about themselves."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path, headers=dict(canaries.headers()))
        response = connection.getresponse()
        response.read()
        return response.status, response.headers["X-Request-Id"]
