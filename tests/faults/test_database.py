"""Replicas over one PostgreSQL, whose server is restarted and which are killed, under load.

Nothing that was acknowledged is lost, doubled, stale or resurrected, nobody is answered 500, and
no replica has to be restarted. DATABASE_ROUNDS chooses how many restarts of each kind.
"""

import os
import random
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.postgres import PostgresServer
from tests.faults.database_campaign import (
    BACK_SECONDS,
    DatabaseCampaign,
    Disturbance,
)
from tests.system.running import comment_body

ROUNDS = int(os.environ.get("DATABASE_ROUNDS", "1"))
SEED = int(os.environ.get("DATABASE_SEED", str(random.SystemRandom().getrandbits(32))))
REPLICAS = 3
RESTARTS_PER_KILL = 10


@pytest.fixture(scope="module")
def campaign(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> Iterator[DatabaseCampaign]:
    """On an empty database, at which all replicas started at once."""
    folder = tmp_path_factory.mktemp("replicas")
    made = DatabaseCampaign(folder, postgres, replicas=REPLICAS, seed=SEED)
    yield made
    made.end()


def test_restarts_and_kills_lose_and_double_nothing_acknowledged(
    campaign: DatabaseCampaign,
) -> None:
    print(f"DATABASE_SEED={SEED}")
    _assert_one_key_sent_to_all_replicas_at_once_stores_one(campaign)
    kinds: list[Disturbance] = ["immediate", "fast"]
    for number in range(2 * ROUNDS):
        campaign.disturb(kinds[number % 2])
        if number % RESTARTS_PER_KILL == 0:
            campaign.disturb("kill")
        print(campaign.figures, f"back after {max(campaign.back_seconds):.1f} s", flush=True)
        assert campaign.figures.faults == []
    print(campaign.count())

    assert campaign.figures.acknowledged.total() > 2 * ROUNDS
    assert max(campaign.back_seconds) < BACK_SECONDS
    for replica in campaign.replicas:
        assert "Traceback" not in replica.log.read_text()


def _assert_one_key_sent_to_all_replicas_at_once_stores_one(campaign: DatabaseCampaign) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = comment_body(campaign.commenters[0].language, body="body 0-0")

    def post(number: int) -> tuple[int, str, str]:
        replica = campaign.replicas[number % REPLICAS]
        answer = replica.ask("POST", "/api/v1/comments", body, key)
        return answer.status, answer.body["id"], answer.body["receipt"]

    with ThreadPoolExecutor(24) as pool:
        answers = set(pool.map(post, range(24)))

    assert len(answers) == 1
    ((status, _, receipt),) = answers
    assert status == 201
    erased = campaign.replicas[1].ask(
        "POST", "/api/v1/receipt/erase", {}, {"Authorization": f"Receipt {receipt}"}
    )
    assert erased.status == 204
    assert campaign.replicas[2].ask("POST", "/api/v1/comments", body, key).status == 410


def test_service_without_its_database_says_so_and_comes_back_by_itself(
    campaign: DatabaseCampaign, postgres: PostgresServer
) -> None:
    one, other = campaign.replicas[:2]
    language = campaign.commenters[0].language
    postgres.stop("immediate")
    try:
        refused = one.ask("POST", "/api/v1/comments", comment_body(language))
        page = other.ask("GET", "/feedback/receipt")
        health = {path: one.ask("GET", path).status for path in ("/healthz", "/readyz")}
    finally:
        postgres.start()
    assert (refused.status, refused.body["code"]) == (503, "store-unavailable")
    assert page.status == 200
    assert health == {"/healthz": 200, "/readyz": 503}
    for replica in campaign.replicas:
        campaign.service = replica
        campaign.wait_until_back()  # each has its own rest after a connection that was refused
        assert max(campaign.back_seconds) < BACK_SECONDS
        assert replica.ask("POST", "/api/v1/comments", comment_body(language)).status == 201
        assert "Traceback" not in replica.log.read_text()
