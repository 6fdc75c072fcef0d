"""Which databases are taken, made ready and refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from feedback_api.domain.errors import StartRefused
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_schema import (
    MIGRATE,
    MIGRATIONS,
    VERSION_TABLE,
    VERSIONS,
    migrate,
    prepare,
)
from feedback_api.storage.sql_tables import METADATA
from tests.fakes.postgres import PostgresServer


def _refusal(database: Database) -> str:
    with pytest.raises(StartRefused) as refused:
        prepare(database)
    return refused.value.message


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def test_migrations_make_the_tables_the_code_knows(empty: str, database: Database) -> None:
    prepare(database)

    engine = create_engine(empty.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_versions_that_the_code_knows_are_those_of_the_migrations() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    steps = ScriptDirectory.from_config(configuration).walk_revisions()

    assert tuple(step.revision for step in steps)[::-1] == VERSIONS


def test_database_of_a_newer_release_is_refused_and_left_alone(
    empty: str, database: Database, postgres: PostgresServer
) -> None:
    prepare(database)
    postgres.execute("UPDATE feedback_schema SET version_num = '2'", _name(empty))

    assert "a newer release made it" in _refusal(database)
    with pytest.raises(StartRefused):
        migrate(database)
    assert postgres.execute("SELECT * FROM feedback_schema", _name(empty)) == [("2",)]


def test_database_without_a_single_version_is_refused(
    empty: str, database: Database, postgres: PostgresServer
) -> None:
    prepare(database)
    postgres.execute("DELETE FROM feedback_schema", _name(empty))

    assert "schema version none" in _refusal(database)


def test_tables_of_somebody_else_are_refused(
    empty: str, database: Database, postgres: PostgresServer
) -> None:
    postgres.execute("CREATE TABLE comments (id int)", _name(empty))

    assert "a table comments" in _refusal(database)


def test_user_who_may_make_no_tables_is_told_the_command(
    empty: str, postgres: PostgresServer
) -> None:
    postgres.execute("DROP ROLE IF EXISTS reader")
    postgres.execute("CREATE ROLE reader LOGIN")
    database = Database(empty.replace("postgres@", "reader@"))

    assert MIGRATE in _refusal(database)
    database.close()


def test_migrating_makes_tables_and_is_nothing_the_second_time(database: Database) -> None:
    assert migrate(database) is None
    assert migrate(database) == "1"


def test_server_that_acknowledges_too_early_is_refused(
    empty: str, postgres: PostgresServer
) -> None:
    database = Database(f"{empty}?options=-c%20synchronous_commit%3Doff")

    assert "synchronous_commit off" in _refusal(database)
    database.close()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_server_that_a_crash_leaves_damaged_is_refused(
    empty: str, postgres: PostgresServer, setting: str
) -> None:
    database = Database(empty)
    postgres.execute(f"ALTER SYSTEM SET {setting} = off")
    postgres.reload()
    try:
        assert f"runs with {setting} off" in _refusal(database)
    finally:
        postgres.execute(f"ALTER SYSTEM RESET {setting}")
        postgres.reload()
        database.close()


def test_server_that_is_not_there_is_told_without_the_password() -> None:
    database = Database("postgresql://feedback:hush-hush@127.0.0.1:1/feedback")

    message = _refusal(database)

    assert "FEEDBACK_STORE cannot be used" in message
    assert "hush" not in message
    database.close()
