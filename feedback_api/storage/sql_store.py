"""Comments in PostgreSQL, for any number of replicas; see ADR 0011.

Nothing is kept in the process but what may be a second old. A change locks the comment's row; a
new comment locks nothing but its own Idempotency-Key.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import (
    Erased,
    IdempotencyMismatch,
    StoreFailed,
    UnknownComment,
    UnknownReceipt,
)
from feedback_api.domain.identity import CommentId
from feedback_api.services.ports import Step
from feedback_api.storage.comment_change import changed
from feedback_api.storage.sql_adding import Adding
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_generations import Place, touch, touched
from feedback_api.storage.sql_looks import Looks
from feedback_api.storage.sql_new_comments import is_seen_by_none
from feedback_api.storage.sql_reads import decoded
from feedback_api.storage.sql_rows import is_row_of, original_of, row_of, uuid_of
from feedback_api.storage.sql_tables import COMMENTS, KEYS

_FOUND = (COMMENTS.c.document, COMMENTS.c.edition)
Told = Callable[[CommentId, bool], None]
"""Which comment was changed here just now, and whether readers may see something else."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What a transaction did; `places` are the pages that it touched, None if it wrote nothing."""

    comment: Comment
    places: set[Place] | None


class SqlStore:
    """See CommentStore; every method waits for the database and raises StoreError."""

    def __init__(self, database: Database, told: Told, looks: Looks | None = None) -> None:
        """`told` is called in the thread that wrote, once the change is durable."""
        self._database = database
        self._looks = looks or Looks()
        self._told = told
        self._adding = Adding(database)

    def add(self, comment: Comment) -> Comment:
        """See CommentStore."""
        with self._looks.none():
            if is_seen_by_none(comment) and self._adding.stored(comment):
                return self._tell(_Written(comment, set()))
            return self._tell(self._added(comment))

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        """See CommentStore."""
        key = uuid_of(comment_id)

        def change(connection: Connection) -> _Written:
            cycle = connection.execute(
                select(COMMENTS.c.cycle).where(COMMENTS.c.id == key)
            ).scalar()
            if cycle is None:
                raise UnknownComment
            own = select(*_FOUND).where(COMMENTS.c.cycle == cycle, COMMENTS.c.id == key)
            row = connection.execute(own.with_for_update()).first()
            present = decoded(row.document) if row else None
            if row is None or present is None or present.erased is not None:
                raise UnknownComment
            after = changed(present, step)
            if after is present:
                return _Written(present, None)
            new = {**row_of(after, edition=row.edition + 1), "changed_at": func.now()}
            connection.execute(update(COMMENTS).where(is_row_of(after)).values(new))
            places = touched(connection, present, after)
            touch(connection, places)
            return _Written(after, places)

        with self._looks.none():
            return self._tell(self._database.write(change))

    def get(self, comment_id: CommentId) -> Comment:
        """See CommentStore."""
        comment = self._looks.comment(uuid_of(comment_id), self._found)
        if comment is None or comment.erased is not None:
            raise UnknownComment
        return comment

    def by_receipt(self, receipt_hash: str) -> Comment:
        """See CommentStore."""
        found = select(COMMENTS.c.document).where(COMMENTS.c.receipt_hash == receipt_hash)
        documents = self._documents(found)
        if not documents:
            raise UnknownReceipt
        return decoded(documents[0])

    def by_idempotency_key(self, key_hash: str) -> Comment | None:
        """See CommentStore."""
        return self._database.read(lambda connection: _of_key(connection, key_hash), locks=True)

    def duplicates(self, comment_id: CommentId) -> tuple[Comment, ...]:
        """See CommentStore."""
        try:
            return self._looks.merged(uuid_of(comment_id), self._merged)
        except UnknownComment:
            return ()

    def _added(self, comment: Comment) -> _Written:
        """By itself, whatever there is of it already."""
        row = row_of(comment, edition=1)

        def add(connection: Connection) -> _Written:
            key = comment.idempotency
            if key is not None and not _took_key(connection, comment):
                return _Written(_earlier(connection, comment), None)
            if connection.execute(_INSERT, row).first() is None:
                return _Written(_same(connection, comment), None)
            places = touched(connection, None, comment)
            touch(connection, places)
            return _Written(comment, places)

        return self._database.write(add, is_idempotent=True)

    def _found(self, ids: Collection[UUID]) -> Mapping[UUID, Comment]:
        documents = self._documents(select(COMMENTS.c.document).where(COMMENTS.c.id.in_(ids)))
        return {uuid_of(comment.id): comment for comment in map(decoded, documents)}

    def _merged(self, originals: Collection[UUID]) -> Mapping[UUID, Sequence[Comment]]:
        """What was merged into each of them, oldest first."""
        wanted = select(COMMENTS.c.document).where(COMMENTS.c.original.in_(originals))
        found: defaultdict[UUID, list[Comment]] = defaultdict(list)
        ordered = wanted.order_by(COMMENTS.c.submitted_at, COMMENTS.c.id)
        for comment in map(decoded, self._documents(ordered)):
            original = original_of(comment)
            if original is not None:
                found[original].append(comment)
        return found

    def _documents(self, wanted: Select[Any]) -> list[str]:
        return self._database.read(lambda connection: list(connection.scalars(wanted)))

    def _tell(self, written: _Written) -> Comment:
        if written.places is not None:
            self._told(written.comment.id, bool(written.places))
        return written.comment


