"""Opens the database that any number of services share."""

from contextlib import ExitStack

import psycopg

from feedback_api.database_settings import DatabaseSettings
from feedback_api.domain.errors import StartRefused
from feedback_api.domain.identity import CommentId
from feedback_api.leading import LEASE_SECONDS
from feedback_api.settings import Settings
from feedback_api.storage.documents import DocumentsPlace
from feedback_api.storage.kept_deliveries import KeptDeliveries, KeptRepeats
from feedback_api.storage.sections_file import SectionsFile
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_documents import SqlDocumentsPlace
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_leases import Lease
from feedback_api.storage.sql_looks import Looks
from feedback_api.storage.sql_moved import refuse_unfit
from feedback_api.storage.sql_news import News
from feedback_api.storage.sql_queue import SqlQueue
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_schema import migrate, prepare
from feedback_api.storage.sql_store import SqlStore
from feedback_api.storage.sql_wordings import SqlWordings
from feedback_api.stores import Replicas, Stored, passphrases_of, services_over

_WORK = "background work"


def open_replicated(settings: Settings, place: DatabaseSettings, opened: ExitStack) -> Stored:
    """`opened` closes what must be. Raises StartRefused."""
    database = _database(place)
    opened.callback(database.close)
    prepare(database)
    refuse_unfit(database, settings.secret)
    generations, looks = Generations(database), Looks()
    news = News(database, generations.forget)

    def told(comment_id: CommentId, is_seen: bool) -> None:
        if is_seen:
            generations.forget()
        news.told(comment_id)

    text = SectionsFile(settings.sections, SqlWordings(database))
    records = SqlDocumentsPlace(database, looks)
    news.start()
    opened.callback(news.close)
    comments = SqlStore(database, told, looks)
    queue = SqlQueue(database, comments.add, news.changes.tell)
    opened.callback(queue.close)
    return Stored(
        services=services_over(
            comments,
            SqlReads(database, generations, looks),
            place=records,
            accounts=records,
            text=text,
            secret=settings.secret or "",
            passphrases=passphrases_of(settings),
            queue=queue,
        ),
        text=text,
        changes=news.changes,
        log=KeptDeliveries(records),
        replicas=Replicas(
            claim=Lease(database, _WORK, seconds=LEASE_SECONDS),
            repeats=KeptRepeats(records),
            answering=looks.one,
        ),
    )


def replicated_records(place: DatabaseSettings) -> DocumentsPlace:
    """The records alone. Raises StartRefused."""
    database = _database(place, keeps_connections=False)
    prepare(database)
    refuse_unfit(database, None)
    return SqlDocumentsPlace(database)


def migrate_schema(place: DatabaseSettings) -> str | None:
    """Bring the tables to this release: the version they had, None if there were none.

    Raises StartRefused.
    """
    database = _database(place)
    try:
        return migrate(database)
    finally:
        database.close()


def _database(place: DatabaseSettings, *, keeps_connections: bool = True) -> Database:
    """Raises StartRefused."""
    try:
        return Database(place.url, keeps_connections=keeps_connections)
    except psycopg.ProgrammingError:  # its words may be a part of the password
        raise StartRefused(
            f"FEEDBACK_STORE, {place.described()}, is no URL that PostgreSQL's library understands."
        ) from None
