"""The rounds: in each every system is started anew for every N, and measured in another order."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Protocol, TypeVar

from bench.figures import Figure, Figures
from bench.load import Load, begun, load
from bench.machine import load_average
from bench.service_comments import comments
from bench.service_disk import flushes_a_second, replace_ms, slow_flush
from bench.service_measures import (
    BESIDE,
    CLIENTS,
    DISK,
    FLUSHES,
    ISSO,
    MEASURES,
    P50,
    P99,
    POSTERS,
    RATE,
    SLOW_FLUSH,
    START,
    TINYDB,
    Measure,
)
from bench.service_requests import Work
from bench.service_systems import Running, System

_T = TypeVar("_T")
_LARGE_BYTES = 20_000
_WARM_SECONDS = 0.1
_REPLACES_SECONDS = 0.3
_SEGMENT_BYTES = 250 * 1000


class WrongAnswer(Exception):
    """Something else than what was asked for."""


class Tell(Protocol):
    """Called with what is done next."""

    def __call__(self, text: str, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured: with how many stored, how often, for how long; `only` these names."""

    stored: Sequence[int]
    rounds: int
    seconds: float
    only: Collection[str]

    def measures(self) -> list[Measure]:
        return [one for one in MEASURES if one.name in self.only]


class Rounds:
    """Runs a plan over systems; `notes` of them are kept by name."""

    def __init__(self, plan: Plan, systems: Sequence[System], folder: Path, tell: Tell) -> None:
        """`folder` is on the disk that is measured."""
        self.figures = Figures()
        self.notes: dict[str, str] = {}
        self.loads: list[list[float]] = []
        self._plan = plan
        self._systems = {system.name: system for system in systems}
        self._folder = folder
        self._tell = tell

    def run(self) -> None:
        """Raises LoadFailed, NotStarted, WrongContent, WrongAnswer, MissingProgram."""
        for stored in self._plan.stored:
            for system in self._systems.values():
                self._tell(f"filling {system.name} with {stored:,} comments")
                system.fill(stored)
        comments.cache_clear()  # a hundred megabytes
        for turn in range(self._plan.rounds):
            self.loads.append(load_average())
            for stored in _rotated(self._plan.stored, turn):
                self._tell(f"round {turn + 1} of {self._plan.rounds}, {stored:,} stored")
                self._measure_all(turn, stored)
            self._once(turn)

    def _measure_all(self, turn: int, stored: int) -> None:
        names = _rotated(list(self._systems), turn)
        to_do = [(one, name) for one in self._plan.measures() for name in names]
        to_do = [(one, name) for one, name in to_do if self._is_done(one, name, stored)]
        with ExitStack() as at_work:
            running: dict[str, Running] = {}
            for name in names:
                if START in self._plan.only or any(name == other for _, other in to_do):
                    running[name] = at_work.enter_context(self._systems[name].running(stored))
                    self._keep_start(name, stored, running[name])
            for measure, name in to_do:
                self._measure(measure, name, stored, running[name])

    def _is_done(self, measure: Measure, name: str, stored: int) -> bool:
        is_rare = name in measure.rarely and stored < max(self._plan.stored)
        return name in measure.systems and not is_rare

    def _keep_start(self, name: str, stored: int, running: Running) -> None:
        self.figures.keep(Figure("start s", name, stored), running.start_seconds)
        self.figures.keep(Figure("memory MB", name, stored), running.memory_mb)
        self.notes.update({f"{name} {what}": told for what, told in running.notes.items()})

    def _measure(self, measure: Measure, name: str, stored: int, running: Running) -> None:
        asked = running.asked[measure.work]
        seconds = self._plan.seconds * measure.longer.get(name, 1.0)
        if not measure.clients:
            rate = 1 / _took(running, measure.work, seconds)
            self.figures.keep(Figure(f"{measure.name} {RATE}", name, stored), rate)
            return
        if measure.work is not Work.POST:
            _took(running, measure.work, _WARM_SECONDS)
            asked = replace(asked, answer_bytes=_large(running, measure.work))
        self._keep(
            measure.name, name, stored, load(asked, clients=measure.clients, seconds=seconds)
        )
        if measure.name == "post-1" and name == TINYDB:
            self._keep_replace(stored, running)

    def _keep(self, what: str, name: str, stored: int, came: Load) -> None:
        for unit, value in ((RATE, came.rate), (P50, came.p50_ms), (P99, came.p99_ms)):
            self.figures.keep(Figure(f"{what} {unit}", name, stored), value)

    def _keep_replace(self, stored: int, running: Running) -> None:
        """Of half a full segment: so much does a POST rewrite, seen over many."""
        segments = sorted((running.data or self._folder).glob("waiting/*.json"))
        full = segments[0].stat().st_size if len(segments) > 1 else _SEGMENT_BYTES
        took = replace_ms(self._folder, full // 2, _REPLACES_SECONDS)
        self.figures.keep(Figure("replace ms", DISK, stored), took)

    def _once(self, turn: int) -> None:
        steps: Mapping[str, Callable[[], None]] = {
            FLUSHES: self._flushes,
            BESIDE: self._beside,
            SLOW_FLUSH: self._slow_flush,
        }
        for name in _rotated(list(steps), turn):
            if name in self._plan.only:
                self._tell(f"round {turn + 1} of {self._plan.rounds}, {name}")
                steps[name]()

    def _flushes(self) -> None:
        rate = flushes_a_second(self._folder, self._plan.seconds)
        self.figures.keep(Figure(f"flushes {RATE}", DISK), rate)

    def _beside(self) -> None:
        """With the most stored."""
        stored = max(self._plan.stored)
        if TINYDB not in self._systems:
            return
        seconds = self._plan.seconds * 2
        with self._systems[TINYDB].running(stored) as running:
            asked = running.asked[Work.COUNTS]
            _took(running, Work.COUNTS, _WARM_SECONDS)
            self._keep(
                "counts alone", TINYDB, stored, load(asked, clients=CLIENTS, seconds=seconds)
            )
            with begun(running.asked[Work.POST], clients=POSTERS) as posting:
                came = load(asked, clients=CLIENTS, seconds=seconds)
            self._keep("counts beside", TINYDB, stored, came)
            self._keep("post-4 beside counts", TINYDB, stored, posting.load())

    def _slow_flush(self) -> None:
        """With the fewest stored: Isso takes longer for each comment the more there are."""
        stored = min(self._plan.stored)
        slowly = slow_flush(self._folder)
        for name in (TINYDB, ISSO):
            if name in self._systems:
                with self._systems[name].running(stored, **slowly) as running:
                    asked = running.asked[Work.POST]
                    came = load(asked, clients=CLIENTS, seconds=self._plan.seconds * 2)
                    self._keep("post-16 slow flush", name, stored, came)


def _took(running: Running, work: Work, seconds: float) -> float:
    """Seconds for one answer, the median of at least one. Raises WrongAnswer."""
    asked = running.asked[work]
    took: list[float] = []
    until = time.perf_counter() + seconds
    while not took or time.perf_counter() < until:
        begun_at = time.perf_counter()
        answer = running.process.ask(asked.method, asked.paths[0], asked.body, asked.headers)
        took.append(time.perf_counter() - begun_at)
        if answer.status != asked.status:
            raise WrongAnswer(f"{asked.paths[0]} was answered {answer.status}")
    return median(took)


def _large(running: Running, work: Work) -> int:
    """Bytes of the body of a large answer; 0 for others."""
    asked = running.asked[work]
    answer = running.process.ask(asked.method, asked.paths[0], asked.body, asked.headers)
    return len(answer.body) if len(answer.body) > _LARGE_BYTES else 0


def _rotated(what: Sequence[_T], turn: int) -> list[_T]:
    """Another order each time, backwards every other time."""
    start = turn % len(what)
    order = [*what[start:], *what[:start]]
    return order[::-1] if turn % 2 else order
