"""The service over each of its stores, filled once and started anew for every round."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from bench.load import Asked
from bench.service_comments import BUSY_COMMENTS, BUSY_SECTION, EDITOR, comments
from bench.service_processes import ROOT, NotStarted, Process, clean_environment, free_port
from bench.service_requests import JSON, PATHS, Work, asked_of_service
from bench.service_sections import write_sections
from bench.service_stores import copy_tinydb, fill_postgresql, fill_tinydb
from tests.fakes.postgres import PostgresServer

PASSPHRASE = " ".join(("seven", "quiet", "lanterns", "by", "the", "harbour"))
SECRET = secrets.token_urlsafe(32)
_PLENTY = "10000000/minute;1000000000/day"
"""Of what one network may ask: counted as ever, in as many windows as ever, and never reached."""
_LIMITED = ("COMMENTS", "RECEIPTS", "SIGN_IN", "SIGN_IN_NAME")
POSTGRESQL_SETTINGS = (
    "shared_buffers=128MB",
    "max_connections=100",
    "fsync=on",
    "synchronous_commit=on",
)
"""As PostgreSQL comes; what tests set otherwise is put back."""


class WrongContent(Exception):
    """What was filled in is not what is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A system at work; `asked` are the works it can do. `start_seconds` until it answered."""

    process: Process
    asked: Mapping[Work, Asked]
    start_seconds: float
    memory_mb: float
    data: Path | None = None
    counts_bytes: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)


class System(Protocol):
    """Something that can be filled and asked."""

    name: str

    def fill(self, stored: int) -> None:
        """Once for each N; again is no error."""

    def running(self, stored: int, **more: str) -> AbstractContextManager[Running]:
        """With a fresh copy of what was filled; `more`: of the environment."""


class TinydbService:
    """`python -m feedback_api serve` over a data folder."""

    name = "tinydb"

    def __init__(self, folder: Path) -> None:
        """`folder`: on the disk that is measured; it holds nothing yet."""
        self._folder = folder
        self._site = Site(folder / "site")

    def fill(self, stored: int) -> None:
        """See System."""
        filled = self._filled(stored)
        if not filled.exists():
            fill_tinydb(filled, comments(stored))
            self._site.add_editor(f"tinydb:{filled}")

    @contextmanager
    def running(self, stored: int, **more: str) -> Iterator[Running]:
        """See System."""
        data = self._folder / f"data-{free_port()}"
        copy_tinydb(self._filled(stored), data)
        try:
            with self._site.served(f"tinydb:{data}", stored, more) as running:
                yield running
        finally:
            shutil.rmtree(data)

    def _filled(self, stored: int) -> Path:
        return self._folder / f"filled-{stored}"


class PostgresqlService:
    """The same over a database of a PostgreSQL server of its own."""

    name = "postgresql"

    def __init__(self, folder: Path) -> None:
        """See TinydbService."""
        self._site = Site(folder / "site")
        server = folder / "server"
        server.mkdir()
        if os.geteuid() == 0:
            shutil.chown(server, "nobody")  # PostgreSQL refuses to run as root
        self._server = PostgresServer(server)
        self._server.stop()
        self._server.start(*POSTGRESQL_SETTINGS)
        self._filled: dict[int, str] = {}

    def fill(self, stored: int) -> None:
        """See System."""
        if stored not in self._filled:
            url = self._server.new_database()
            fill_postgresql(url, comments(stored))
            self._site.add_editor(url)
            self._server.execute("VACUUM ANALYZE", url.rpartition("/")[2])
            self._filled[stored] = url.rpartition("/")[2]

    @contextmanager
    def running(self, stored: int, **more: str) -> Iterator[Running]:
        """See System."""
        name = f"round{free_port()}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {self._filled[stored]}")
        self._server.execute("CHECKPOINT")
        try:
            with self._site.served(self._server.url(name), stored, more) as running:
                yield replace(running, notes=self._notes())
        finally:
            self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _notes(self) -> dict[str, str]:
        told = {
            name: str(self._server.execute(f"SHOW {name}")[0][0])
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        }
        settings = ", ".join(f"{name}={value}" for name, value in told.items())
        return {"server runs with": settings}

    def close(self) -> None:
        """End the server."""
        self._server.stop("immediate")


class Site:
    """What every process of the service shares: the text, and how it is started."""

    def __init__(self, folder: Path) -> None:
        """Writes sections.json into it."""
        self._folder = folder
        write_sections(folder)

    def add_editor(self, store: str) -> None:
        """An account, by the command line as operators do it. Raises NotStarted."""
        done = subprocess.run(
            [sys.executable, "-m", "feedback_api", "editor", "add", EDITOR],
            env=self._environment(store, 0),
            input=f"{PASSPHRASE}\n",
            text=True,
            check=False,
            capture_output=True,
            cwd=ROOT,
        )
        if done.returncode:
            raise NotStarted(f"no editor was added: {done.stderr[-600:]}")

    @contextmanager
    def served(self, store: str, stored: int, more: Mapping[str, str]) -> Iterator[Running]:
        """Raises NotStarted, WrongContent."""
        port = free_port()
        process = Process(
            [sys.executable, "-m", "feedback_api", "serve", f"--port={port}"],
            port=port,
            log=self._folder.parent / "log",
            environment={**self._environment(store, port), **more},
        )
        try:
            start_seconds = process.wait("/readyz", 200)
            counts = process.ask("GET", PATHS[Work.COUNTS])
            _check(process, json.loads(counts.body), stored)
            memory_mb = process.memory_mb()
            token = _token(process)
            etag = counts.headers["etag"]
            yield Running(
                process=process,
                asked={work: asked_of_service(work, port, token=token, etag=etag) for work in Work},
                start_seconds=start_seconds,
                memory_mb=memory_mb,
                data=Path(store.removeprefix("tinydb:")) if store.startswith("tinydb:") else None,
                counts_bytes=len(counts.body),
            )
        finally:
            process.end()

    def _environment(self, store: str, port: int) -> dict[str, str]:
        database = (
            {} if store.startswith("tinydb:") else {"FEEDBACK_DATA": str(self._folder / "own")}
        )
        return clean_environment(
            FEEDBACK_STORE=store,
            FEEDBACK_SITE=str(self._folder),
            FEEDBACK_LANGUAGES=str(ROOT / "languages"),
            FEEDBACK_ORIGIN=f"http://127.0.0.1:{port}",
            FEEDBACK_SECRET=SECRET,
            **database,
            **{f"FEEDBACK_LIMIT_{name}": _PLENTY for name in _LIMITED},
        )


def _token(process: Process) -> str:
    """Of an editor's session."""
    account = json.dumps({"name": EDITOR, "passphrase": PASSPHRASE})
    token: str = json.loads(process.ask("POST", "/api/v1/session", account, JSON).body)["token"]
    return token


def _check(process: Process, counts: Mapping[str, Mapping[str, int]], stored: int) -> None:
    expected = min(BUSY_COMMENTS, stored)
    counted = counts["counts"].get(BUSY_SECTION, 0)
    shown = len(json.loads(process.ask("GET", PATHS[Work.SECTION]).body)["comments"])
    if (counted, shown) != (expected, expected):
        raise WrongContent(f"{counted} are counted and {shown} shown instead of {expected}")
