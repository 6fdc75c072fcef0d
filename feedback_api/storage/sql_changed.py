"""Which comments were changed since the last look, at whatever replica."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from feedback_api.domain.identity import CommentId
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_tables import COMMENTS

_OVERLAP = timedelta(seconds=5)
_LONG_OVERLAP = timedelta(seconds=60)
"""A row has the time of its transaction's start: after a long one it shows up among earlier."""
_LONG_EVERY = 20


class ChangedComments:
    """For one thread; all times are the server's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since: datetime | None = None
        self._seen: dict[tuple[UUID, int], datetime] = {}
        self._looks = 0

    def look(self) -> list[CommentId]:
        """Each change once, as a rule; the first look goes back a minute. Raises StoreError."""
        is_long = self._since is None or self._looks % _LONG_EVERY == 0
        now, rows = self._database.read(
            lambda connection: self._asked(connection, _LONG_OVERLAP if is_long else _OVERLAP)
        )
        self._looks += 1
        self._since = now
        new = [row for row in rows if (row.id, row.edition) not in self._seen]
        self._seen.update({(row.id, row.edition): row.changed_at for row in new})
        if is_long:
            oldest = now - 2 * _LONG_OVERLAP
            self._seen = {one: at for one, at in self._seen.items() if at > oldest}
        return [CommentId(str(row.id)) for row in new]

    def forget(self) -> None:
        """Nobody wants to know for now."""
        self._since, self._seen = None, {}

    def _asked(self, connection: Connection, overlap: timedelta) -> tuple[datetime, list[Any]]:
        now: datetime = connection.execute(select(func.now())).scalar_one()
        since = (self._since or now) - overlap
        wanted = select(COMMENTS.c.id, COMMENTS.c.edition, COMMENTS.c.changed_at)
        changed = wanted.where(COMMENTS.c.changed_at > since).order_by(COMMENTS.c.changed_at)
        return now, list(connection.execute(changed))
