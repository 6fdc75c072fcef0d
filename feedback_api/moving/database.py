"""A database as source, which is only read, or as target, filled in steps that may be repeated."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Select, Table, column, func, select, table, text
from sqlalchemy.dialects.postgresql import insert as insert_new

from feedback_api.database_settings import DatabaseSettings
from feedback_api.domain.errors import StartRefused
from feedback_api.moving.contents import (
    COMMENTS,
    NAMES,
    SMALL,
    WORDINGS,
    Contents,
    comment_key,
)
from feedback_api.storage import sql_tables as tables
from feedback_api.storage.comment_document import decode_comment
from feedback_api.storage.kept_deliveries import REPEATS
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_moved import COLLECTION, Moved, keep_moved, read_moved
from feedback_api.storage.sql_rows import row_of
from feedback_api.storage.sql_schema import has_tables, prepare
from feedback_api.storage.wording_document import decode_wording

_OURS = "code-of-practice-migrate"
_THEIRS = "code-of-practice"
_BATCH = 500
_KNOWN = frozenset({COLLECTION, REPEATS.table, *(form.table for form in SMALL)})


def opened(place: DatabaseSettings) -> Database:
    """Nothing is connected yet. Raises StartRefused."""
    try:
        url = make_conninfo(place.url, application_name=_OURS)
        return Database(url, keeps_connections=False)
    except psycopg.ProgrammingError:  # its words may be a part of the password
        raise StartRefused(f"{place.described()} is no URL of a database.") from None


def refuse_running(database: Database) -> None:
    """Raises StartRefused while a replica uses the database."""
    sessions = table("pg_stat_activity", column("datname"), column("application_name"))
    here = select(func.count()).select_from(sessions)
    here = here.where(sessions.c.datname == func.current_database())
    here = here.where(sessions.c.application_name == _THEIRS)
    held = select(func.count()).select_from(tables.LEASES)
    held = held.where(tables.LEASES.c.expires_at > func.now())
    if database.read(lambda connection: connection.execute(here).scalar()):
        raise StartRefused("A service or a command uses the database: stop all replicas first.")
    if has_tables(database) and database.read(lambda one: one.execute(held).scalar()):
        raise StartRefused(
            "A replica held the database's lease within the last seconds: stop all replicas, "
            "wait for ten seconds and try again."
        )


def read_database(database: Database) -> Contents:
    """Everything at one moment, every document read as a service would. Raises StartRefused."""
    if not has_tables(database):
        return {name: {} for name in NAMES}
    return database.write_once(_read)


def moved_to(database: Database) -> Moved | None:
    """What is said there of an earlier move."""
    return database.read(read_moved) if has_tables(database) else None


def waiting_repeats(database: Database) -> int:
    """How many webhooks editors want to be sent again; only replicas can do that."""
    if not has_tables(database):
        return 0
    wanted = select(func.count()).where(tables.DOCUMENTS.c.collection == REPEATS.table)
    return int(database.read(lambda connection: connection.execute(wanted).scalar_one()))


def write_database(database: Database, contents: Contents, moved: Moved) -> None:
    """Whatever of it is there already stays as it is. Raises StartRefused, StoreError."""
    prepare(database)
    database.write(lambda connection: keep_moved(connection, moved), is_idempotent=True)
    for documents in _batches(list(contents[COMMENTS].values())):
        _step(database, _comment_rows(documents))
    for documents in _batches(list(contents[WORDINGS].values())):
        _step(database, [(tables.WORDINGS, [_wording_row(one) for one in documents])])
    for form in SMALL:
        kept = list(enumerate(contents[form.table].items()))
        rows = [
            {"collection": form.table, "key": key, "position": position, "content": text.decode()}
            for position, (key, text) in kept
        ]
        edition = [{"collection": form.table, "edition": 1}] if rows else []
        _step(database, [(tables.DOCUMENTS, rows), (tables.COLLECTIONS, edition)])


def finish(database: Database, moved: Moved) -> None:
    """From now on a service may use it. Raises StoreError."""
    database.write(lambda connection: keep_moved(connection, moved), is_idempotent=True)


_Rows = list[tuple[Table, list[dict[str, object]]]]


def _step(database: Database, rows: _Rows) -> None:
    def keep(connection: Connection) -> None:
        for target, new in rows:
            if new:
                connection.execute(insert_new(target).on_conflict_do_nothing(), new)

    database.write(keep, is_idempotent=True)


def _comment_rows(documents: Sequence[bytes]) -> _Rows:
    comments = [decode_comment(document) for document in documents]
    rows = [row_of(comment, edition=1) for comment in comments]
    keys: list[dict[str, object]] = [
        {"key_hash": one.idempotency.key_hash, "cycle": one.cycle, "id": row["id"]}
        for one, row in zip(comments, rows, strict=True)
        if one.idempotency is not None
    ]
    return [(tables.COMMENTS, rows), (tables.KEYS, keys)]


def _wording_row(document: bytes) -> dict[str, object]:
    wording = decode_wording(document)
    return {
        "section": wording.section,
        "language": wording.language,
        "fingerprint": wording.fingerprint,
        "content": document.decode(),
    }


def _read(connection: Connection) -> Contents:
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    _refuse_unknown(connection)
    kept = tables.COMMENTS.c
    documents = select(kept.document).order_by(kept.cycle, kept.submitted_at, kept.id)
    found: dict[str, dict[str, bytes]] = {COMMENTS: {}, WORDINGS: {}}
    for (document,) in _rows(connection, documents):
        found[COMMENTS][comment_key(decode_comment(document.encode()))] = document.encode()
    named = tables.WORDINGS.c
    order = (named.section, named.language, named.fingerprint)
    for *name, content in _rows(connection, select(*order, named.content).order_by(*order)):
        decode_wording(content.encode())
        found[WORDINGS][" ".join(name)] = content.encode()
    small = tables.DOCUMENTS.c
    for form in SMALL:
        wanted = select(small.key, small.content).where(small.collection == form.table)
        rows = list(_rows(connection, wanted.order_by(small.position, small.key)))
        found[form.table] = {
            key: form.encode(form.decode(content.encode())) for key, content in rows
        }
    return found


def _refuse_unknown(connection: Connection) -> None:
    names = set(connection.scalars(select(tables.DOCUMENTS.c.collection).distinct()))
    if names - _KNOWN:
        raise StartRefused(
            f"The database holds {', '.join(sorted(names - _KNOWN))}, which this release cannot "
            "move. Nothing was changed."
        )


def _rows(connection: Connection, wanted: Select[Any]) -> Iterator[tuple[str, ...]]:
    """A few at a time, each within the time that a statement may take."""
    for row in connection.execution_options(yield_per=_BATCH).execute(wanted):
        yield tuple(row)


def _batches(documents: Sequence[bytes]) -> Iterator[list[bytes]]:
    rest = iter(documents)
    while batch := list(islice(rest, _BATCH)):
        yield batch
