"""What says in a database that its comments were moved here: from what, all of them, which secret.

A service must not run on half of what is being moved, nor with a secret that no receipt fits.
"""

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from feedback_api.domain.errors import StartRefused
from feedback_api.storage.secret_file import KeyedHashes
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_tables import DOCUMENTS

COLLECTION = "moved"
_KEY = "source"
_MARK_CHARACTERS = 16


class Moved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`source` and `secret` are marks: they tell one from another, and nothing else."""

    source: str
    secret: str
    is_whole: bool


def secret_mark(secret: str) -> str:
    """Tells one secret from another and helps nobody to find it."""
    return KeyedHashes(secret).keyed_hash("moved", "").hex()[:_MARK_CHARACTERS]


def read_moved(connection: Connection) -> Moved | None:
    """None where nothing was moved here."""
    wanted = select(DOCUMENTS.c.content).where(DOCUMENTS.c.collection == COLLECTION)
    content = connection.execute(wanted).scalar()
    return None if content is None else msgspec.json.decode(content, type=Moved)


def keep_moved(connection: Connection, moved: Moved) -> None:
    """In place of what was said before."""
    row = {
        "collection": COLLECTION,
        "key": _KEY,
        "position": 0,
        "content": msgspec.json.encode(moved).decode(),
    }
    new = insert(DOCUMENTS).values(row)
    keys = [DOCUMENTS.c.collection, DOCUMENTS.c.key]
    kept = new.on_conflict_do_update(index_elements=keys, set_={"content": new.excluded.content})
    connection.execute(kept)


def refuse_unfit(database: Database, secret: str | None) -> None:
    """Before a service or a command uses the database. Raises StartRefused, StoreError."""
    moved = database.read(read_moved)
    if moved is None:
        return
    if not moved.is_whole:
        raise StartRefused(
            "Comments are being moved into this database, or that was interrupted. Run the same "
            "`python -m feedback_api migrate` again: it finishes what was begun."
        )
    if secret is not None and moved.secret != secret_mark(secret):
        raise StartRefused(
            "The comments in this database were moved here with another FEEDBACK_SECRET: no "
            "receipt given before would work. Set the one of then; if it is lost for good, "
            f"remove the row of the collection {COLLECTION} from the table documents."
        )
