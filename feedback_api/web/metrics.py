"""What is measured of requests, and who may read it; figures only, of no person and no comment.

Each application has a registry of its own. Requests are counted on the event loop alone, without a
lock: they are the measured path.
"""

import hmac
import ipaddress
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.requests import Request

BOUNDS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_LABELS = ("method", "route", "status")
_BEARER = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsReaders:
    """Who may read: programs on this machine, whoever has the token, or everybody."""

    loopback: bool = True
    everybody: bool = False
    token: str | None = field(default=None, repr=False)

    def admit(self, request: Request) -> bool:
        """A proxy on this machine is no reader on this machine: what it forwards is refused."""
        if self.everybody or (self.loopback and _is_of_this_machine(request)):
            return True
        given = request.headers.get("authorization", "")
        if self.token is None or not given.lower().startswith(_BEARER):
            return False
        return hmac.compare_digest(given[len(_BEARER) :].strip().encode(), self.token.encode())


class RequestFigures(Collector):
    """How many requests there were and how long they took; called on the event loop."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str, int], list[float]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` as in the table of operations; `status` 0: the client had gone."""
        key = (method if method in _METHODS else "other", route, status)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = [0.0] * (len(BOUNDS_SECONDS) + 2)
        cell[bisect_left(BOUNDS_SECONDS, seconds)] += 1
        cell[-1] += seconds

    def collect(self) -> Iterable[Metric]:
        """See Collector; by class of status, so that the number of series stays bounded."""
        requests = CounterMetricFamily("feedback_requests", "Requests answered.", labels=_LABELS)
        lasting = HistogramMetricFamily(
            "feedback_request_duration_seconds",
            "From the end of the header to the last byte of the answer.",
            labels=("method", "route"),
        )
        by_status: dict[tuple[str, str, str], float] = {}
        by_route: dict[tuple[str, str], list[float]] = {}
        for (method, route, status), cell in list(self._cells.items()):
            answered = (method, route, f"{status // 100}xx" if status else "gone")
            by_status[answered] = by_status.get(answered, 0) + sum(cell[:-1])
            sums = by_route.setdefault((method, route), [0.0] * len(cell))
            by_route[method, route] = [a + b for a, b in zip(sums, cell, strict=True)]
        for labels, total in sorted(by_status.items()):
            requests.add_metric(labels, total)
        for names, cell in sorted(by_route.items()):
            lasting.add_metric(names, list(_cumulated(cell[:-1])), cell[-1])
        return (requests, lasting)


class Metrics:
    """All figures of one application."""

    def __init__(self, readers: MetricsReaders, of_store: Iterable[Collector] = ()) -> None:
        """`of_store`: what the storage reports, collected in a thread, as it may wait."""
        self.requests = RequestFigures()
        self._readers = readers
        self._registry = CollectorRegistry(auto_describe=False)
        for collector in (self.requests, *of_store):
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def admits(self, request: Request) -> bool:
        """Whether who asks may read."""
        return self._readers.admit(request)

    def text(self) -> bytes:
        """In the format of Prometheus."""
        return generate_latest(self._registry)


def _is_of_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _cumulated(buckets: Sequence[float]) -> Iterator[tuple[str, float]]:
    total = 0.0
    for bound, count in zip((*map(str, BOUNDS_SECONDS), "+Inf"), buckets, strict=True):
        total += count
        yield bound, total
