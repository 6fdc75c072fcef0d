"""What is measured of which system, with how many clients; by these names `--only` knows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.service_requests import Work

TINYDB, POSTGRESQL, BARE, ISSO = SYSTEMS = ("tinydb", "postgresql", "bare", "isso")
OURS = (TINYDB, POSTGRESQL)
DISK = "disk"
CLIENTS = 16
POSTERS = 4
RATE, P50, P99 = "a second", "p50 ms", "p99 ms"
"""Units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`clients` 0: one of our own, request after request, for what takes many milliseconds.

    `rarely`: systems that are asked with the most stored alone, to save time.
    `longer`: by system, how many times as long it is asked; of an answer that takes a second
    hardly any would come in the usual time.
    """

    name: str
    work: Work
    clients: int
    systems: Sequence[str]
    rarely: Sequence[str]
    longer: Mapping[str, float]


def _measure(
    name: str, work: Work, clients: int, systems: Sequence[str] = OURS, **longer: float
) -> Measure:
    return Measure(
        name=name,
        work=work,
        clients=clients,
        systems=systems,
        rarely=() if work is Work.POST else (POSTGRESQL,),
        longer=longer,
    )


MEASURES: Sequence[Measure] = (
    _measure("counts", Work.COUNTS, CLIENTS, SYSTEMS, isso=2),
    _measure("counts-known", Work.COUNTS_KNOWN, CLIENTS),
    _measure("section", Work.SECTION, CLIENTS, SYSTEMS, isso=4),
    _measure("list", Work.LIST, CLIENTS),
    _measure("search", Work.SEARCH, 0),
    _measure("export", Work.EXPORT, 0),
    # Last, for they store more and more.
    _measure("post-1", Work.POST, 1, (*OURS, ISSO)),
    _measure("post-16", Work.POST, CLIENTS, (*OURS, ISSO)),
)
BESIDE, SLOW_FLUSH, START, FLUSHES = "beside", "slow-flush", "start", "flushes"
"""Measured once in a round: counts beside posts, a slow disk, the start; what the disk can do."""
NAMES = (*(one.name for one in MEASURES), BESIDE, SLOW_FLUSH, START, FLUSHES)

SAID: Mapping[str, str] = {
    "counts": "counts of a page, 16 clients",
    "counts-known": "counts of a page with If-None-Match, 16 clients",
    "section": "one section with its comments, 16 clients",
    "list": "editors' list, filtered and sorted, first page, 16 clients",
    "search": "search in comments, one after another",
    "export": "disposition table of a cycle as CSV, one after another",
    "post-1": "durable POST, 1 client",
    "post-16": "durable POST, 16 clients",
    "post-16 slow flush": "durable POST, 16 clients, each flush 4 ms",
    "counts alone": "counts of a page, 16 clients, alone",
    "counts beside": "counts of a page, 16 clients, beside 4 that post",
    "post-4 beside counts": "durable POST, 4 clients, beside 16 that count",
    "start": "start until it answers",
    "memory": "memory after the start",
    "replace": "one raw atomic replace of half a segment",
    "flushes": "flushes of 4 KB",
}
"""What stands in tables; a figure's name is one of these and its unit."""
