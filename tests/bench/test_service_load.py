"""The reading of what wrk tells."""

import json

import pytest

from bench.load import NUMBER, SCRIPT, Asked, Load, LoadFailed, Unanswered, read_told

ASKED = Asked(port=8000, paths=["/counts"])
TOLD = """Running 31s test @ http://127.0.0.1:8000
  1 threads and 16 connections
^C  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.80ms    0.90ms  12.00ms   80.00%
Requests/sec:   8000.00
BENCH {FIGURES}
"""
FIGURES = {
    "requests": 5600,
    "microseconds": 700_000,
    "bytes": 2_240_000,
    "wrong": 0,
    "wrong_status": 0,
    "broken": 0,
    "late": 0,
    "p50": 1800,
    "p90": 2400,
    "p99": 4100,
    "most": 12_000,
}


def _told(**changed: int) -> str:
    return TOLD.replace("{FIGURES}", json.dumps({**FIGURES, **changed}))


def test_figures_of_wrk_are_read_in_seconds_and_milliseconds() -> None:
    came = read_told(_told(), ASKED)

    assert came == Load(
        requests=5600, seconds=0.7, p50_ms=1.8, p99_ms=4.1, most_ms=12.0, answer_bytes=400
    )
    assert came.rate == pytest.approx(8000)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"wrong": 3, "wrong_status": 429},
            "GET /counts on port 8000 was answered 429 instead of 200, 3 times of 5600",
        ),
        ({"broken": 2}, "GET /counts on port 8000: 2 broken, 0 late answers"),
        ({"late": 1}, "GET /counts on port 8000: 0 broken, 1 late answers"),
    ],
)
def test_one_wrong_answer_fails_the_load(changed: dict[str, int], said: str) -> None:
    with pytest.raises(LoadFailed) as failed:
        read_told(_told(**changed), ASKED)

    assert str(failed.value) == said


def test_large_answers_are_judged_by_their_size() -> None:
    large = Asked(port=8000, paths=["/section"], answer_bytes=100_000)

    came = read_told(_told(bytes=5600 * 100_600), large)

    assert came.answer_bytes == 100_600
    with pytest.raises(LoadFailed, match="came of 5600 answers, not 560000000"):
        read_told(_told(bytes=5500 * 100_600), large)


def test_no_answer_at_all_is_told_apart_for_it_may_take_longer() -> None:
    with pytest.raises(Unanswered):
        read_told(_told(requests=0), ASKED)


def test_a_server_that_is_not_there_fails_the_load() -> None:
    with pytest.raises(LoadFailed, match="unable to connect"):
        read_told("unable to connect to 127.0.0.1:8000 Connection refused", ASKED)


def test_script_knows_what_stands_for_the_number() -> None:
    assert f'"{NUMBER}"' in SCRIPT.read_text("utf-8")
