"""One Idempotency-Key, however often it comes and whatever happens between."""

import itertools
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.postgres import PostgresServer
from tests.faults.database_campaign import SECRET as DATABASE_SECRET
from tests.system.conftest import lay_small_site
from tests.system.running import EDITOR, PASSPHRASE, Answer, Service, comment_body

STORES = ("tinydb", "postgresql")
"""Every store the service can run on."""
ERASED = (410, "erased")


@dataclass(slots=True)
class Running:
    """One service for all tests of a store; each has keys of its own."""

    service: Service
    language: str
    editor: Mapping[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_key(self) -> str:
        return f"key-{next(self._numbers)}"

    def sign_in(self) -> None:
        account = {"name": EDITOR, "passphrase": PASSPHRASE}
        token = self.service.ask("POST", "/api/v1/session", account).body["token"]
        self.editor = {"Authorization": f"Bearer {token}"}

    def post(self, text: str, key: str) -> Answer:
        body = comment_body(self.language, body=text)
        return self.service.ask("POST", "/api/v1/comments", body, {"Idempotency-Key": key})

    def post_at_once(self, texts: list[str], key: str) -> list[Answer]:
        with ThreadPoolExecutor(len(texts)) as pool:
            return list(pool.map(lambda text: self.post(text, key), texts))

    def act(self, name: str, answer: Answer) -> Answer:
        """Something done by receipt."""
        return self.service.ask("POST", f"/api/v1/receipt/{name}", {}, _authorised(answer))

    def stored(self) -> int:
        """How many comments there are, by the board."""
        listed: Any = self.service.ask("GET", "/api/v1/comments", headers=self.editor)
        total: int = listed.body["total"]
        return total


@pytest.fixture(scope="module", params=STORES)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("retries")
    site = lay_small_site(folder / "site")
    service = Service(folder, {"FEEDBACK_SITE": str(site.folder)})
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        service.environment |= {
            "FEEDBACK_STORE": server.new_database(),
            "FEEDBACK_DATA": str(service.data),
            "FEEDBACK_SECRET": DATABASE_SECRET,
        }
    made = service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr
    service.start()
    running = Running(service, site.language)
    running.sign_in()
    yield running
    service.kill()


def _authorised(answer: Answer) -> dict[str, str]:
    return {"Authorization": f"Receipt {answer.body['receipt']}"}


def _told(answers: list[Answer]) -> set[tuple[int, str]]:
    return {(answer.status, answer.body.get("code", "")) for answer in answers}


def test_fifty_parallel_posts_with_one_key_store_one_comment(running: Running) -> None:
    before = running.stored()

    answers = running.post_at_once(["Once."] * 50, running.new_key())

    assert {answer.status for answer in answers} == {201}
    assert len({tuple(answer.body.items()) for answer in answers}) == 1
    assert running.stored() == before + 1


def test_parallel_posts_of_two_bodies_with_one_key_store_one_and_refuse_the_other(
    running: Running,
) -> None:
    before = running.stored()

    for _ in range(5):
        answers = running.post_at_once(["One.", "Other."] * 8, running.new_key())
        taken = [answer.body["receipt"] for answer in answers if answer.status == 201]
        refused = [answer for answer in answers if answer.status != 201]
        assert (len(taken), len(set(taken))) == (8, 1)
        assert _told(refused) == {(422, "idempotency-mismatch")}

    assert running.stored() == before + 5


def test_retry_after_erasure_creates_nothing_and_says_so(running: Running) -> None:
    before = running.stored()
    key = running.new_key()
    first = running.post("Once.", key)
    assert running.act("erase", first).status == 204

    retried = running.post_at_once(["Once."] * 8 + ["Something else."], key)

    assert _told(retried) == {ERASED}
    assert "does not come back" in retried[0].body["detail"]
    assert first.body["receipt"] not in str(retried)
    assert running.stored() == before


def test_retry_after_withdrawal_gets_what_was_withdrawn_and_creates_nothing(
    running: Running,
) -> None:
    before = running.stored()
    key = running.new_key()
    first = running.post("Once.", key)
    assert running.act("withdraw", first).status == 200

    retried = running.post_at_once(["Once."] * 8, key)

    assert {(answer.status, answer.body["id"]) for answer in retried} == {(201, first.body["id"])}
    own = running.service.ask("GET", "/api/v1/receipt", headers=_authorised(retried[0]))
    assert own.body["state"] == "withdrawn"
    assert running.stored() == before + 1


def test_retries_that_race_with_the_erasure_bring_nothing_back(running: Running) -> None:
    before = running.stored()

    for _ in range(5):
        key = running.new_key()
        first = running.post("Once.", key)
        with ThreadPoolExecutor(1) as pool, closing(running.service.client()) as client:
            retries = pool.submit(running.post_at_once, ["Once."] * 8, key)
            client.ask("POST", "/api/v1/receipt/erase", {}, _authorised(first))
            answers = retries.result()
        assert _told(answers) <= {(201, ""), ERASED}
        assert {one.body["id"] for one in answers if one.status == 201} <= {first.body["id"]}
        assert running.post("Once.", key).status == 410

    assert running.stored() == before


def test_keys_are_known_after_a_kill(running: Running) -> None:
    kept, gone = running.new_key(), running.new_key()
    first, erased = running.post("Once.", kept), running.post("Once.", gone)
    running.act("erase", erased)
    before = running.stored()
    running.service.kill()
    running.service.start()

    again = running.post("Once.", kept)
    other = running.post("Something else.", kept)
    late = running.post("Once.", gone)

    assert (again.status, again.body) == (201, first.body)
    assert _told([other, late]) == {(422, "idempotency-mismatch"), ERASED}
    assert running.stored() == before
