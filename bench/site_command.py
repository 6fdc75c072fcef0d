"""`scripts/bench site`: the building of the site beside plain MkDocs, and the watching of it."""

import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from bench import machine, results
from bench.site_rounds import SiteRounds
from bench.site_tables import part_of
from bench.site_watching import NotServedError

_PAGES = 200


def site(
    rounds: Annotated[int, typer.Option(min=0, help="Medians are taken over so many.")] = 5,
    long_rounds: Annotated[int, typer.Option(min=0, help="The same, of the long text.")] = 3,
    pages: Annotated[
        int, typer.Option(min=0, help="Of the long text, in each language; 0: the real one alone.")
    ] = _PAGES,
    long_watched: Annotated[
        bool, typer.Option(help="Also change pages of the long text while it is watched.")
    ] = True,
    folder: Annotated[
        Path | None, typer.Option(help="Keeps the texts for the next run, which finds them there.")
    ] = None,
    write_docs: Annotated[
        bool, typer.Option("--write-docs", help="Put the tables into docs/manual as well.")
    ] = False,
) -> None:
    """Measure scripts/build beside plain MkDocs, and scripts/serve --watch beside scripts/build."""
    on = machine.machine()
    began = time.monotonic()

    def keep() -> None:
        part = part_of(run, {**on, "took_seconds": round(time.monotonic() - began)})
        results.keep(part)
        if write_docs:
            results.write_into(results.MANUAL / "performance.md", "site", results.markdown(part))

    try:
        with nullcontext(folder) if folder else tempfile.TemporaryDirectory("-bench") as place:
            run = SiteRounds(Path(place), pages=pages, told=keep)
            run.measure(rounds, long_rounds, long_watched=long_watched)
    except (NotServedError, subprocess.CalledProcessError) as failure:
        print(f"scripts/bench site: {failure}", file=sys.stderr)
        raise typer.Exit(1) from None
    if rounds:
        print((results.FOLDER / "results.md").read_text("utf-8"))
