"""The tables of what was measured of the site: goals, and every figure."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.figures import Figure, Spread, ratio
from bench.results import AT_MOST, Part, Row, shown
from bench.site_rounds import BUILD, CPU, PLAIN, SOURCE, TRANSLATION, WALL, SiteRounds

_WORKS = {
    BUILD: "`scripts/build`, everything included",
    PLAIN: "plain `mkdocs build`, three runs",
    SOURCE: "`--watch`: a page of the source changed",
    TRANSLATION: "`--watch`: a page of a translation changed",
}
_MOST_OF_PLAIN = 1.5
_MOST_OF_SHORT = 1.5
_MOST_OF_BUILD = 0.5


def part_of(run: SiteRounds, machine: Mapping[str, Any], rounds: int) -> Part:
    """What `scripts/bench site` keeps."""
    return Part(
        name="site",
        title="The site",
        machine=machine,
        rows=list(_rows(run)),
        notes=[
            f"{rounds} rounds, {machine['took_seconds']} s in all, medians of seconds on the clock;"
            " in each round everything is done once, one after the other.",
            "“Stored” is pages in each of the languages: the real text, and one made of its"
            " sections with more pages.",
            "A change is measured from when the file is written until the service answers with its"
            " text; the processors' seconds include asking for it a hundred times a second.",
        ],
        tables=[_everything(run)],
        measured={
            "rounds": rounds,
            "figures": [
                {**figure._asdict(), "values": list(run.figures.values(figure))}
                for figure in run.figures.names()
            ],
        },
    )


def _rows(run: SiteRounds) -> Iterator[Row]:
    for pages in run.pages:
        yield _row(run, pages, BUILD, PLAIN, _MOST_OF_PLAIN)
        for change in (SOURCE, TRANSLATION):
            if run.figures.has(Figure(change, WALL, pages)):
                yield _row(run, pages, change, BUILD, _MOST_OF_BUILD)
    if len(run.pages) > 1:
        short, long = run.pages
        per_page = {
            pages: [value / pages for value in run.figures.values(Figure(BUILD, WALL, pages))]
            for pages in (short, long)
        }
        yield Row(
            work="`scripts/build`, seconds a page, long text beside the real one",
            stored=f"3 × {long} / 3 × {short}",
            ours=f"{_milliseconds(per_page[long])} ms",
            other=f"{_milliseconds(per_page[short])} ms",
            ratio=ratio(per_page[long], per_page[short]),
            relation=AT_MOST,
            limit=_MOST_OF_SHORT,
        )


def _row(run: SiteRounds, pages: int, work: str, beside: str, limit: float) -> Row:
    ours, other = Figure(work, WALL, pages), Figure(beside, WALL, pages)
    return Row(
        work=_WORKS[work],
        stored=f"3 × {pages}",
        ours=f"{run.figures.spread(ours).median:.2f} s",
        other=f"{run.figures.spread(other).median:.2f} s",
        ratio=run.figures.ratio(ours, other),
        relation=AT_MOST,
        limit=limit,
    )


def _milliseconds(values: list[float]) -> str:
    return shown(1000 * sorted(values)[len(values) // 2])


def _everything(run: SiteRounds) -> str:
    lines = [
        "| what | pages | on the clock, s | of all processors, s |",
        "| --- | ---: | ---: | ---: |",
    ]
    for pages in run.pages:
        for work, name in _WORKS.items():
            if run.figures.has(Figure(work, WALL, pages)):
                cells = (
                    _cell(run.figures.spread(Figure(work, kind, pages))) for kind in (WALL, CPU)
                )
                lines.append(f"| {name} | 3 × {pages} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(found: Spread) -> str:
    return f"{shown(found.median)} ({shown(found.least)}–{shown(found.greatest)})"
