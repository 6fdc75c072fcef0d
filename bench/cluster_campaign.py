"""Kills the primary of a cluster again and again while people work at the service over it."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path

from bench.cluster_load import COMMENTERS, Watch, WatchedCommenter, at_work, read_at
from bench.cluster_nodes import Cluster, ClusterStuck, Node
from bench.cluster_verdict import Kill, Outcome
from tests.faults.campaign import faults_of, stored_by_body
from tests.faults.database_campaign import replica
from tests.faults.ledger import Fault
from tests.system.conftest import lay_small_site
from tests.system.running import EDITOR, PASSPHRASE, Service

SERVICES = 2
START_SECONDS = 120.0
_WRITING_SECONDS = 90.0
_WHOLE_SECONDS = 120.0
_EQUAL_SECONDS = 20.0
_WITH_PATRONI = 0.3
_BEFORE_SECONDS = (0.3, 2.5)
_AFTER_SECONDS = 1.0
_REWOUND = "pg_rewind exit code=0"
_COPIED = "replica has been created"


class Campaign:
    """The services over one cluster, and those who use them."""

    def __init__(self, folder: Path, cluster: Cluster, *, seed: int) -> None:
        """Everything is started. Raises Refused."""
        self._cluster = cluster
        self._seed = seed
        self._chance = random.Random(seed)
        self._kills: list[Kill] = []
        self._found: list[Fault] = []
        self._stored = 0
        site = lay_small_site(folder / "site")
        self._services = [
            replica(folder / f"service-{number}", site.folder, cluster.url)
            for number in range(SERVICES)
        ]
        with ThreadPoolExecutor(SERVICES) as pool:
            list(pool.map(Service.start, self._services))
        self._watch = Watch()
        self._token = _signed_in(self._services[0])
        self._commenters = [
            WatchedCommenter(
                str(number),
                self._watch,
                language=site.language,
                token=self._token,
                chance=random.Random(self._chance.random()),
            )
            for number in range(COMMENTERS)
        ]

    def run(self, kills: int, tell: Callable[[Kill], None]) -> Outcome:
        """So many, or until something is wrong; `tell` hears of each."""
        stopped_by = ""
        try:
            while len(self._kills) < kills and not self._faults():
                self._kill_one()
                tell(self._kills[-1])
        except ClusterStuck as stuck:
            stopped_by = str(stuck)
        logs = [service.log.read_text("utf-8", "replace") for service in self._services]
        return Outcome(
            seed=self._seed,
            asked_kills=kills,
            kills=self._kills,
            acknowledged=dict(sum((one.acknowledged for one in self._commenters), Counter())),
            in_flight=dict(sum((one.in_flight for one in self._commenters), Counter())),
            statuses=dict(self._watch.statuses),
            faults=self._faults(),
            restarts=sum(_has_ended(service) for service in self._services),
            tracebacks=sum(log.count("Traceback") for log in logs),
            stopped_by=stopped_by,
            stored=self._stored,
            machine=f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}.",
        )

    def _kill_one(self) -> None:
        """Let everybody work, kill, wait, bring it back, look at everything."""
        primary = self._cluster.wait_until_whole(_WHOLE_SECONDS)
        with_patroni = self._chance.random() < _WITH_PATRONI
        before = primary.said(_REWOUND), primary.said(_COPIED)
        with self._at_work():
            time.sleep(self._chance.uniform(*_BEFORE_SECONDS))
            killed_at = time.monotonic()
            primary.kill(with_patroni=with_patroni)
            gone_at = time.monotonic()  # in between it may have written still
            if not self._watch.wait_for_write_sent_after(gone_at, _WRITING_SECONDS):
                raise ClusterStuck(f"nothing was written for {_WRITING_SECONDS:.0f} s")
            writing_seconds = time.monotonic() - killed_at
            if with_patroni:
                primary.start()
            successor = self._cluster.wait_until_whole(_WHOLE_SECONDS)
            whole_seconds = time.monotonic() - killed_at
            time.sleep(_AFTER_SECONDS)
        self._kills.append(
            Kill(
                number=len(self._kills) + 1,
                primary=primary.name,
                successor=successor.name,
                with_patroni=with_patroni,
                writing_seconds=writing_seconds,
                whole_seconds=whole_seconds,
                rewound=primary.said(_REWOUND) - before[0],
                copied=primary.said(_COPIED) - before[1],
            )
        )
        self._look()

    def _look(self) -> None:
        self._cluster.wait_until_equal(_EQUAL_SECONDS)
        with closing(self._chance.choice(self._services).client()) as client:
            stored = stored_by_body(client, self._token)
        self._stored = sum(map(len, stored.values()))
        self._found += faults_of(self._commenters, stored)

    def _faults(self) -> Sequence[Fault]:
        return [*self._found, *self._watch.faults]

    def _at_work(self) -> AbstractContextManager[None]:
        works = [partial(commenter.work_at, self._services) for commenter in self._commenters]
        return at_work([*works, partial(read_at, self._services, self._watch)])


def last_words(nodes: Sequence[Node]) -> str:
    """Of each Patroni, for whoever has to find out why a cluster stands still."""
    return "\n".join(f"{node.name}:\n{node.last_words()}" for node in nodes)


def _signed_in(service: Service) -> str:
    """An editor's token."""
    made = service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    if made.returncode != 0:
        raise ClusterStuck(f"no account was made: {made.stderr}")
    session = service.ask("POST", "/api/v1/session", {"name": EDITOR, "passphrase": PASSPHRASE})
    return str(session.body["token"])


def _has_ended(service: Service) -> bool:
    return service.process is None or service.process.poll() is not None
