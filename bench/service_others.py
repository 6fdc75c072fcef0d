"""Beside what the service is measured: a bare Starlette, and Isso as its makers run it."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Asked
from bench.programs import environment_of, locked_version
from bench.service_comments import BUSY_COMMENTS, comments
from bench.service_processes import Process, clean_environment, free_port
from bench.service_requests import Work, asked_of_isso
from bench.service_stores import fill_isso, isso_durability
from bench.service_systems import Running, WrongContent

# Its documentation says of the built-in server that it is for up to 20 requests a second, and of
# the others (gevent, uWSGI, gunicorn, mod_wsgi) leaves the choice open. Taken is what the image of
# its makers runs, which is also how the documentation starts gunicorn: four workers, preloaded.
_ISSO_SERVER = ("--workers=4", "--preload", "--worker-tmp-dir=/dev/shm", "isso.run")
# No moderation and notices by nobody are Isso's own defaults; the guard would refuse the third
# comment of a minute.
_ISSO_SETTINGS = """\
[general]
dbpath = {database}
host = http://127.0.0.1:{port}/
[moderation]
enabled = false
[guard]
enabled = false
"""


class BareStarlette:
    """Fixed bytes, as large as what the service counts on a page, and 2 KB."""

    name = "bare"

    def __init__(self, folder: Path, counts_bytes: int) -> None:
        self._folder = folder
        self._counts_bytes = counts_bytes

    def fill(self, stored: int) -> None:
        """It keeps nothing."""

    @contextmanager
    def running(self, stored: int, **more: str) -> Iterator[Running]:
        """See System."""
        port = free_port()
        process = Process(
            [sys.executable, "-m", "bench.service_bare", str(port), str(self._counts_bytes)],
            port=port,
            log=self._folder / "log",
            environment=clean_environment(**more),
        )
        try:
            yield Running(
                process=process,
                start_seconds=process.wait("/page", 200),
                memory_mb=process.memory_mb(),
                asked={
                    Work.COUNTS: Asked(port=port, paths=["/counts"]),
                    Work.SECTION: Asked(port=port, paths=["/page"]),
                },
            )
        finally:
            process.end()


class Isso:
    """From PyPI, in an environment of its own."""

    name = "isso"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = environment_of("bench") / "bin"

    def fill(self, stored: int) -> None:
        """See System."""
        filled = self._filled(stored)
        if not filled.exists():
            settings = self._settings(filled, free_port())
            fill_isso(self._programs / "python", settings, filled, comments(stored))

    @contextmanager
    def running(self, stored: int, **more: str) -> Iterator[Running]:
        """See System."""
        port = free_port()
        database = self._folder / f"round-{port}.sqlite"
        shutil.copyfile(self._filled(stored), database)
        os.sync()
        settings = self._settings(database, port)
        process = Process(
            [str(self._programs / "gunicorn"), f"--bind=127.0.0.1:{port}", *_ISSO_SERVER],
            port=port,
            log=self._folder / "log",
            environment=clean_environment(ISSO_SETTINGS=str(settings), **more),
        )
        asked = {work: one for work in Work if (one := asked_of_isso(work, port)) is not None}
        try:
            start_seconds = process.wait("/info", 200)
            _check(process, asked[Work.SECTION].paths[0], stored)
            yield Running(
                process=process,
                asked=asked,
                start_seconds=start_seconds,
                memory_mb=process.memory_mb(),
                notes={
                    "is": _versions(),
                    "keeps what it acknowledges by": isso_durability(database),
                },
            )
        finally:
            process.end()
            database.unlink()
            settings.unlink()

    def _filled(self, stored: int) -> Path:
        return self._folder / f"filled-{stored}.sqlite"

    def _settings(self, database: Path, port: int) -> Path:
        file = database.with_suffix(".cfg")
        file.write_text(_ISSO_SETTINGS.format(database=database, port=port), "utf-8")
        return file


def _versions() -> str:
    return f"Isso {locked_version('bench', 'isso')}, gunicorn {locked_version('bench', 'gunicorn')}"


def _check(process: Process, path: str, stored: int) -> None:
    """Isso answers 404 for a page that nobody has commented on."""
    expected = min(BUSY_COMMENTS, stored)
    answer = process.ask("GET", path)
    shown = len(json.loads(answer.body)["replies"]) if answer.status == 200 else 0
    if shown != expected:
        raise WrongContent(f"Isso shows {shown} comments instead of {expected}")
