"""What is measured of the store: what it reports of its work, and what is in it.

Comments are counted by state over all review cycles and nothing else: by section, role or language
the figures of small groups would tell who said something (DESIGN, trap 8).
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from prometheus_client import Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from feedback_api.domain.decision import State
from feedback_api.domain.errors import StoreError
from feedback_api.services.ports import CommentReads

COUNTED_SECONDS = 15.0
_FLUSH_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)
_GROUP_BOUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)


class WriteFigures(Collector):
    """See storage.measured.StoreWatch."""

    def __init__(self) -> None:
        self._groups = Histogram(
            "feedback_store_group_size",
            "Changes that one write made durable together.",
            buckets=_GROUP_BOUNDS,
            registry=None,
        )
        self._flushes = Histogram(
            "feedback_store_fsync_seconds",
            "One fsync of a file or a folder.",
            buckets=_FLUSH_BOUNDS,
            registry=None,
        )

    def group_written(self, changes: int) -> None:
        """See StoreWatch."""
        self._groups.observe(changes)

    def flushed(self, seconds: float) -> None:
        """See StoreWatch."""
        self._flushes.observe(seconds)

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        return (*self._groups.collect(), *self._flushes.collect())


class Contents(Collector):
    """How much is stored; asked for at most once in COUNTED_SECONDS, whoever asks how often."""

    def __init__(
        self,
        reads: CommentReads,
        *,
        folder: Path | None = None,
        waiting: Callable[[], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder` and `waiting` (changes in the writer's queue): of a TinyDB store alone."""
        self._reads = reads
        self._folder = folder
        self._waiting = waiting
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[Mapping[State, int] | None, int] = (None, 0)
        self._until: float | None = None

    def collect(self) -> Iterator[Metric]:
        """See Collector; while the store cannot be asked, its comments are left out."""
        tally, size = self._present()
        answers = GaugeMetricFamily("feedback_store_up", "Whether the store could be asked.")
        answers.add_metric((), tally is not None)
        yield answers
        if tally is not None:
            yield from _counted(tally)
        if self._folder is not None:
            yield GaugeMetricFamily("feedback_store_bytes", "Of the data folder's files.", size)
        if self._waiting is not None:
            yield GaugeMetricFamily(
                "feedback_store_queue", "Changes that wait for the writer.", self._waiting()
            )

    def _present(self) -> tuple[Mapping[State, int] | None, int]:
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._known = (self._tally(), _size(self._folder) if self._folder else 0)
                self._until = self._clock() + COUNTED_SECONDS
            return self._known

    def _tally(self) -> Mapping[State, int] | None:
        try:
            return self._reads.tally()
        except StoreError:
            return None


def _counted(tally: Mapping[State, int]) -> Iterator[Metric]:
    yield GaugeMetricFamily("feedback_store_comments", "Comments stored.", sum(tally.values()))
    by_state = GaugeMetricFamily(
        "feedback_comments", "Comments by state, of all review cycles.", labels=("state",)
    )
    for state in State:
        by_state.add_metric((state.value,), tally.get(state, 0))
    yield by_state


def _size(folder: Path) -> int:
    """Of the files in it and in its folders, in bytes."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total
