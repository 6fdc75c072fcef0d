"""What several rooms of tests share: one Chromium and one PostgreSQL in each test process."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_schema import prepare
from feedback_api.storage.sql_tables import METADATA
from tests.fakes.postgres import PostgresServer, postgres_server

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that scripts/test found or installed; Playwright runs once in a process."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Whoever stops it starts it again."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def prepared_database(postgres: PostgresServer) -> str:
    """The URL of a database with our tables."""
    url = postgres.new_database()
    database = Database(url)
    prepare(database)
    database.close()
    return url


@pytest.fixture
def database_url(postgres: PostgresServer, prepared_database: str) -> str:
    """The URL of that database with nothing in it."""
    tables = ", ".join(METADATA.tables)
    postgres.execute(f"TRUNCATE {tables}", prepared_database.rpartition("/")[2])
    return prepared_database
