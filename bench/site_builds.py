"""Times whole builds of the site: `scripts/build`, and plain MkDocs run once for each language."""

import resource
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.site_repository import environment
from bench.site_text import languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds on the clock, and seconds of all processors together."""

    wall: float
    cpu: float


def built(repository: Path) -> Spent:
    """`scripts/build` as a person runs it, over a site that is there already."""
    return _spent([[str(repository / "scripts/build")]], where=repository, settings={})


def built_plainly(repository: Path, folder: Path) -> Spent:
    """`mkdocs build` of the same pages, one language after the other, into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    mkdocs = str(repository / ".venv/bin/mkdocs")
    commands = [
        [mkdocs, "build", "-q", "-f", f"languages/{code}/mkdocs.yml", "-d", str(folder / code)]
        for code in languages(repository)
    ]
    settings = {"PYTHONPATH": str(repository / "scripts"), "NO_MKDOCS_2_WARNING": "1"}
    return _spent(commands, where=repository, settings=settings)


def _spent(commands: Sequence[Sequence[str]], *, where: Path, settings: Mapping[str, str]) -> Spent:
    """Raises CalledProcessError where a command fails."""
    before, began = _cpu_of_children(), time.perf_counter()
    for command in commands:
        subprocess.run(
            command,
            cwd=where,
            env={**environment(), **settings},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return Spent(wall=time.perf_counter() - began, cpu=_cpu_of_children() - before)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
