"""Restarts PostgreSQL and kills replicas behind a proxy, again and again, while people work.

The people, and the ledger of what each was told, are those of tests/faults: the same that judge one
service, so that both are judged alike.
"""

import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.cluster_load import at_work, read_at
from bench.replicas_load import AtOnce, DoorCommenter, Doors, ProxyWatch
from bench.replicas_verdict import Disturbance, Outcome, Round
from tests.deploy.proxied import Proxy
from tests.fakes.postgres import PostgresServer
from tests.faults.campaign import faults_of, stored_by_body
from tests.faults.commenter import Commenter
from tests.faults.database_campaign import replica
from tests.faults.ledger import Fault
from tests.system.conftest import SmallSite
from tests.system.running import EDITOR, PASSPHRASE, Client, Service

REPLICAS = 3
COMMENTERS = 8
RESTARTS_PER_KILL = 5
ROUNDS_PER_LOOK = 10
"""Everything is looked at in the database after each round, through a replica after so many."""
_BEFORE_SECONDS = (0.1, 0.8)
_AFTER_SECONDS = 0.3
_TRACEBACK = re.compile(r"^Traceback.*\n(?:[ \t].*\n)*.*", re.MULTILINE)
StartProxy = Callable[[SmallSite, Sequence[int]], Proxy]
Stored = Mapping[str, Sequence[dict[str, Any]]]


