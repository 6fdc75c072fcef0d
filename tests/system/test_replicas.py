"""Two services over one database tell editors' systems together what one alone would."""

import base64
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.postgres import PostgresServer
from tests.faults.database_campaign import replica
from tests.system.conftest import SmallSite, post_comment
from tests.system.receiver import Receiver
from tests.system.running import Service

LEADS = "This replica does the background work now"
TAKEN_OVER_SECONDS = 60
SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().listening() as receiver:
        yield receiver


@pytest.fixture
def replicas(
    tmp_path: Path, site: SmallSite, postgres: PostgresServer, receiver: Receiver
) -> Iterator[list[Service]]:
    """The first one leads."""
    url = postgres.new_database()
    made = [replica(tmp_path / str(number), site.folder, url) for number in range(2)]
    for one in made:
        one.environment |= {
            "FEEDBACK_WEBHOOKS": receiver.url,
            "FEEDBACK_WEBHOOK_SECRET": SECRET,
        }
        one.start()
        _wait_until_one_leads(made)
    assert LEADS in made[0].log.read_text()
    yield made
    for one in made:
        if one.process is not None and one.process.poll() is None:
            one.kill()


def _wait_until_one_leads(replicas: list[Service]) -> None:
    until = time.monotonic() + TAKEN_OVER_SECONDS
    while not any(LEADS in one.log.read_text() for one in replicas if one.log.exists()):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_every_change_is_told_once_whoever_took_it_and_also_after_the_leader_died(
    replicas: list[Service], site: SmallSite, receiver: Receiver
) -> None:
    leader, other = replicas
    sent = [post_comment(one, site).body["id"] for one in (leader, other, leader, other)]
    told = [receiver.next().content["data"]["comment"] for _ in sent]
    assert sorted(told) == sorted(sent)

    leader.kill()
    late = post_comment(other, site)
    _wait_until_one_leads([other])

    assert late.status == 201
    again = [receiver.next().content["data"]["comment"]]
    while again[-1] != late.body["id"]:  # what was not yet marked as told may come twice
        again.append(receiver.next().content["data"]["comment"])
    assert set(again) <= {*sent, late.body["id"]}
