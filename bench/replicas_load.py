"""People at work at replicas behind a proxy, and one key that is sent to all replicas at once."""

import http.client
import random
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from bench.cluster_load import Watch, WatchedClient, WatchedCommenter
from tests.deploy.proxied import Proxy
from tests.faults.commenter import NOBODY_ANSWERS, Commenter
from tests.faults.ledger import Fault, Known, Post
from tests.system.running import ANSWER_SECONDS, Answer, Service, comment_body

EACH_AT_ONCE = 4
"""Requests with one key that each replica gets at the same moment."""
_OF_THE_PROXY = frozenset({502, 504})
_CREATED = 201
_PAST_THE_PROXY = 0.3
_LONGEST_SECONDS = 60.0


class ProxyWatch(Watch):
    """A proxy may say that no replica answered it; a replica may not say so."""

    def answered(self, answer: Answer) -> None:
        if answer.status in _OF_THE_PROXY:
            with self._lock:
                self.statuses[answer.status] += 1
        else:
            super().answered(answer)


class ProxiedClient(WatchedClient):
    """One connection through TLS to the proxy, which may have nobody to ask."""

    def __init__(self, proxy: Proxy, watch: Watch, over: threading.Event) -> None:
        super().__init__(proxy.https_port, watch, over)
        connection = http.client.HTTPSConnection("localhost", timeout=ANSWER_SECONDS)
        connection.sock = proxy.connect()
        self._connection = connection

    def _watched(self, *args: Any, **kwargs: Any) -> Answer:
        answer = super()._watched(*args, **kwargs)
        if answer.status in _OF_THE_PROXY:
            raise ConnectionError
        return answer


@dataclass(frozen=True, slots=True)
class Doors:
    """Where people come in: by the proxy, at times at a replica itself."""

    proxy: Proxy
    replicas: Sequence[Service]

    def open(self, chance: random.Random, watch: Watch, over: threading.Event) -> WatchedClient:
        """Raises OSError."""
        if chance.random() < _PAST_THE_PROXY:
            return WatchedClient(chance.choice(self.replicas).port, watch, over)
        return ProxiedClient(self.proxy, watch, over)


class DoorCommenter(WatchedCommenter):
    """Comes in by another door after each request that failed, with what was not answered."""

    def work_through(self, doors: Doors, over: threading.Event) -> None:
        chance = random.Random(self._chance.random())
        while not over.is_set() and not self.faults:
            with suppress(*NOBODY_ANSWERS):
                self._client = doors.open(chance, self._watch, over)
                self.work(self._client)


class AtOnce(Commenter):
    """Sends one key to every replica at the same moment, until each has taken it."""

    def __init__(self, watch: Watch, *, language: str) -> None:
        super().__init__("at-once", language=language, token="", chance=random.Random(0))
        self._watch = watch

    def send(self, replicas: Sequence[Service]) -> float:
        """Seconds until the last of them had taken it; what they answered differently is a fault.

        Raises TimeoutError.
        """
        post = Post(key=str(uuid.uuid4()), body=self._new("body"), by_form=False)
        began = time.monotonic()
        barrier = threading.Barrier(EACH_AT_ONCE * len(replicas))

        def sent(number: int) -> tuple[str, str]:
            barrier.wait()
            return self._taken(replicas[number % len(replicas)], post, began)

        with ThreadPoolExecutor(barrier.parties) as pool:
            answers = set(pool.map(sent, range(barrier.parties)))
        took = time.monotonic() - began
        self.acknowledged["at once"] += barrier.parties
        if len(answers) > 1:
            self.faults.append(Fault("doubled", f"{post.body} by one key: {sorted(answers)}"))
        name, receipt = min(answers)
        self.known.append(Known(post=post, receipt=receipt, id=name))
        return took

    def _taken(self, replica: Service, post: Post, began: float) -> tuple[str, str]:
        """The id and the receipt it was given at last. Raises TimeoutError."""
        never = threading.Event()
        body = comment_body(self.language, body=post.body)
        while time.monotonic() - began < _LONGEST_SECONDS:
            with (
                suppress(*NOBODY_ANSWERS),
                closing(WatchedClient(replica.port, self._watch, never)) as client,
            ):
                key = {"Idempotency-Key": post.key}
                answer = client.ask("POST", "/api/v1/comments", body, key)
                if answer.status == _CREATED:
                    self._watch.wrote(client.sent_at)
                    return str(answer.body["id"]), str(answer.body["receipt"])
                self.faults.append(Fault("unexpected", f"{post.body} was not taken: {answer}"))
                return "", ""
        raise TimeoutError(f"a replica took nothing for {_LONGEST_SECONDS:.0f} s")
