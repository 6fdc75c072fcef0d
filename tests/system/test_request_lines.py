"""The log's lines of requests: late by milliseconds, and all there in the end."""

import asyncio
import io
import json
from collections.abc import Callable

from feedback_api.log_settings import LogForm
from feedback_api.request_lines import RequestLines
from feedback_api.web.request_log import Answered
from tests.fakes.event_loop import run_alone

AT = 1_801_537_200.123


def _answered(number: int) -> Answered:
    return Answered(f"{number:016x}", "GET", "/healthz", "/healthz", 200, 0.7)


def _lines(form: LogForm) -> tuple[RequestLines, Callable[[], list[str]]]:
    stream = io.StringIO()
    return RequestLines(stream, form, clock=lambda: AT), lambda: stream.getvalue().splitlines()


def test_lines_are_as_ever_in_both_forms() -> None:
    plain, written = _lines(LogForm.PLAIN)
    in_json, written_in_json = _lines(LogForm.JSON)

    async def tell() -> None:
        for lines in (plain, in_json):
            lines.tell(_answered(10))
            lines.close()

    run_alone(tell())

    assert written() == ["2027-02-02T03:00:00.123Z GET /healthz 200 0.7ms 000000000000000a"]
    assert [json.loads(line) for line in written_in_json()] == [
        {
            "time": "2027-02-02T03:00:00.123Z",
            "level": "INFO",
            "message": "answered",
            "request_id": "000000000000000a",
            "method": "GET",
            "route": "/healthz",
            "status": 200,
            "duration_ms": 0.7,
        }
    ]


def test_lines_come_by_themselves_and_in_order() -> None:
    lines, written = _lines(LogForm.PLAIN)

    async def tell() -> list[str]:
        for number in range(1_234):
            lines.tell(_answered(number))
        while len(written()) < 1_234:
            await asyncio.sleep(0)
        return written()

    assert [line.split()[-1] for line in run_alone(tell())] == [f"{n:016x}" for n in range(1_234)]


def test_what_waits_at_an_orderly_end_is_written_and_what_comes_later_at_once() -> None:
    lines, written = _lines(LogForm.PLAIN)

    async def tell() -> list[int]:
        lines.tell(_answered(1))
        counts = [len(written())]
        lines.close()
        counts.append(len(written()))
        lines.tell(_answered(2))
        return [*counts, len(written())]

    assert run_alone(tell()) == [0, 1, 2]


def test_log_that_cannot_be_written_stops_nobody() -> None:
    stream = io.StringIO()
    lines = RequestLines(stream, LogForm.PLAIN)
    stream.close()

    async def tell() -> None:
        lines.tell(_answered(1))
        lines.close()

    run_alone(tell())