_INSERT = insert(COMMENTS).on_conflict_do_nothing().returning(COMMENTS.c.edition)
_INSERT_KEY = insert(KEYS).on_conflict_do_nothing().returning(KEYS.c.id)


def _took_key(connection: Connection, comment: Comment) -> bool:
    """Whether nobody had this Idempotency-Key; waits for whoever is just taking it."""
    key_hash = comment.idempotency.key_hash if comment.idempotency else ""
    row = {"key_hash": key_hash, "cycle": comment.cycle, "id": uuid_of(comment.id)}
    return connection.execute(_INSERT_KEY, row).first() is not None


def _earlier(connection: Connection, comment: Comment) -> Comment:
    """The comment that came with the same key. Raises Erased, IdempotencyMismatch."""
    earlier = _of_key(connection, comment.idempotency.key_hash) if comment.idempotency else None
    if earlier is None:
        raise StoreFailed  # a key without its comment: somebody deleted rows by hand
    if earlier.idempotency != comment.idempotency:
        raise IdempotencyMismatch
    return earlier


def _of_key(connection: Connection, key_hash: str) -> Comment | None:
    """By the key's own table, which knows the cycle and so the shard. Raises Erased."""
    kept = _waiting_for_standbys(select(KEYS).where(KEYS.c.key_hash == key_hash))
    place = connection.execute(kept).first()
    if place is None:
        return None
    found = select(COMMENTS.c.document).where(
        COMMENTS.c.cycle == place.cycle, COMMENTS.c.id == place.id
    )
    document = connection.execute(found).scalar()
    comment = decoded(document) if document else None
    if comment is not None and comment.erased is not None:
        raise Erased
    return comment


def _same(connection: Connection, comment: Comment) -> Comment:
    """After an id that is there: ours, if a commit was lost sight of. Raises Erased, ValueError."""
    found = select(COMMENTS.c.document).where(is_row_of(comment))
    document = connection.execute(_waiting_for_standbys(found)).scalar()
    present = decoded(document) if document else None
    if present is not None and present.erased is not None:
        raise Erased
    if present != comment:
        raise ValueError(f"comment {comment.id} is there already")
    return comment


def _waiting_for_standbys(wanted: Select[Any]) -> Select[Any]:
    """For what is acknowledged once more: merely read, a primary that came back alone may show it.

    The end of a transaction that has locked a row waits until the standbys have all before it.
    """
    return wanted.with_for_update(key_share=True, read=True)