class Campaign:
    """One database, its replicas, the proxy before them and those who use them."""

    def __init__(
        self,
        folder: Path,
        server: PostgresServer,
        *,
        site: SmallSite,
        start_proxy: StartProxy,
        seed: int,
        replicas: int = REPLICAS,
        module: str = "feedback_api",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Everything is started; `module` is what is run as a replica. Raises Refused."""
        self._server = server
        self._seed = seed
        self._chance = random.Random(seed)
        self._url = server.new_database()
        self.replicas = [
            replica(folder / f"replica-{number}", site.folder, self._url, module=module)
            for number in range(replicas)
        ]
        for one in self.replicas:
            one.environment |= {
                "FEEDBACK_ORIGIN": "https://localhost",
                "FEEDBACK_TRUSTED_PROXIES": "127.0.0.1",
                **(settings or {}),
            }
        with ThreadPoolExecutor(replicas) as pool:
            list(pool.map(Service.start, self.replicas))
        self.proxy = start_proxy(site, [one.port for one in self.replicas])
        self.watch = ProxyWatch()
        self._token = _signed_in(self.replicas[0])
        self.at_once = AtOnce(self.watch, language=site.language)
        self.commenters = [
            DoorCommenter(
                str(number),
                self.watch,
                language=site.language,
                token=self._token,
                chance=random.Random(self._chance.random()),
            )
            for number in range(COMMENTERS)
        ]
        self.rounds: list[Round] = []
        self.found: list[Fault] = []
        self._looks: Counter[str] = Counter()
        self._stored = 0
        self._stopped_by = ""

    def run(self, restarts: int, tell: Callable[[Round, int], None]) -> None:
        """So many, half of each kind, or until something is wrong; `tell` hears of each."""
        kinds: list[Disturbance] = ["immediate", "fast"]
        order = [kinds[number % 2] for number in range(restarts)]
        self._chance.shuffle(order)
        try:
            for number, kind in enumerate(order, 1):
                self._disturb(kind, tell)
                if number % RESTARTS_PER_KILL == 0:
                    self._disturb("kill", tell)
                if self.faults():
                    return
            for one in self.replicas:
                self.look_through(one)
        except TimeoutError as stuck:
            self._stopped_by = str(stuck)

    def _disturb(self, kind: Disturbance, tell: Callable[[Round, int], None]) -> None:
        """Let everybody work, disturb, send one key to all, let them work on, look."""
        with self.at_work():
            time.sleep(self._chance.uniform(*_BEFORE_SECONDS))
            began = time.monotonic()
            if kind == "kill":
                victim = self._chance.choice(self.replicas)
                victim.kill()
                victim.start()
            else:
                self._server.stop(kind)
                self._server.start()
            away_seconds = time.monotonic() - began
            writing_seconds = self.at_once.send(self.replicas)
            time.sleep(_AFTER_SECONDS)
        made = Round(
            number=len(self.rounds) + 1,
            disturbance=kind,
            away_seconds=away_seconds,
            writing_seconds=writing_seconds,
        )
        self.rounds.append(made)
        self.look_at_the_database()
        if made.number % ROUNDS_PER_LOOK == 0:
            self.look_through(self._chance.choice(self.replicas))
        tell(made, sum(one.acknowledged.total() for one in self.everybody))

    @property
    def everybody(self) -> Sequence[Commenter]:
        return [*self.commenters, self.at_once]

    def at_work(self) -> AbstractContextManager[None]:
        """People work and read meanwhile."""
        doors = Doors(self.proxy, self.replicas)
        works = [partial(commenter.work_through, doors) for commenter in self.commenters]
        return at_work([*works, partial(read_at, self.replicas, self.watch)])

    def look_at_the_database(self) -> None:
        """At every row; while nobody works."""
        name = self._url.rpartition("/")[2]
        rows = self._server.execute("SELECT document FROM comments WHERE NOT erased", name)
        stored: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for (document,) in rows:
            comment = _as_listed(str(document))
            stored[comment["body"]].append(comment)
        self._stored = len(rows)
        self._judge(stored, "in the database")

    def look_through(self, one: Service) -> None:
        """At what an editor is shown by this replica; while nobody works."""
        with closing(Client(one.port)) as client:
            self._judge(stored_by_body(client, self._token), "through a replica")

    def _judge(self, stored: Stored, where: str) -> None:
        self._looks[where] += 1
        self.found += faults_of(self.everybody, stored)

    def faults(self) -> Sequence[Fault]:
        return [*self.found, *self.watch.faults]

    def outcome(self, *, asked: int, proxy: str) -> Outcome:
        """Of all that was done until now."""
        logs = [one.log.read_text("utf-8", "replace") for one in self.replicas]
        return Outcome(
            seed=self._seed,
            proxy=proxy,
            asked=asked,
            rounds=self.rounds,
            at_once=len(self.at_once.known),
            acknowledged=dict(sum((one.acknowledged for one in self.everybody), Counter())),
            in_flight=dict(sum((one.in_flight for one in self.commenters), Counter())),
            statuses=dict(self.watch.statuses),
            looks=dict(self._looks),
            faults=self.faults(),
            restarts=sum(
                one.process is None or one.process.poll() is not None for one in self.replicas
            ),
            tracebacks=[one for log in logs for one in _tracebacks(log)],
            stored=self._stored,
            stopped_by=self._stopped_by,
            machine=f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}.",
        )

    def end(self) -> None:
        """Of whatever still runs."""
        self.proxy.stop()
        for one in self.replicas:
            if one.process is not None and one.process.poll() is None:
                one.kill()


def _as_listed(document: str) -> dict[str, Any]:
    """With the fields that a document leaves out where there is nothing to say."""
    comment: dict[str, Any] = msgspec.json.decode(document)
    return {"additions": [], "events": [], "version": 1, **comment}


def _tracebacks(log: str) -> list[str]:
    """Each up to the error itself, which is its first line that is not indented."""
    return [found[0] for found in _TRACEBACK.finditer(log)]


def _signed_in(one: Service) -> str:
    """An editor's token. Raises RuntimeError."""
    made = one.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    if made.returncode != 0:
        raise RuntimeError(f"no account was made: {made.stderr}")
    session = one.ask("POST", "/api/v1/session", {"name": EDITOR, "passphrase": PASSPHRASE})
    return str(session.body["token"])
