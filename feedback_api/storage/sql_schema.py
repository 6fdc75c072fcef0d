"""The database is looked at before it is used: is it ours, of this release, and durable?"""

import time
from pathlib import Path

from sqlalchemy import Connection, Text, column, inspect, select, table
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from feedback_api.domain.errors import StartRefused
from feedback_api.storage.sql_database import Database, NotDurable, trouble
from feedback_api.storage.sql_errors import state_of
from feedback_api.storage.sql_tables import METADATA

VERSION_TABLE = "feedback_schema"
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATE = "python -m feedback_api migrate-schema"
VERSIONS = ("1",)
"""Every version that the migrations make, oldest first; so that a start need not read them."""
_NEWEST = VERSIONS[-1]
_TRIALS = 20
_FORBIDDEN = "42501"


def prepare(database: Database) -> None:
    """Make the tables of an empty database; any number of replicas may do so at once.

    Raises StartRefused for whatever must not be used as it is.
    """
    for trial in range(_TRIALS):
        try:
            database.write_once(_prepare)
        except (ProgrammingError, IntegrityError) as error:
            # Another replica makes the same tables: the loser looks again.
            if state_of(error) == _FORBIDDEN or trial == _TRIALS - 1:
                raise StartRefused(_not_made(error)) from error
            time.sleep(0.1)
        except SQLAlchemyError as error:
            raise StartRefused(_unusable(error)) from error
        else:
            return


def migrate(database: Database) -> str | None:
    """Bring the tables to this release: the version they had, None if there were none.

    Raises StartRefused.
    """
    try:
        return database.write_once(_migrate)
    except SQLAlchemyError as error:
        raise StartRefused(_unusable(error)) from error


def has_tables(database: Database) -> bool:
    """Whether these are the tables of this release; False for an empty database.

    Raises StartRefused for others.
    """
    try:
        version = database.write_once(_version)
    except SQLAlchemyError as error:
        raise StartRefused(_unusable(error)) from error
    if version not in (None, _NEWEST):
        raise StartRefused(
            f"The database has schema version {version}, and this release needs {_NEWEST}. "
            f"Make a backup, then run {MIGRATE}."
        )
    return version is not None


def _prepare(connection: Connection) -> None:
    version = _version(connection)
    if version is None:
        _upgrade(connection)
    elif version != _NEWEST:
        raise StartRefused(
            f"The database has schema version {version}, and this release needs {_NEWEST}. "
            f"Make a backup, then run {MIGRATE} once; replicas of the release before may go on "
            "until then."
        )


def _migrate(connection: Connection) -> str | None:
    version = _version(connection)
    if version != _NEWEST:
        _upgrade(connection)
    return version


def _version(connection: Connection) -> str | None:
    """The schema's; None for an empty database. Raises StartRefused for one that is not ours."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        foreign = sorted(tables & set(METADATA.tables))
        if foreign:
            raise StartRefused(
                f"The database has a table {foreign[0]}, but none named {VERSION_TABLE} that says "
                "of which version it is. Name a database of its own in FEEDBACK_STORE."
            )
        return None
    asked = select(column("version_num", Text)).select_from(table(VERSION_TABLE))
    versions = [str(version) for version in connection.scalars(asked)]
    if len(versions) != 1 or versions[0] not in VERSIONS:
        raise StartRefused(
            f"The database has schema version {', '.join(versions) or 'none'}, which this release "
            f"does not know (it knows {', '.join(VERSIONS)}): a newer release made it. "
            "Install that release, or restore the backup made before its migration."
        )
    return versions[0]


def _upgrade(connection: Connection) -> None:
    from alembic import command  # a third of a start, for the first one alone
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _not_made(error: DBAPIError) -> str:
    return (
        f"The tables could not be made: {str(error.orig).strip().splitlines()[0]}. Run {MIGRATE} "
        "once with a FEEDBACK_STORE whose user may make tables; see docs/manual/postgresql.md."
    )


def _unusable(error: SQLAlchemyError) -> str:
    original = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(original, NotDurable):
        return (
            f"The database server runs with {original.settings} off: it would acknowledge comments "
            "that a crash takes away. Set it on for the server, the database and the user, "
            "and start again."
        )
    return f"The database in FEEDBACK_STORE cannot be used: {trouble(error)}."
