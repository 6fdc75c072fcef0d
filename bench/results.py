"""The results of all benches in build/bench: as JSON, as Markdown, as a chart.

Each bench keeps a part of its own in build/bench/parts; what is written is made of all of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Spread

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"
MANUAL = Path(__file__).resolve().parents[1] / "docs" / "manual"
AT_LEAST, AT_MOST = "≥", "≤"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One goal with what came of it; `ours` and `other` are the medians, with their units.

    `ratio` is what the goal is about.
    """

    work: str
    stored: str = ""
    ours: str
    other: str = ""
    ratio: Spread
    relation: str
    limit: float

    @property
    def holds(self) -> bool:
        """By the median, as the issue counts."""
        if self.relation == AT_LEAST:
            return self.ratio.median >= self.limit
        return self.ratio.median <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one bench measured.

    `machine`: see bench.machine; `notes` are sentences; `tables` are more tables in Markdown;
    `measured` is everything, round by round, fit for JSON.
    """

    name: str
    title: str
    machine: Mapping[str, Any]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    tables: Sequence[str] = ()
    measured: Mapping[str, Any] = field(default_factory=dict)


def keep(part: Part, folder: Path = FOLDER) -> None:
    """Write the part, and results.json, .md and .svg anew from all that are there."""
    from bench.results_chart import chart  # it knows rows

    parts = folder / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    told = {**asdict(part), "rows": [{**asdict(row), "holds": row.holds} for row in part.rows]}
    kept = {"part": told, "markdown": markdown(part)}
    (parts / f"{part.name}.json").write_text(_json(kept), "utf-8")
    found = {
        path.stem: json.loads(path.read_text("utf-8")) for path in sorted(parts.glob("*.json"))
    }
    results = {name: one["part"] for name, one in found.items()}
    (folder / "results.json").write_text(_json(results), "utf-8")
    texts = [one["markdown"] for one in found.values()]
    (folder / "results.md").write_text("\n".join(["# Measured\n", *texts]), "utf-8")
    charted = [row for one in found.values() for row in one["part"]["rows"]]
    (folder / "results.svg").write_text(chart(charted), "utf-8")


def markdown(part: Part) -> str:
    """A heading, on what and when, the goals, the rest."""
    return f"## {part.title}\n\n{body(part)}"


def body(part: Part) -> str:
    """The same without the heading, for a page that has one."""
    lines = [conditions(part.machine), "", *goals_table(part.rows), ""]
    lines.extend(f"- {note}" for note in part.notes)
    for table in part.tables:
        lines.extend(("", table))
    return "\n".join(lines).rstrip() + "\n"


def conditions(machine: Mapping[str, Any]) -> str:
    """One line: date, commit, machine, load."""
    loads = " ".join(f"{one:g}" for one in machine["load"])
    return (
        f"Measured {machine['at']} at commit {machine['commit']} on {machine['cores']} cores "
        f"({machine['processor']}, {machine['memory_gb']:g} GB, {machine['system']}, "
        f"Python {machine['python']}); load averages before it began: {loads}."
    )


def goals_table(rows: Sequence[Row]) -> list[str]:
    """Lines of Markdown; what fails stands there like the rest."""
    lines = [
        "| work | stored | ours | beside it | ratio (least–greatest) | goal | |",
        "| --- | ---: | ---: | ---: | --- | --- | --- |",
    ]
    for row in rows:
        spread = f"{shown(row.ratio.median)} ({shown(row.ratio.least)}–{shown(row.ratio.greatest)})"
        goal = f"{row.relation} {row.limit:g}"
        verdict = "holds" if row.holds else "**fails**"
        cells = (row.work, row.stored, row.ours, row.other, spread, goal, verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def shown(value: float) -> str:
    """With three digits that mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def write_into(page: Path, name: str, text: str) -> None:
    """Put `text` between the two markers of that name. Raises ValueError where they are not."""
    begin, end = f"<!-- measured: {name} -->", f"<!-- /measured: {name} -->"
    content = page.read_text("utf-8")
    before, found, rest = content.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"{page} has no place for {name}: {begin} and {end}")
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", "utf-8")


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
