"""What came out of restarting a database and killing replicas, and whether it is as it must be."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.faults.ledger import Fault

WRITING_SECONDS = 5.0
"""So soon after the server takes connections again, every replica must take a comment."""

Disturbance = Literal["immediate", "fast", "kill"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One disturbance; `writing_seconds` after it was over until every replica wrote again.

    For a kill they begin when the replica that was killed listens again.
    """

    number: int
    disturbance: Disturbance
    away_seconds: float
    writing_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`looks`: how often everything was compared with what people know, and through whom."""

    seed: int
    proxy: str
    asked: int
    rounds: Sequence[Round]
    at_once: int
    acknowledged: Mapping[str, int]
    in_flight: Mapping[str, int]
    statuses: Mapping[int, int]
    looks: Mapping[str, int]
    faults: Sequence[Fault]
    restarts: int
    tracebacks: Sequence[str]
    stored: int
    stopped_by: str
    machine: str


def complaints(outcome: Outcome) -> list[str]:
    """Whatever is not as it must be, a sentence each; nothing is, as a rule."""
    found = [f"{fault.kind}: {fault.what}" for fault in outcome.faults]
    found += [
        f"round {one.number} ({one.disturbance}): a replica took nothing"
        f" for {one.writing_seconds:.1f} s"
        for one in outcome.rounds
        if one.disturbance != "kill" and one.writing_seconds > WRITING_SECONDS
    ]
    if outcome.stopped_by:
        found.append(outcome.stopped_by)
    done = sum(one.disturbance != "kill" for one in outcome.rounds)
    if done < outcome.asked:
        found.append(f"{done} of {outcome.asked} restarts were done")
    if outcome.at_once < len(outcome.rounds):
        found.append(f"one key was sent to all replicas {outcome.at_once} times only")
    if outcome.restarts:
        found.append(f"{outcome.restarts} replicas ended by themselves")
    found += [f"a replica logged: {one}" for one in outcome.tracebacks]
    if sum(outcome.acknowledged.values()) < len(outcome.rounds):
        found.append("hardly anything was acknowledged, so nothing was tried")
    return found


def line_of(one: Round, acknowledged: int) -> str:
    """What a run says after each round."""
    return (
        f"{one.number}. {one.disturbance}: away {one.away_seconds:.1f} s, every replica writes"
        f" {one.writing_seconds:.1f} s after; {acknowledged} acknowledged so far"
    )


def told(outcome: Outcome) -> str:
    """As Markdown: the figures that count."""
    kinds = Counter(one.disturbance for one in outcome.rounds)
    faults = Counter(fault.kind for fault in outcome.faults)
    lines = [
        f"Seed {outcome.seed}, behind {outcome.proxy}: {kinds['immediate']} immediate and"
        f" {kinds['fast']} fast restarts of PostgreSQL, {kinds['kill']} kills of a replica."
        f" {outcome.machine}",
        *(f"- {line}" for line in _writing(outcome)),
        f"- One key sent to all replicas at once: {outcome.at_once} times, one comment each.",
        f"- Acknowledged {sum(outcome.acknowledged.values())} {dict(outcome.acknowledged)};"
        f" unanswered or 503 {sum(outcome.in_flight.values())}; stored {outcome.stored}.",
        f"- Lost {faults['lost']}, doubled {faults['doubled']}, stale {faults['stale']},"
        f" resurrected {faults['resurrected']},"
        f" other faults {faults['stuck'] + faults['unexpected']}.",
        f"- Answers by status: {dict(sorted(outcome.statuses.items()))}.",
        f"- Everything was looked at {dict(outcome.looks)}.",
    ]
    return "\n".join(lines) + "\n"


def _writing(outcome: Outcome) -> list[str]:
    lines = []
    for kind in ("immediate", "fast", "kill"):
        seconds = [one.writing_seconds for one in outcome.rounds if one.disturbance == kind]
        if seconds:
            lines.append(
                f"Every replica writes again after {kind}: {min(seconds):.2f} to"
                f" {max(seconds):.2f} s, median {statistics.median(seconds):.2f} s."
            )
    return lines
