"""Small records in PostgreSQL: the tables of a data folder's small files, for all replicas."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from feedback_api.domain.errors import StoreFailed
from feedback_api.storage.damage import NOT_DECODED
from feedback_api.storage.documents import Documents, DocumentsStep, Form
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_looks import Looks
from feedback_api.storage.sql_tables import COLLECTIONS, DOCUMENTS

_RecordT = TypeVar("_RecordT")


class SqlDocumentsPlace:
    """See DocumentsPlace."""

    def __init__(self, database: Database, looks: Looks | None = None) -> None:
        self._database = database
        self._looks = looks or Looks()

    def documents(self, form: Form[_RecordT], *, is_shared: bool = False) -> Documents[_RecordT]:
        """See DocumentsPlace; all are shared."""
        return SqlDocuments(self._database, form, self._looks)


class SqlDocuments(Generic[_RecordT]):
    """See Documents; what was read stays in memory as long as the collection's edition does."""

    def __init__(self, database: Database, form: Form[_RecordT], looks: Looks) -> None:
        self._database = database
        self._looks = looks
        self._form = form
        self._read: tuple[int, Mapping[str, _RecordT]] = (0, MappingProxyType({}))

    def all(self) -> Mapping[str, _RecordT]:
        """See Documents."""
        return self._looks.records(self._form.table, lambda: self._database.read(self._present))

    def change(self, step: DocumentsStep[_RecordT]) -> Mapping[str, _RecordT]:
        """See Documents; one at a time for each collection."""

        def change(connection: Connection) -> Mapping[str, _RecordT]:
            mine = COLLECTIONS.c.collection == self._form.table
            first = insert(COLLECTIONS).values(collection=self._form.table, edition=0)
            connection.execute(first.on_conflict_do_nothing())
            connection.execute(select(COLLECTIONS.c.edition).where(mine).with_for_update())
            before = self._present(connection)
            after = step(before)
            if after is before:
                return before
            self._write(connection, before, after)
            counted = update(COLLECTIONS).where(mine).values(edition=COLLECTIONS.c.edition + 1)
            connection.execute(counted)
            return MappingProxyType(dict(after))

        with self._looks.none():
            return self._database.write(change)

    def _present(self, connection: Connection) -> Mapping[str, _RecordT]:
        """The edition is asked for before the records: they may be newer than it, never older."""
        asked = select(COLLECTIONS.c.edition).where(COLLECTIONS.c.collection == self._form.table)
        edition = connection.execute(asked).scalar() or 0
        kept = self._read
        if kept[0] == edition:
            return kept[1]
        wanted = select(DOCUMENTS.c.key, DOCUMENTS.c.content).where(
            DOCUMENTS.c.collection == self._form.table
        )
        rows = connection.execute(wanted.order_by(DOCUMENTS.c.position, DOCUMENTS.c.key))
        records = MappingProxyType({row.key: self._decoded(row.content) for row in rows})
        self._read = (edition, records)
        return records

    def _decoded(self, content: str) -> _RecordT:
        try:
            return self._form.decode(content.encode())
        except NOT_DECODED as error:
            raise StoreFailed from error

    def _write(
        self, connection: Connection, before: Mapping[str, _RecordT], after: Mapping[str, _RecordT]
    ) -> None:
        table = self._form.table
        for key in before.keys() - after.keys():
            gone = (DOCUMENTS.c.collection == table, DOCUMENTS.c.key == key)
            connection.execute(delete(DOCUMENTS).where(*gone))
        now = time.time_ns() // 1_000  # a record keeps its position, a new one comes last
        rows = [
            {
                "collection": table,
                "key": key,
                "position": now + number,
                "content": self._form.encode(record).decode(),
            }
            for number, (key, record) in enumerate(after.items())
            if before.get(key) is not record
        ]
        new = insert(DOCUMENTS)
        if rows:
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=[DOCUMENTS.c.collection, DOCUMENTS.c.key],
                    set_={"content": new.excluded.content},
                ),
                rows,
            )
