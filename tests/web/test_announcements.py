"""Announcing prepared decisions together, as JSON."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.cycle import Cycle
from feedback_api.domain.decision import State
from feedback_api.services import Services
from tests.fakes.comments import comment_id
from tests.fakes.memory_cycles import usual_cycle
from tests.web.reading import EDITOR, PASSPHRASE, codes_of
from tests.web.reviewed_cycle import lay_cycles, prepared, said_in, set_clock

PATH = "/api/v1/announcements"


@pytest.fixture
def cycle(services: Services) -> Cycle:
    made = usual_cycle()
    lay_cycles(services, made)
    set_clock(services, made.closes + timedelta(days=1))
    return made


@pytest.fixture
def program(cycle: Cycle, client: TestClient) -> TestClient:
    answer = client.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


def test_prepared_decisions_come_into_force_together(
    program: TestClient, cycle: Cycle, services: Services
) -> None:
    mine = [prepared(said_in(cycle, services).comment.id, services) for _ in range(3)]
    picked = [{"id": one.id, "version": one.version} for one in mine]

    answer = program.post(PATH, json={"comments": picked})

    assert answer.status_code == 200
    assert answer.json() == {"announced": [one.id for one in mine], "refused": []}
    assert {services.comments.get(one.id).state for one in mine} == {State.DECLINED}


def test_what_is_refused_is_told_in_the_reader_s_language_and_stays_as_it_is(
    program: TestClient, cycle: Cycle, services: Services
) -> None:
    mine = prepared(said_in(cycle, services).comment.id, services)
    plain = said_in(cycle, services).comment
    picked = [
        {"id": mine.id, "version": mine.version - 1},
        {"id": plain.id, "version": 1},
        {"id": comment_id(999), "version": 1},
    ]

    answer = program.post(PATH, json={"comments": picked})

    refused = answer.json()["refused"]
    assert answer.json()["announced"] == []
    assert [one["code"] for one in refused] == ["conflict", "nothing-prepared", "unknown-comment"]
    assert all(one["detail"] for one in refused)
    assert services.comments.get(mine.id) == mine


@pytest.mark.parametrize(
    ("comments", "code"),
    [
        ([], "required"),
        ("all", "wrong-type"),
        ([{"id": "x"}], "wrong-type"),
        ([{"id": "x", "version": 0}], "wrong-type"),
        ([{"id": "x", "version": 1, "more": 1}], "wrong-type"),
        ([{"id": "x", "version": 1}] * 2, "duplicate-field"),
        ([{"id": str(number), "version": 1} for number in range(501)], "too-many"),
    ],
)
def test_what_cannot_be_picked_is_refused(program: TestClient, comments: object, code: str) -> None:
    answer = program.post(PATH, json={"comments": comments})

    assert answer.status_code == 422
    assert codes_of(answer) == [("comments", code)]


def test_strangers_announce_nothing(client: TestClient, cycle: Cycle) -> None:
    assert client.post(PATH, json={"comments": []}).status_code == 401
