"""The tables of what was measured of the site: goals, and every figure."""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from bench.figures import Figure, Spread, ratio
from bench.results import AT_MOST, Part, Row, shown
from bench.site_rounds import BESIDE, BUILD, CPU, PLAIN, SOURCE, TRANSLATION, WALL, SiteRounds

_WORKS = {
    BUILD: "`scripts/build`, everything included",
    PLAIN: "plain `mkdocs build`, three runs",
    SOURCE: "`--watch`: a page of the source changed",
    TRANSLATION: "`--watch`: a page of a translation changed",
}
_MOST_OF_PLAIN = 1.5
_MOST_OF_SHORT = 1.5
_MOST_OF_BUILD = 0.5


def part_of(run: SiteRounds, machine: Mapping[str, Any]) -> Part:
    """What `scripts/bench site` keeps."""
    real, long = run.pages
    counted = [len(run.figures.values(Figure(BUILD, WALL, pages))) for pages in (real, long)]
    return Part(
        name="site",
        title="The latest run of the site",
        machine=machine,
        rows=list(_rows(run)),
        notes=[
            f"{counted[0]} rounds of the real text and {counted[1]} of the long one,"
            f" {machine['took_seconds']} s in all; in a round everything is done once, one after"
            " the other.",
            "“Stored” is pages in each of the languages: the real text, and one with more pages"
            " made of its sections; seconds are medians, on the clock.",
            "A ratio is that of the medians over all rounds, least and greatest are those of"
            " rounds.",
            "A change is measured from when the file is written until the service answers with its"
            " text; the processors' seconds hold the asking for it, a hundred times a second.",
            *_beside_plain(run),
        ],
        tables=[_everything(run)],
        measured={
            "figures": [
                {**figure._asdict(), "values": list(run.figures.values(figure))}
                for figure in run.figures.names()
            ],
        },
    )


def _rows(run: SiteRounds) -> Iterator[Row]:
    real, long = run.pages
    for pages in (real, long):
        if pages == real and run.figures.has(Figure(BUILD, WALL, pages)):
            yield _row(run, pages, BUILD, PLAIN, _MOST_OF_PLAIN)
        if run.figures.has(Figure(SOURCE, WALL, pages)):
            yield _row(run, pages, SOURCE, BUILD, _MOST_OF_BUILD)
            yield _row(run, pages, TRANSLATION, BUILD, _MOST_OF_BUILD)
    if run.figures.has(Figure(BESIDE, WALL, real)):
        per_page = [
            [value / pages for value in run.figures.values(Figure(work, WALL, pages))]
            for work, pages in ((BUILD, long), (BESIDE, real))
        ]
        yield Row(
            work="`scripts/build`, time a page: the long text beside the real one",
            stored=f"3 × {long}",
            ours=f"{1000 * median(per_page[0]):.0f} ms",
            other=f"{1000 * median(per_page[1]):.0f} ms",
            ratio=ratio(*per_page),
            relation=AT_MOST,
            limit=_MOST_OF_SHORT,
        )


def _beside_plain(run: SiteRounds) -> Iterator[str]:
    """Of the long text: a figure without a goal, for plain MkDocs has no page for a section."""
    long = run.pages[1]
    ours, other = Figure(BUILD, WALL, long), Figure(PLAIN, WALL, long)
    if long and run.figures.has(ours):
        ratio = run.figures.ratio(ours, other)
        yield (
            f"At 3 × {long}, `scripts/build` takes {shown(ratio.median)} times"
            f" ({shown(ratio.least)}–{shown(ratio.greatest)}) as long as plain MkDocs, which makes"
            " no page of the history of each section; the goal for this text is that a page takes"
            " no longer than one of the real text."
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
