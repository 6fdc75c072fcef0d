"""Several replicas over one PostgreSQL: clients at work, the server restarted, replicas killed."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

from tests.fakes.postgres import PostgresServer
from tests.faults.campaign import Campaign, Figures
from tests.faults.commenter import Commenter
from tests.system.conftest import lay_small_site
from tests.system.running import Answer, Client, Service

SECRET = "only tests know this, and it is long enough"
BACK_SECONDS = 5.0
_LONGEST_WORK_SECONDS = 0.8
_PAUSE_SECONDS = 0.02
_UNAVAILABLE = 503

Disturbance = Literal["immediate", "fast", "kill"]


class _GaveUp(ConnectionError):
    """Nothing was acknowledged: nobody knows what became of it."""


class PatientClient(Client):
    """One that takes 503 for no answer, and asks nobody any more once it is `over`."""

    def __init__(self, port: int, over: threading.Event) -> None:
        super().__init__(port)
        self._over = over

    def ask(self, *args: Any, **kwargs: Any) -> Answer:
        return self._told(super().ask, *args, **kwargs)

    def post_form(self, path: str, form: str) -> Answer:
        return self._told(super().post_form, path, form)

    def _told(self, ask: Any, *args: Any, **kwargs: Any) -> Answer:
        if self._over.is_set():
            raise _GaveUp
        answer: Answer = ask(*args, **kwargs)
        if answer.status == _UNAVAILABLE:
            raise _GaveUp
        return answer


def replica(folder: Path, site: Path, url: str, *, module: str = "feedback_api") -> Service:
    """A service over the database; it has `folder` to itself, `module` is what is run."""
    folder.mkdir(parents=True)
    settings = {
        "FEEDBACK_SITE": str(site),
        "FEEDBACK_STORE": url,
        "FEEDBACK_DATA": str(folder / "data"),
        "FEEDBACK_SECRET": SECRET,
    }
    return Service(folder, settings, module=module)


class DatabaseCampaign(Campaign):
    """One database, its replicas and their clients."""

    def __init__(self, folder: Path, server: PostgresServer, *, replicas: int, seed: int) -> None:
        self.figures = Figures()
        self.back_seconds: list[float] = []
        self._chance = random.Random(seed)
        self._server = server
        site = lay_small_site(folder / "site")
        url = server.new_database()
        self.replicas = [
            replica(folder / str(number), site.folder, url) for number in range(replicas)
        ]
        with ThreadPoolExecutor(replicas) as pool:
            self.figures.start_seconds += pool.map(Service.start, self.replicas)
        self.service = self.replicas[0]
        self._add_editor()
        self._gather(site.language)

    def disturb(self, disturbance: Disturbance) -> None:
        """Let everybody work, disturb, let them work on, look at everything."""
        over = threading.Event()
        threads = [
            threading.Thread(target=self._work, args=[commenter, over])
            for commenter in self.commenters
        ]
        for thread in threads:
            thread.start()
        time.sleep(self._chance.uniform(0.1, _LONGEST_WORK_SECONDS))
        if disturbance == "kill":
            self._kill_one()
        else:
            self._server.stop(disturbance)
            self._server.start()
            self.wait_until_back()
        time.sleep(self._chance.uniform(0.1, _LONGEST_WORK_SECONDS))
        over.set()
        for thread in threads:
            thread.join()
        self.service = self._chance.choice(self.replicas)
        self.figures.faults += self._faults()
        self.figures.rounds += 1

    def end(self) -> None:
        for one in self.replicas:
            if one.process is not None and one.process.poll() is None:
                one.kill()

    def _work(self, commenter: Commenter, over: threading.Event) -> None:
        chance = random.Random(id(commenter))
        while not over.is_set() and not commenter.faults:
            commenter.work(PatientClient(chance.choice(self.replicas).port, over))
            time.sleep(_PAUSE_SECONDS)

    def _kill_one(self) -> None:
        victim = self._chance.choice(self.replicas)
        victim.kill()
        self.figures.start_seconds.append(victim.start())

    def wait_until_back(self) -> None:
        """Until a replica, not restarted, reads the store again."""
        began = time.monotonic()
        while self.service.ask("GET", "/readyz").status != 200:
            time.sleep(_PAUSE_SECONDS)
        self.back_seconds.append(time.monotonic() - began)
