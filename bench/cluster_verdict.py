"""What came out of killing primaries, and whether it is as it must be."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.faults.ledger import Fault

WRITING_SECONDS = 30.0
"""So soon after each kill somebody's comment must be taken again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One kill; `rewound` and `copied` are how the old primary followed again."""

    number: int
    primary: str
    successor: str
    with_patroni: bool
    writing_seconds: float
    whole_seconds: float
    rewound: int
    copied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A whole run; `restarts` of the service count those that nobody asked for."""

    seed: int
    asked_kills: int
    kills: Sequence[Kill]
    acknowledged: Mapping[str, int]
    in_flight: Mapping[str, int]
    statuses: Mapping[int, int]
    faults: Sequence[Fault] = ()
    restarts: int = 0
    tracebacks: int = 0
    stopped_by: str = ""
    stored: int = 0
    machine: str = ""


def complaints(outcome: Outcome) -> list[str]:
    """Whatever is not as it must be, a sentence each; nothing is, as a rule."""
    found = [f"{fault.kind}: {fault.what}" for fault in outcome.faults]
    found += [
        f"kill {kill.number}: nothing was written for {kill.writing_seconds:.1f} s"
        for kill in outcome.kills
        if kill.writing_seconds > WRITING_SECONDS
    ]
    if outcome.stopped_by:
        found.append(outcome.stopped_by)
    if len(outcome.kills) < outcome.asked_kills:
        found.append(f"{len(outcome.kills)} of {outcome.asked_kills} kills were done")
    if outcome.restarts:
        found.append(f"the service ended {outcome.restarts} times by itself")
    if outcome.tracebacks:
        found.append(f"the service logged {outcome.tracebacks} tracebacks")
    if sum(outcome.acknowledged.values()) < len(outcome.kills):
        found.append("hardly anything was acknowledged, so nothing was tried")
    return found


HEAD = (
    "| kill | primary | what died | next primary | writing again, s | three members again, s |\n"
    "|---|---|---|---|---|---|"
)


def line_of(kill: Kill) -> str:
    """As a line of the table."""
    died = "server and Patroni" if kill.with_patroni else "server"
    return (
        f"| {kill.number} | {kill.primary} | {died} | {kill.successor} "
        f"| {kill.writing_seconds:.1f} | {kill.whole_seconds:.1f} |"
    )


def told(outcome: Outcome) -> str:
    """As Markdown: a line for each kill, then the figures that count."""
    return "\n".join([HEAD, *map(line_of, outcome.kills), "", figures_of(outcome)])


def figures_of(outcome: Outcome) -> str:
    """What counts, a line each."""
    writing = [kill.writing_seconds for kill in outcome.kills] or [0.0]
    kinds = Counter(fault.kind for fault in outcome.faults)
    together = sum(kill.with_patroni for kill in outcome.kills)
    lines = [
        f"Seed {outcome.seed}, {len(outcome.kills)} kills, {together} of them with Patroni. "
        f"{outcome.machine}",
        f"Writing again after {min(writing):.1f} to {max(writing):.1f} s, "
        f"median {statistics.median(writing):.1f} s.",
        f"Acknowledged {sum(outcome.acknowledged.values())} {outcome.acknowledged}, "
        f"unanswered or 503 while asking {sum(outcome.in_flight.values())}; "
        f"stored {outcome.stored}.",
        f"Lost {kinds['lost']}, doubled {kinds['doubled']}, stale {kinds['stale']}, "
        f"resurrected {kinds['resurrected']}, other faults {kinds['stuck'] + kinds['unexpected']}.",
        f"Answers by status: {dict(sorted(outcome.statuses.items()))}; "
        f"restarts of the service {outcome.restarts}.",
        f"Old primaries followed again by pg_rewind {sum(kill.rewound for kill in outcome.kills)} "
        f"times, by a new copy {sum(kill.copied for kill in outcome.kills)} times.",
    ]
    return "\n".join(lines) + "\n"
