"""`scripts/bench service`: the service beside a bare Starlette and Isso."""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bench import machine, results
from bench.load import LoadFailed
from bench.programs import MissingProgram, program
from bench.service_comments import BUSY_COMMENTS
from bench.service_goals import rows
from bench.service_measures import BARE, ISSO, NAMES, POSTGRESQL, SYSTEMS, TINYDB
from bench.service_others import BareStarlette, Isso
from bench.service_processes import NotStarted
from bench.service_rounds import Plan, Rounds, WrongAnswer
from bench.service_systems import PostgresqlService, System, TinydbService, WrongContent
from bench.service_tables import part_of

STORED = "0,1000,10000,50000"
_FAILURES = (LoadFailed, MissingProgram, NotStarted, WrongAnswer, WrongContent)
_MOST = 1_000_000
_COUNTS_BYTES = 217
"""Of the body that the service answers when each section of the page has comments."""


def service(
    stored: Annotated[str, typer.Option(help="How many comments, with commas between.")] = STORED,
    rounds: Annotated[int, typer.Option(min=1, help="Medians are taken over so many.")] = 5,
    seconds: Annotated[float, typer.Option(min=0.1, max=7, help="Of each measurement.")] = 0.7,
    only: Annotated[
        str, typer.Option(help=f"Some of these, with commas between: {', '.join(NAMES)}.")
    ] = ",".join(NAMES),
    systems: Annotated[
        str, typer.Option(help=f"Some of these, with commas between: {', '.join(SYSTEMS)}.")
    ] = ",".join(SYSTEMS),
    write_docs: Annotated[
        bool, typer.Option("--write-docs", help="Put the tables into docs/manual as well.")
    ] = False,
) -> None:
    """Measure the service on TinyDB and on PostgreSQL beside a bare Starlette and Isso."""
    plan = Plan(
        stored=_counts(stored),
        rounds=rounds,
        seconds=seconds,
        only=_known(only, NAMES),
    )
    try:
        part = measured(plan, _known(systems, SYSTEMS), results.FOLDER)
    except _FAILURES as failure:
        print(f"scripts/bench service: {failure}", file=sys.stderr)
        raise typer.Exit(1) from None
    results.keep(part)
    print(results.markdown(part))
    if write_docs:
        results.write_into(results.MANUAL / "performance.md", "service", results.body(part))
        results.write_into(results.MANUAL / "running.md", "sizes", part.measured["sizes"])


def measured(plan: Plan, names: Sequence[str], folder: Path) -> results.Part:
    """Everything in a folder of its own below `folder`, which is gone afterwards."""
    program("wrk")
    told = machine.machine()
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as name:
        place = Path(name)
        place.chmod(0o755)  # PostgreSQL runs as nobody where this is root
        with _opened(names, place) as systems:
            run = Rounds(plan, systems, place, _tell)
            run.run()
        kind = machine.file_system(place)
    took = time.monotonic() - began
    found = list(rows(run.figures, plan.stored, BUSY_COMMENTS))
    return part_of(run, plan, found, {**told, "file_system": kind, "took_seconds": round(took)})


@contextmanager
def _opened(names: Sequence[str], place: Path) -> Iterator[list[System]]:
    for name in names:
        (place / name).mkdir()
    systems: list[System] = []
    database: PostgresqlService | None = None
    if TINYDB in names:
        systems.append(TinydbService(place / TINYDB))
    if ISSO in names:
        systems.append(Isso(place / ISSO))
    if BARE in names:
        systems.append(BareStarlette(place / BARE, _COUNTS_BYTES))
    try:
        if POSTGRESQL in names:
            database = PostgresqlService(place / POSTGRESQL)
            systems.append(database)
        yield systems
    finally:
        if database is not None:
            database.close()


def _counts(said: str) -> list[int]:
    """Raises typer.BadParameter."""
    wanted = {one.strip() for one in said.split(",")}
    if not all(one.isascii() and one.isdigit() and int(one) <= _MOST for one in wanted):
        raise typer.BadParameter(f"{said}: numbers up to {_MOST:,} with commas between are wanted")
    return sorted(map(int, wanted))


def _known(said: str, names: Sequence[str]) -> list[str]:
    """Raises typer.BadParameter."""
    wanted = [one.strip() for one in said.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in names]
    if unknown or not wanted:
        raise typer.BadParameter(f"{', '.join(unknown) or 'nothing'}; there are {', '.join(names)}")
    return wanted


def _tell(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)
