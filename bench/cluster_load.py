"""People at work at a service whose database loses its primary: what they are answered and when."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from tests.faults.commenter import NOBODY_ANSWERS, Commenter
from tests.faults.ledger import Fault
from tests.system.running import Answer, Client, Service

COMMENTERS = 4
_PAUSE_SECONDS = 0.05
_FAULTY = 500
_AWAY = 503
_FINE = 200
_READ = ("/api/v1/pages/complaints/counts", "/api/v1/sections/complaints-acknowledge", "/readyz")


class _GaveUp(ConnectionError):
    """Nothing was acknowledged: nobody knows what became of it."""


class Watch:
    """What all of them are answered; `faults` are answers that nobody may get."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.faults: list[Fault] = []
        self._lock = threading.Lock()
        self._last_write = -1.0
        self._written = threading.Condition(self._lock)

    def answered(self, answer: Answer) -> None:
        """An answer, whatever it was to."""
        fault = _fault_of(answer)
        with self._lock:
            self.statuses[answer.status] += 1
            if fault:
                self.faults.append(fault)

    def wrote(self, sent_at: float) -> None:
        """A request sent then, by the monotonic clock, is stored for good."""
        with self._written:
            self._last_write = max(self._last_write, sent_at)
            self._written.notify_all()

    def wait_for_write_sent_after(self, moment: float, seconds: float) -> bool:
        """Whether there was one in time."""
        with self._written:
            return self._written.wait_for(lambda: self._last_write > moment, seconds)


class WatchedClient(Client):
    """One that takes 503 for no answer, and asks nobody any more once it is `over`."""

    def __init__(self, port: int, watch: Watch, over: threading.Event) -> None:
        super().__init__(port)
        self.sent_at = 0.0
        self._watch = watch
        self._over = over

    def ask(self, *args: Any, **kwargs: Any) -> Answer:
        return self._watched(super().ask, *args, **kwargs)

    def post_form(self, path: str, form: str) -> Answer:
        return self._watched(super().post_form, path, form)

    def _watched(self, ask: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
        if self._over.wait(_PAUSE_SECONDS):
            raise _GaveUp
        self.sent_at = time.monotonic()
        answer = ask(*args, **kwargs)
        self._watch.answered(answer)
        if answer.status == _AWAY:
            raise _GaveUp
        return answer


class WatchedCommenter(Commenter):
    """One that tells the watch of each new thing that was stored; a retry is none."""

    def __init__(self, name: str, watch: Watch, **given: Any) -> None:
        super().__init__(name, **given)
        self._watch = watch
        self._client: WatchedClient | None = None

    def work_at(self, services: Sequence[Service], over: threading.Event) -> None:
        """At one after the other, a new one after each request that failed."""
        chance = random.Random(self._chance.random())
        while not over.is_set() and not self.faults:
            self._client = WatchedClient(chance.choice(services).port, self._watch, over)
            self.work(self._client)

    def _acknowledge(self, what: str) -> None:
        super()._acknowledge(what)
        if what != "retry" and self._client is not None:
            self._watch.wrote(self._client.sent_at)


@contextmanager
def at_work(works: Iterable[Callable[[threading.Event], None]]) -> Iterator[None]:
    """Each in a thread of its own, told when the block is over, and waited for."""
    over = threading.Event()
    threads = [threading.Thread(target=work, args=[over]) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def read_at(services: Sequence[Service], watch: Watch, over: threading.Event) -> None:
    """What readers ask for, until it is over; /healthz must be fine whatever the database does."""
    while not over.is_set():
        for service in services:
            with (
                suppress(*NOBODY_ANSWERS),
                closing(WatchedClient(service.port, watch, over)) as one,
            ):
                if one.ask("GET", "/healthz").status != _FINE:
                    watch.faults.append(Fault("unexpected", "/healthz is not fine"))
                for path in _READ:
                    one.ask("GET", path)


def _fault_of(answer: Answer) -> Fault | None:
    if answer.status == _AWAY and "retry-after" not in answer.headers:
        return Fault("unexpected", f"503 without Retry-After: {answer}")
    if answer.status >= _FAULTY and answer.status != _AWAY:
        return Fault("unexpected", f"{answer}")
    return None
