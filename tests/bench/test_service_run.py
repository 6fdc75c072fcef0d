"""A real run, short: the service and a bare Starlette are started, filled, asked, and ended."""

import random
from pathlib import Path

import pytest
import typer

from bench.figures import Figure
from bench.programs import program
from bench.service_command import measured, service
from bench.service_comments import BODY_BYTES, BUSY_COMMENTS, BUSY_SECTION, body, comments
from bench.service_measures import BARE, DISK, NAMES, TINYDB
from bench.service_rounds import Plan


def test_a_short_run_measures_the_real_service_beside_a_bare_starlette(tmp_path: Path) -> None:
    plan = Plan(stored=[200], rounds=1, seconds=0.2, only=["counts", "post-1"])

    part = measured(plan, [TINYDB, BARE], tmp_path)

    assert {Figure(*one[:3]) for one in _figures(part.measured)} >= {
        Figure("counts a second", TINYDB, 200),
        Figure("counts a second", BARE, 200),
        Figure("post-1 p50 ms", TINYDB, 200),
        Figure("replace ms", DISK, 200),
        Figure("start s", TINYDB, 200),
    }
    assert {row.work: row.other for row in part.rows if row.limit == 0.75}
    assert list(tmp_path.iterdir()) == []  # nothing of it is left


def _figures(kept: object) -> list[tuple[str, str, int]]:
    assert isinstance(kept, dict)
    return [(one["name"], one["system"], one["stored"]) for one in kept["figures"]]


def test_a_missing_client_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # without apt-get, too
    program.cache_clear()

    with pytest.raises(typer.Exit) as left:
        service(stored="0", rounds=1, seconds=0.1, only="counts", systems=BARE)

    assert left.value.exit_code == 1
    assert capsys.readouterr().err == (
        "scripts/bench service: No wrk. Get it with: apt-get install wrk.\n"
    )


def test_a_measurement_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(typer.BadParameter, match=r"^nix; there are counts, counts-known, section"):
        service(stored="0", rounds=1, seconds=0.1, only="counts,nix", systems=BARE)

    assert len(set(NAMES)) == len(NAMES)
    with pytest.raises(typer.BadParameter, match=r"^0,-1: numbers up to 1,000,000"):
        service(stored="0,-1", rounds=1, seconds=0.1)


def test_stores_are_filled_with_about_600_bytes_in_two_scripts_and_one_busy_section() -> None:
    stored = list(comments(1000))

    sizes = [len(comment.body.encode()) for comment in stored]
    assert abs(sum(sizes) / len(sizes) - BODY_BYTES) < 30
    assert any("а" <= letter <= "я" for letter in body(random.Random(1)))
    busy = [comment for comment in stored if comment.section == BUSY_SECTION]
    assert (len(busy), all(comment.is_public for comment in busy)) == (BUSY_COMMENTS, True)
    assert len({comment.id for comment in stored}) == 1000
    assert [comment.body for comment in comments(10)] == [comment.body for comment in comments(10)]
