"""`kill -9` at random times, while clients post, add, decide and withdraw.

Nothing that was acknowledged is lost, doubled, stale or resurrected. KILL_ROUNDS and KILL_SEED
choose how long and which.
"""

import http.client
import os
import random
import statistics
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.system.conftest import SmallSite
from tests.system.running import Answer, Client, Service, comment_body

ROUNDS = int(os.environ.get("KILL_ROUNDS", "25"))
SEED = int(os.environ.get("KILL_SEED", str(random.SystemRandom().getrandbits(32))))
CLIENTS = 4
LONGEST_ROUND_SECONDS = 0.6
RESTART_RATIO = 3
"""A start after a kill against the quickest of all starts: both are slow on a busy machine."""
NOBODY_ANSWERS = (OSError, http.client.HTTPException)


@dataclass(slots=True)
class Known:
    """What was acknowledged of one comment; what was only asked for may have happened too."""

    id: str
    receipt: str
    body: str
    additions: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    version: int = 1
    decision_asked: bool = False
    withdrawn: bool = False
    withdrawal_asked: bool = False


@dataclass(slots=True)
class Post:
    """A comment that is posted until it is acknowledged, over kills, with one key."""

    key: str
    body: str


class Commenter:
    """One client: its own comments, and an editor's hand in deciding them."""

    def __init__(self, name: int, language: str, token: str) -> None:
        self.known: list[Known] = []
        self.pending: Post | None = None
        self.stale: list[str] = []
        self._name = name
        self._language = language
        self._editor = {"Authorization": f"Bearer {token}"}
        self._random = random.Random(SEED * 1_000 + name)
        self._count = 0

    def work(self, client: Client) -> None:
        """One thing after the other until nobody answers."""
        with suppress(*NOBODY_ANSWERS), closing(client):
            while True:
                if self.pending or not self.known or self._random.random() < 0.5:
                    self._post(client)
                else:
                    act = self._random.choice([self._add, self._decide, self._withdraw, self._look])
                    act(client, self._random.choice(self.known))

    def _post(self, client: Client) -> None:
        self.pending = self.pending or Post(key=self._new("key"), body=self._new("body"))
        answer = client.ask(
            "POST",
            "/api/v1/comments",
            comment_body(self._language, body=self.pending.body),
            {"Idempotency-Key": self.pending.key},
        )
        assert answer.status == 201, answer
        receipt, body = answer.body["receipt"], self.pending.body
        self.known.append(Known(id=answer.body["id"], receipt=receipt, body=body))
        self.pending = None

    def _add(self, client: Client, known: Known) -> None:
        said = self._new("addition")
        answer = client.ask("POST", "/api/v1/receipt/reply", {"body": said}, _receipt(known))
        if answer.status == 200:
            known.additions.append(said)
        else:
            self._expect_refusal(answer, known)

    def _decide(self, client: Client, known: Known) -> None:
        seen = client.ask("GET", f"/api/v1/comments/{known.id}", headers=self._editor)
        assert seen.status == 200, seen
        reason = self._new("reason")
        known.decision_asked = True
        answer = client.ask(
            "POST",
            f"/api/v1/comments/{known.id}/decision",
            {
                "outcome": self._random.choice(["accepted", "declined", "answered"]),
                "reason": reason,
                "reason_language": self._language,
                "version": seen.body["version"],
            },
            self._editor,
        )
        if answer.status == 200:
            known.reasons.append(reason)
            known.version = answer.body["version"]
        else:
            self._expect_refusal(answer, known)

    def _withdraw(self, client: Client, known: Known) -> None:
        known.withdrawal_asked = True
        answer = client.ask("POST", "/api/v1/receipt/withdraw", {}, _receipt(known))
        assert answer.status == 200, answer
        known.withdrawn = True

    def _look(self, client: Client, known: Known) -> None:
        answer = client.ask("GET", "/api/v1/receipt", headers=_receipt(known))
        assert answer.status == 200, answer
        if known.withdrawn and answer.body["state"] != "withdrawn":
            self.stale.append(known.id)

    def _expect_refusal(self, answer: Answer, known: Known) -> None:
        """A withdrawn comment refuses, a decided one a second reply; no client shares one."""
        if answer.body["code"] == "already-replied":
            assert known.decision_asked, answer
        else:
            assert known.withdrawal_asked, answer
            assert answer.body["code"] == "not-allowed-now", answer

    def _new(self, what: str) -> str:
        self._count += 1
        return f"{what} {self._name}-{self._count}"


def _receipt(known: Known) -> dict[str, str]:
    return {"Authorization": f"Receipt {known.receipt}"}


def _stored(service: Service, token: str) -> dict[str, Any]:
    """Every comment the service has, by body; fails if a body is there twice."""
    stored: dict[str, Any] = {}
    with closing(service.client()) as client:
        while True:
            page = client.ask(
                "GET",
                f"/api/v1/comments?limit=200&offset={len(stored)}",
                headers={"Authorization": f"Bearer {token}"},
            )
            for comment in page.body["comments"]:
                assert comment["body"] not in stored
                stored[comment["body"]] = comment
            if len(stored) >= page.body["total"]:
                return stored


def _faults(known: Known, stored: dict[str, Any]) -> list[str]:
    """What is wrong with a comment by what was acknowledged of it."""
    comment = stored.get(known.body)
    if comment is None or comment["id"] != known.id:
        return [f"{known.id} is lost"]
    faults = []
    if comment["version"] < known.version:
        faults.append(f"{known.id} is stale")
    if known.withdrawn and comment["state"] != "withdrawn":
        faults.append(f"{known.id} is resurrected")
    additions = [addition["body"] for addition in comment["additions"]]
    if [one for one in additions if one in known.additions] != known.additions:
        faults.append(f"{known.id} lost an addition, or has one twice")
    reasons = [event["reason"] for event in comment["events"] if event.get("reason")]
    if [one for one in reasons if one in known.reasons] != known.reasons:
        faults.append(f"{known.id} lost a decision, or has one twice")
    return faults


def test_nothing_acknowledged_is_lost_doubled_stale_or_resurrected(
    service: Service, site: SmallSite, editor: dict[str, str]
) -> None:
    print(f"KILL_SEED={SEED}")
    chance = random.Random(SEED)
    spans = [service.start()]
    token = service.ask("POST", "/api/v1/session", editor).body["token"]
    commenters = [Commenter(name, site.language, token) for name in range(CLIENTS)]
    crowd = range(CLIENTS)

    for _ in range(ROUNDS):
        threads = [
            threading.Thread(target=commenters[name].work, args=[service.client()])
            for name in crowd
        ]
        for thread in threads:
            thread.start()
        threads[0].join(chance.uniform(0, LONGEST_ROUND_SECONDS))
        service.kill()
        for thread in threads:
            thread.join()
        spans.append(service.start())

    stored = _stored(service, token)
    known = [one for commenter in commenters for one in commenter.known]
    pending = [commenter.pending.body for commenter in commenters if commenter.pending]
    assert [fault for one in known for fault in _faults(one, stored)] == []
    assert set(stored) - {one.body for one in known} <= set(pending)
    assert [id for commenter in commenters for id in commenter.stale] == []
    assert len(known) > ROUNDS
    assert statistics.median(spans[1:]) < RESTART_RATIO * min(spans)
