"""Many rounds over one data folder: clients at work, `kill -9`, a start, a look at everything."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feedback_api.app import account_services
from feedback_api.services.editors import add_editor
from feedback_api.settings import read_settings
from tests.faults.commenter import Commenter
from tests.faults.ledger import Fault
from tests.system.conftest import lay_small_site
from tests.system.running import EDITOR, PASSPHRASE, Client, Refused, Service

CLIENTS = 4
LONGEST_ROUND_SECONDS = 0.8
KILLED_WHILE_STARTING = 0.1
LONGEST_START_SECONDS = 2.0


@dataclass(slots=True)
class Figures:
    """What came out of some rounds."""

    rounds: int = 0
    killed_while_starting: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    start_seconds: list[float] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        self.rounds += other.rounds
        self.killed_while_starting += other.killed_while_starting
        self.acknowledged += other.acknowledged
        self.in_flight += other.in_flight
        self.faults += other.faults
        self.start_seconds += other.start_seconds

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds, {self.killed_while_starting} kills while starting, "
            f"{self.acknowledged.total()} acknowledged {dict(self.acknowledged)}, "
            f"{self.in_flight.total()} in flight {dict(self.in_flight)}, "
            f"{len(self.faults)} faults {self.faults[:5]}"
        )


class Campaign:
    """One data folder, its service and its clients."""

    def __init__(self, folder: Path, *, seed: int, module: str = "feedback_api") -> None:
        """`module` is what `python -m` runs to serve."""
        self.figures = Figures()
        self._chance = random.Random(seed)
        site = lay_small_site(folder / "site")
        self.service = Service(folder, {"FEEDBACK_SITE": str(site.folder)}, module=module)
        self._add_editor()
        self._start()
        self._gather(site.language)

    def run(self, rounds: int) -> Figures:
        """Kill and look so often, or until something is wrong."""
        try:
            while self.figures.rounds < rounds and not self.figures.faults:
                self.round()
        finally:
            self.end()
        return self.count()

    def count(self) -> Figures:
        """What was acknowledged and what was not, too."""
        for commenter in self.commenters:
            self.figures.acknowledged += commenter.acknowledged
            self.figures.in_flight += commenter.in_flight
        return self.figures

    def round(self) -> None:
        """Let everybody work, kill, start, look at everything."""
        threads = [
            threading.Thread(target=commenter.work, args=[self.service.client()])
            for commenter in self.commenters
        ]
        for thread in threads:
            thread.start()
        threads[0].join(self._chance.uniform(0, LONGEST_ROUND_SECONDS))
        self.service.kill()
        for thread in threads:
            thread.join()
        if self._chance.random() < KILLED_WHILE_STARTING:
            self._kill_while_starting()
        self.restart_and_look()
        self.figures.rounds += 1

    def restart_and_look(self) -> None:
        """Whatever is wrong then is among the faults."""
        try:
            self._start()
        except Refused as refused:
            self.figures.faults.append(Fault("stuck", str(refused)))
            return
        self.figures.faults += self._faults()

    def end(self) -> None:
        if self.service.process is not None and self.service.process.poll() is None:
            self.service.kill()

    def _add_editor(self) -> None:
        settings = read_settings(
            {
                name: value
                for name, value in self.service.environment.items()
                if name.startswith("FEEDBACK_")
            }
        )
        add_editor(EDITOR, PASSPHRASE, services=account_services(settings))

    def _gather(self, language: str) -> None:
        """The clients, who decide with the session of the editor."""
        signed_in = self.service.ask(
            "POST", "/api/v1/session", {"name": EDITOR, "passphrase": PASSPHRASE}
        )
        self._token = signed_in.body["token"]
        self.commenters = [
            Commenter(
                str(number),
                language=language,
                token=self._token,
                chance=random.Random(self._chance.random()),
            )
            for number in range(CLIENTS)
        ]

    def _start(self) -> None:
        self.figures.start_seconds.append(self.service.start())

    def _kill_while_starting(self) -> None:
        process = self.service.spawn()
        with process.stderr or nullcontext():
            time.sleep(self._chance.uniform(0, LONGEST_START_SECONDS))
            self.service.kill()
        self.figures.killed_while_starting += 1

    def _faults(self) -> Sequence[Fault]:
        with closing(self.service.client()) as client:
            return faults_of(self.commenters, stored_by_body(client, self._token))


def faults_of(
    commenters: Sequence[Commenter], stored: Mapping[str, Sequence[dict[str, Any]]]
) -> Sequence[Fault]:
    """By everything that the commenters know, and what they found wrong themselves.

    `stored` has every comment of the service by its body, which no two were sent with.
    """
    faults: list[Fault] = []
    asked = set()
    for commenter in commenters:
        faults += commenter.faults
        asked |= {known.post.body for known in commenter.known}
        asked |= {commenter.pending.body} if commenter.pending else set()
        for known in commenter.known:
            faults += known.faults(stored.get(known.post.body, []))
    faults += [Fault("unexpected", body) for body in stored.keys() - asked]
    return faults


def stored_by_body(client: Client, token: str) -> Mapping[str, Sequence[dict[str, Any]]]:
    """Every comment the service has; `token` of an editor's session."""
    stored: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    path: str | None = "/api/v1/comments?limit=200"
    while path:
        page = client.ask("GET", path, headers={"Authorization": f"Bearer {token}"})
        for comment in page.body["comments"]:
            stored[comment["body"]].append(comment)
        path = page.body["next"]
    return stored
