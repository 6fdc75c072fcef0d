"""What a comment and a request cost over PostgreSQL: bytes, processor time, log; for ADR 12.

Processor time, not answers a second: it is nearly the same beside other work, and it adds up.
"""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.load import Asked, load
from bench.service_comments import BUSY_SECTION, RARE_WORD, comments
from bench.service_requests import BUSY_PAGE, Work
from bench.service_systems import POSTGRESQL_SETTINGS, Running, Site
from feedback_api.domain.comment import Comment, Idempotency
from feedback_api.storage.comment_document import encode_comment
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_schema import prepare
from feedback_api.storage.sql_store import SqlStore
from tests.fakes.postgres import PostgresServer

CLIENTS = 16
_TICKS = os.sysconf("SC_CLK_TCK")
_TRIALS = 5
_ASKED = (Work.COUNTS, Work.COUNTS_KNOWN, Work.SECTION, Work.LIST, Work.POST)
_SAID = {
    Work.COUNTS: "counts of a page, from the cache",
    Work.COUNTS_KNOWN: "the same with If-None-Match",
    Work.SECTION: "a section with 125 comments, from the cache",
    Work.LIST: "editors' list, first page",
    Work.POST: "a comment posted",
}
_COUNTED = "count(*) FROM comments"
_RELATIONS = """
SELECT c.relname, c.relkind = 'i', pg_relation_size(c.oid)
  + coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
"""


@dataclass(frozen=True, slots=True)
class Size:
    """A figure and its unit."""

    what: str
    value: float
    unit: str


def sizes_of(folder: Path, stored: int, seconds: float, tell: Callable[[str], None]) -> list[Size]:
    """Fill a server of its own, and ask. Raises MissingProgram, LoadFailed, NotStarted."""
    system = _Filled(folder)
    try:
        tell(f"storing {stored:,} comments, one by one")
        system.fill(stored)
        found = [*_bytes(system, stored), *_queries(system, stored)]
        for work in _ASKED:
            tell(_SAID[work])
            found += _costs(system, work, stored, seconds)
    finally:
        system.close()
    return found


class _Filled:
    """A server of its own, and a database that the store itself filled, with keys."""

    def __init__(self, folder: Path) -> None:
        self._site = Site(folder / "site")
        self._folder = folder / "server"
        self._folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "nobody")  # PostgreSQL refuses to run as root
        self._server = PostgresServer(self._folder)
        self._server.stop()
        self._server.start(*POSTGRESQL_SETTINGS)
        self._url = self._server.new_database()

    def fill(self, stored: int) -> None:
        """Once."""
        database = Database(self._url)
        prepare(database)
        store = SqlStore(database, lambda _comment, _is_seen: None)
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in pool.map(store.add, map(_keyed, comments(stored))):
                pass
        database.close()
        self._site.add_editor(self._url)
        self.ask("VACUUM ANALYZE")
        self.ask("CHECKPOINT")

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Of the filled database."""
        return self._server.execute(statement, self._url.rpartition("/")[2])

    def log_position(self) -> int:
        """Bytes of write-ahead log ever."""
        return _int(self.ask("SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0])

    def process(self) -> int:
        """The postmaster."""
        return int(self._folder.joinpath("postmaster.pid").read_text("ascii").split()[0])

    def served(self, stored: int) -> AbstractContextManager[Running]:
        """A service over it."""
        return self._site.served(self._url, stored, {})

    def close(self) -> None:
        """End the server."""
        self._server.stop("immediate")


def _keyed(comment: Comment) -> Comment:
    mark = f"{comment.receipt_hash}"
    return replace(comment, idempotency=Idempotency(key_hash=mark, body_hash=mark))


def _bytes(system: _Filled, stored: int) -> list[Size]:
    relations = [
        (str(name), bool(index), _int(size)) for name, index, size in system.ask(_RELATIONS)
    ]
    kept = [one for one in relations if one[0].startswith(("comments", "idempotency"))]
    documents = sum(len(encode_comment(_keyed(one))) for one in comments(stored))
    found = [
        Size("document of a comment", documents / stored, "bytes"),
        Size("a comment in tables", sum(size for _, i, size in kept if not i) / stored, "bytes"),
        Size("a comment in indexes", sum(size for _, i, size in kept if i) / stored, "bytes"),
    ]
    each = sorted(kept, key=lambda one: -one[2])
    return [*found, *(Size(f"of these, {name}", size / stored, "bytes") for name, _, size in each)]


def _queries(system: _Filled, stored: int) -> list[Size]:
    """What a query costs for each comment it looks at, by the server's own clock."""
    shown = f"shown AND page = '{BUSY_PAGE}'"
    of_page = _int(system.ask(f"SELECT {_COUNTED} WHERE {shown}")[0][0])
    of_section = f"shown AND section = '{BUSY_SECTION}'"
    asked = (
        ("counts of a page", f"section, count(*) FROM comments WHERE {shown} GROUP BY 1", of_page),
        ("comments of a section", f"document FROM comments WHERE {of_section}", 125),
        ("total of an unfiltered list", f"{_COUNTED} WHERE NOT erased", stored),
        ("a search", f"{_COUNTED} WHERE searched LIKE '%{RARE_WORD}%'", stored),
    )
    return [
        Size(f"{what}, for each comment", _milliseconds(system, query) / seen * 1000, "µs")
        for what, query, seen in asked
    ]


def _milliseconds(system: _Filled, query: str) -> float:
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT {query}"
    took = []
    for _ in range(_TRIALS):
        ((plan,),) = system.ask(explained)
        took.append(float(_first(plan)["Execution Time"]))
    return min(took)


def _first(plan: Any) -> Mapping[str, Any]:
    """The driver has decoded it."""
    first: Mapping[str, Any] = plan[0]
    return first


def _costs(system: _Filled, work: Work, stored: int, seconds: float) -> list[Size]:
    with system.served(stored) as running:
        asked: Asked = running.asked[work]
        load(asked, clients=CLIENTS, seconds=seconds / 4)
        of_service = _Processor(running.process.pid)
        of_server = _Processor(system.process())
        log = system.log_position()
        came = load(asked, clients=CLIENTS, seconds=seconds)
        written = system.log_position() - log
        time.sleep(0.1)
        each = 1e6 / came.requests
        found = [
            Size(f"{_SAID[work]}: service", of_service.seconds() * each, "µs of processor"),
            Size(f"{_SAID[work]}: PostgreSQL", of_server.seconds() * each, "µs of processor"),
            Size(f"{_SAID[work]}: answer", came.answer_bytes, "bytes"),
            Size(f"{_SAID[work]}: together on this machine", came.rate, "a second"),
        ]
        if work is Work.POST:
            found.append(Size(f"{_SAID[work]}: log", written / came.requests, "bytes"))
        return found


class _Processor:
    """Time that a process and its children took since this was made."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._before = _taken(process)

    def seconds(self) -> float:
        return (_taken(self._process) - self._before) / _TICKS


def _taken(process: int) -> int:
    """Of the process, of its children, and of those it has buried."""
    taken = 0
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            with suppress(OSError):
                fields = (
                    one.joinpath("stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                )
                if one.name == str(process):
                    taken += sum(map(int, fields[11:15]))
                elif int(fields[1]) == process:
                    taken += sum(map(int, fields[11:13]))
    return taken


def _int(value: object) -> int:
    return int(str(value))
