"""The tables of what was measured of the service: every figure, and how large a store may grow."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.figures import Figure, Figures
from bench.results import Part, Row, shown
from bench.service_measures import DISK, SYSTEMS
from bench.service_rounds import Plan, Rounds


def part_of(run: Rounds, plan: Plan, rows: Sequence[Row], machine: Mapping[str, Any]) -> Part:
    """What `scripts/bench service` keeps."""
    return Part(
        name="service",
        title="The service",
        machine=machine,
        rows=rows,
        notes=_notes(run, plan, machine),
        tables=[_everything(run.figures)],
        measured={
            "rounds": plan.rounds,
            "seconds": plan.seconds,
            "figures": [
                {**figure._asdict(), "values": list(run.figures.values(figure))}
                for figure in run.figures.names()
            ],
        },
    )


def _notes(run: Rounds, plan: Plan, machine: Mapping[str, Any]) -> list[str]:
    notes = [
        f"{plan.rounds} rounds of {plan.seconds:g} s a measurement, {machine['took_seconds']} s in "
        f"all; the disk is {machine['file_system']}.",
        "A ratio is that of the medians over all rounds, least and greatest are those of rounds.",
    ]
    notes += [f"{name}: {told}." for name, told in sorted(run.notes.items())]
    return notes


def _everything(figures: Figures) -> str:
    """Medians with least and greatest: a line for each figure and N, a column for each system."""
    columns = [*SYSTEMS, DISK]
    lines = [
        f"| what | stored | {' | '.join(columns)} |",
        f"| --- | ---: | {' | '.join('---:' for _ in columns)} |",
    ]
    seen = dict.fromkeys((figure.name, figure.stored) for figure in figures.names())
    for name, stored in sorted(seen):
        cells = [_cell(figures, Figure(name, column, stored)) for column in columns]
        lines.append(f"| {name} | {stored:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figures: Figures, figure: Figure) -> str:
    if not figures.has(figure):
        return ""
    found = figures.spread(figure)
    return f"{shown(found.median)} ({shown(found.least)}–{shown(found.greatest)})"
