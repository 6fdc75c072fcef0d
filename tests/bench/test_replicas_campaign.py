"""What judges the replicas of a run: it must find what is wrong, and must be able to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.replicas_campaign import Campaign
from bench.replicas_command import started_proxy
from bench.replicas_verdict import Outcome, Round, complaints, told
from tests.deploy.proxied import lay_site
from tests.fakes.postgres import PostgresServer
from tests.faults.ledger import Fault, Known, Post


@pytest.fixture
def campaign(tmp_path: Path, postgres: PostgresServer) -> Iterator[Campaign]:
    """Over a replica that forgets every Idempotency-Key."""
    made = Campaign(
        tmp_path,
        postgres,
        site=lay_site(tmp_path / "site"),
        start_proxy=lambda site, ports: started_proxy(tmp_path / "proxy", "caddy", site, ports),
        seed=1,
        replicas=1,
        module="tests.faults.broken_service",
        settings={"BROKEN": "no idempotency in PostgreSQL"},
    )
    yield made
    made.end()


def test_forgotten_keys_and_a_comment_that_is_not_there_are_found(campaign: Campaign) -> None:
    campaign.at_once.send(campaign.replicas)
    lost = Post(key="k", body="acknowledged, and not there", by_form=False)
    campaign.commenters[0].known.append(Known(post=lost, receipt="R"))

    campaign.look_at_the_database()
    campaign.look_through(campaign.replicas[0])

    kinds = Counter(fault.kind for fault in campaign.faults())
    assert kinds == {"doubled": 4, "lost": 2}  # by its answers and by what is stored, each twice
    assert Fault("lost", lost.body) in campaign.faults()
    assert any("doubled" in one for one in complaints(campaign.outcome(asked=0, proxy="caddy")))


def _outcome(**changes: Any) -> Outcome:
    made = Round(number=1, disturbance="fast", away_seconds=1.0, writing_seconds=0.5)
    fine = Outcome(
        seed=1,
        proxy="caddy",
        asked=1,
        rounds=[made],
        at_once=1,
        acknowledged={"post": 9},
        in_flight={},
        statuses={201: 9},
        looks={"in the database": 1},
        faults=[],
        restarts=0,
        tracebacks=[],
        stored=9,
        stopped_by="",
        machine="",
    )
    return replace(fine, **changes)


def test_nothing_is_wrong_with_what_is_as_it_must_be() -> None:
    assert complaints(_outcome()) == []
    assert "Lost 0, doubled 0, stale 0, resurrected 0, other faults 0." in told(_outcome())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"faults": [Fault("stale", "body 1")]}, "stale: body 1"),
        (
            {"rounds": [replace(_outcome().rounds[0], writing_seconds=5.1)]},
            "round 1 (fast): a replica took nothing for 5.1 s",
        ),
        ({"asked": 2}, "1 of 2 restarts were done"),
        ({"at_once": 0}, "one key was sent to all replicas 0 times only"),
        ({"restarts": 1}, "1 replicas ended by themselves"),
        ({"tracebacks": ["Traceback …"]}, "a replica logged: Traceback …"),
        ({"stopped_by": "a replica took nothing"}, "a replica took nothing"),
        ({"acknowledged": {}}, "hardly anything was acknowledged, so nothing was tried"),
    ],
)
def test_whatever_is_not_as_it_must_be_is_said(changes: dict[str, Any], said: str) -> None:
    assert complaints(_outcome(**changes)) == [said]
