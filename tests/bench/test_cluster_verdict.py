"""What `scripts/bench cluster` finds wrong: told of something that is, it says so."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.cluster_command import keep
from bench.cluster_undertaker import bury, cluster_folder, processes_of
from bench.cluster_verdict import WRITING_SECONDS, Kill, Outcome, complaints, told
from feedback_api.domain.decision import State
from tests.fakes.published import SOURCE
from tests.faults.campaign import faults_of
from tests.faults.commenter import Commenter
from tests.faults.ledger import Fault, Known, Post

BODY = "body 0-1"
KILL = Kill(
    number=1,
    primary="node-1",
    successor="node-2",
    with_patroni=False,
    writing_seconds=4.0,
    whole_seconds=12.0,
    rewound=1,
    copied=0,
)
FINE = Outcome(
    seed=1,
    asked_kills=1,
    kills=[KILL],
    acknowledged={"post": 9},
    in_flight={},
    statuses={201: 9, 503: 4},
)


def make_commenter(*acknowledged: str) -> Commenter:
    """Whose comments with these bodies were acknowledged."""
    commenter = Commenter("0", language=SOURCE, token="", chance=random.Random(1))
    for body in acknowledged:
        post = Post(key=f"key of {body}", body=body, by_form=False)
        commenter.known.append(Known(post=post, receipt="receipt", id=f"id of {body}"))
    return commenter


def make_stored(*bodies: str) -> dict[str, Sequence[dict[str, Any]]]:
    """As the editors' list has them."""
    return {
        body: [
            {
                "id": f"id of {body}",
                "state": State.RECEIVED.value,
                "version": 1,
                "additions": [],
                "events": [],
            }
        ]
        * bodies.count(body)
        for body in bodies
    }


def test_checker_finds_nothing_where_each_acknowledged_comment_is_there_once() -> None:
    assert faults_of([make_commenter(BODY)], make_stored(BODY)) == []
    assert complaints(FINE) == []


@pytest.mark.parametrize(
    ("stored", "fault"),
    [
        ([], Fault("lost", BODY)),
        ([BODY, BODY], Fault("doubled", BODY)),
        ([BODY, "body 0-9"], Fault("unexpected", "body 0-9")),
    ],
)
def test_checker_tells_what_is_lost_doubled_or_nobody_s(stored: list[str], fault: Fault) -> None:
    faults = faults_of([make_commenter(BODY)], make_stored(*stored))

    assert faults == [fault]
    assert complaints(replace(FINE, faults=faults)) == [f"{fault.kind}: {fault.what}"]


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (
            replace(FINE, kills=[replace(KILL, writing_seconds=WRITING_SECONDS + 1)]),
            "kill 1: nothing was written for 31.0 s",
        ),
        (replace(FINE, asked_kills=2), "1 of 2 kills were done"),
        (replace(FINE, restarts=1), "the service ended 1 times by itself"),
        (replace(FINE, tracebacks=2), "the service logged 2 tracebacks"),
        (
            replace(FINE, acknowledged={}),
            "hardly anything was acknowledged, so nothing was tried",
        ),
        (replace(FINE, stopped_by="the cluster stood still"), "the cluster stood still"),
    ],
)
def test_verdict_complains_of_whatever_else_must_not_be(outcome: Outcome, complaint: str) -> None:
    assert complaints(outcome) == [complaint]


def test_table_has_the_greatest_time_and_what_was_lost() -> None:
    slow = replace(KILL, number=2, writing_seconds=21.5, with_patroni=True)

    table = told(replace(FINE, kills=[KILL, slow], faults=[Fault("lost", BODY)]))

    assert "| 2 | node-1 | server and Patroni | node-2 | 21.5 | 12.0 |" in table
    assert "Writing again after 4.0 to 21.5 s" in table
    assert "Lost 1, doubled 0" in table


def test_results_are_kept_to_be_read_by_people_and_programs(tmp_path: Path) -> None:
    keep(FINE, tmp_path / "results")

    kept = json.loads(tmp_path.joinpath("results", "cluster.json").read_text("utf-8"))
    assert (kept["kills"][0]["writing_seconds"], kept["statuses"]) == (4.0, {"201": 9, "503": 4})
    assert tmp_path.joinpath("results", "cluster.md").read_text("utf-8") == told(FINE)


def test_undertaker_ends_what_runs_in_its_folder_and_nothing_else(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    waits = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    inside, outside = (
        subprocess.Popen(waits, cwd=folder, stdin=subprocess.PIPE) for folder in (mine, other)
    )

    bury(mine)

    assert inside.wait(5) < 0
    assert outside.poll() is None
    assert not mine.exists()
    assert outside.pid in processes_of(other)
    outside.communicate(timeout=5)
    inside.communicate(timeout=5)


def test_folder_of_a_cluster_is_gone_once_the_one_who_made_it_is_killed() -> None:
    making = (
        "import sys; from bench.cluster_undertaker import cluster_folder\n"
        "with cluster_folder() as folder: print(folder, flush=True); sys.stdin.read()"
    )
    made = subprocess.Popen(
        [sys.executable, "-c", making], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None
    folder = Path(made.stdout.readline().strip())
    assert folder.is_dir()

    made.kill()
    made.communicate(timeout=5)

    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    with cluster_folder() as another:
        assert another.is_dir()
    assert not another.exists()
