"""`scripts/bench sizes`: what a comment and a request cost over PostgreSQL."""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bench import machine
from bench.cluster_sizes import sizes_of
from bench.load import LoadFailed
from bench.programs import MissingProgram
from bench.results import FOLDER
from bench.service_processes import NotStarted


def sizes(
    stored: Annotated[int, typer.Option(min=1000, help="How many comments.")] = 50_000,
    seconds: Annotated[float, typer.Option(min=0.5, max=30, help="Of each load.")] = 4.0,
) -> None:
    """Measure bytes and processor time of a comment and of a request, for the arithmetic of ADR 12.

    Results: build/bench/sizes.json.
    """
    with tempfile.TemporaryDirectory(prefix="practice-sizes-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
        try:
            found = sizes_of(folder, stored, seconds, _tell)
        except (LoadFailed, MissingProgram, NotStarted) as failure:
            print(f"scripts/bench sizes: {failure}", file=sys.stderr)
            raise typer.Exit(1) from None
    print(f"\n{stored:,} comments, load {machine.load_average()}\n")
    print("\n".join(f"| {one.what} | {one.value:,.1f} | {one.unit} |" for one in found))
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {"machine": machine.machine(), "stored": stored, "sizes": [asdict(one) for one in found]}
    FOLDER.joinpath("sizes.json").write_text(json.dumps(kept, indent=1), "utf-8")


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
