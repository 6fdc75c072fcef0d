"""The tables of what was measured of the service: every figure, and how large a store may grow."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.figures import Figure, Figures
from bench.results import Part, Row, shown
from bench.service_measures import DISK, P50, P99, POSTGRESQL, RATE, SAID, SYSTEMS, TINYDB
from bench.service_rounds import Plan, Rounds

_SIZES = (
    ("starts in", "start s", "{} s"),
    ("memory", "memory MB", "{} MB"),
    ("posts, one after another", f"post-1 {RATE}", "{}/s"),
    ("posts, 16 at a time", f"post-16 {RATE}", "{}/s"),
    ("pages with counts", f"counts {RATE}", "{}/s"),
    ("a search of all", f"search {RATE}", "{} ms"),
)


def part_of(run: Rounds, plan: Plan, rows: Sequence[Row], machine: Mapping[str, Any]) -> Part:
    """What `scripts/bench service` keeps."""
    return Part(
        name="service",
        title="The service",
        machine=machine,
        rows=rows,
        notes=_notes(run, plan, machine),
        tables=["### Every figure", _everything(run.figures)],
        measured={
            "rounds": plan.rounds,
            "sizes": sizes(run.figures, plan.stored),
            "seconds": plan.seconds,
            "load_averages": run.loads,
            "figures": [
                {**figure._asdict(), "values": list(run.figures.values(figure))}
                for figure in run.figures.names()
            ],
        },
    )


def _notes(run: Rounds, plan: Plan, machine: Mapping[str, Any]) -> list[str]:
    loads = ", ".join(f"{one[0]:g}" for one in run.loads)
    notes = [
        f"{plan.rounds} rounds of {plan.seconds:g} s a measurement, {machine['took_seconds']} s in "
        f"all; the disk is {machine['file_system']}.",
        f"Load averages over the last minute as the rounds began: {loads}.",
        "A ratio is that of the medians over all rounds, least and greatest are those of rounds.",
    ]
    notes += [f"{name}: {told}." for name, told in sorted(run.notes.items())]
    return notes


def sizes(figures: Figures, stored: Sequence[int]) -> str:
    """For operators: what each store takes and gives with so many comments. Medians."""
    lines = [
        f"| comments | store | {' | '.join(title for title, _, _ in _SIZES)} |",
        f"| ---: | --- | {' | '.join('---:' for _ in _SIZES)} |",
    ]
    for count in sorted(stored):
        for system, title in ((TINYDB, "TinyDB"), (POSTGRESQL, "PostgreSQL")):
            cells = [_size(figures, Figure(name, system, count), form) for _, name, form in _SIZES]
            if any(cells):
                lines.append(f"| {count:,} | {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _size(figures: Figures, figure: Figure, form: str) -> str:
    if not figures.has(figure):
        return ""
    value = figures.spread(figure).median
    return form.format(shown(1000 / value if form.endswith("ms") else value))


def _everything(figures: Figures) -> str:
    """Medians with least and greatest: a line for each figure and N, a column for each system."""
    columns = [*SYSTEMS, DISK]
    lines = [
        f"| what | stored | {' | '.join(columns)} |",
        f"| --- | ---: | {' | '.join('---:' for _ in columns)} |",
    ]
    seen = {(figure.name, figure.stored) for figure in figures.names() if _is_told(figure.name)}
    order = {name: place for place, name in enumerate(SAID)}
    for name, stored in sorted(seen, key=lambda one: (order[_said(one[0])], one)):
        cells = [_cell(figures, Figure(name, column, stored)) for column in columns]
        unit = name.removeprefix(_said(name)).strip()
        lines.append(f"| {SAID[_said(name)]}, {unit} | {stored:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _is_told(name: str) -> bool:
    """The median of posts and the slowest of what is beside them; results.json has all."""
    if name.endswith(P50):
        return name.startswith("post")
    return not name.endswith(P99) or name.startswith(("counts alone", "counts beside"))


def _said(name: str) -> str:
    """The figure's name without its unit; the longest that fits."""
    return max((one for one in SAID if name.startswith(f"{one} ")), key=len)


def _cell(figures: Figures, figure: Figure) -> str:
    if not figures.has(figure):
        return ""
    found = figures.spread(figure)
    return f"{shown(found.median)} ({shown(found.least)}–{shown(found.greatest)})"
