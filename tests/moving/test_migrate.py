"""From a folder to a real PostgreSQL and back: everything, once, or refused."""

import os
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from feedback_api.command_line import cli
from feedback_api.database_settings import DatabaseSettings
from feedback_api.domain.errors import StartRefused
from feedback_api.moving.contents import NAMES
from feedback_api.moving.folder import read_folder
from feedback_api.moving.migrating import Place, migrate
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.folder_lock import FolderLock
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_documents import SqlDocumentsPlace
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_leases import Lease
from feedback_api.storage.sql_moved import refuse_unfit
from feedback_api.storage.sql_reads import SqlReads
from feedback_api.storage.sql_store import SqlStore
from tests.backups.whole_store import ANA, KEY, contents, erase, lay_whole_store, opened, traces
from tests.fakes.comments import usual_comment
from tests.fakes.postgres import PostgresServer

MANY = 620


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something of every kind, a tombstone, and comments for three segments."""
    folder = lay_whole_store(tmp_path_factory.mktemp("laid") / "data")
    erase(folder, usual_comment(1))
    many = [usual_comment(number, body=f"Ёлка é \u2028 {number}") for number in range(10, MANY)]
    with opened(folder) as store, ThreadPoolExecutor(64) as pool:
        list(pool.map(store.add, many))
    return folder


@pytest.fixture
def source(tmp_path: Path, laid: Path) -> Path:
    return Path(shutil.copytree(laid, tmp_path / "data"))


@pytest.fixture
def secret(source: Path) -> str:
    return (source / "secret").read_text().strip()


@pytest.fixture
def run(secret: str) -> Callable[..., Result]:
    def run(*arguments: object, **more: str) -> Result:
        environment = {"FEEDBACK_SECRET": secret, "COLUMNS": "120", **more}
        return CliRunner().invoke(cli, ["migrate", *map(str, arguments)], env=environment)

    return run


def _counts(postgres: PostgresServer, url: str) -> dict[str, object]:
    name = url.rpartition("/")[2]
    tables = ("comments", "idempotency_keys", "wordings", "documents")
    return {one: len(postgres.execute(f"TABLE {one}", name)) for one in tables}


def _lines(content: bytes) -> list[bytes]:
    """Of a file of the store; of two comments of one moment either may come first."""
    return sorted(line.partition(b":")[2].rstrip(b",") for line in content.splitlines())


def test_everything_goes_there_and_back_and_the_source_is_untouched(
    source: Path, tmp_path: Path, database_url: str, run: Callable[..., Result], secret: str
) -> None:
    before, everything = traces(source), read_folder(source)
    back = tmp_path / "back"

    there = run("--from", f"tinydb:{source}", "--to", database_url)
    home = run("--from", database_url, "--to", f"tinydb:{back}")

    assert (there.exit_code, home.exit_code) == (0, 0), there.output + home.output
    assert traces(source) == before
    assert all(everything[name] for name in NAMES)
    assert read_folder(back) == everything
    here, returned = contents(source), contents(back)
    assert here.keys() - returned.keys() == {"secret"}
    assert {name: _lines(here[name]) for name in returned} == {
        name: _lines(content) for name, content in returned.items()
    }
    for told in ("comments", "613", "wordings", "deliveries"):
        assert told in there.output

    database = Database(database_url)
    try:
        refuse_unfit(database, secret)
        with pytest.raises(StartRefused, match="another FEEDBACK_SECRET"):
            refuse_unfit(database, "x" * 32)
        reads = SqlReads(database, Generations(database))
        assert reads.select(CommentQuery(text="Ёлка 477")).total == 1
        assert reads.select(CommentQuery(erased=True)).total == 1
        assert KeptEditors(SqlDocumentsPlace(database)).get(ANA.name) == ANA
        store = SqlStore(database, lambda _comment, _is_seen: None)
        again = usual_comment(3, idempotency=KEY)
        assert store.add(again) == again
    finally:
        database.close()


@pytest.mark.parametrize("steps", [1, 3, 9])  # durable changes of the target before the kill
def test_killed_on_the_way_to_the_database_goes_on(
    source: Path,
    database_url: str,
    postgres: PostgresServer,
    run: Callable[..., Result],
    secret: str,
    steps: int,
) -> None:
    arguments = ("--from", f"tinydb:{source}", "--to", database_url)
    killed = _killed_after(steps, "write", secret, source, DatabaseSettings(url=database_url))

    again, once_more = run(*arguments), run(*arguments)

    assert killed == -9
    assert (again.exit_code, once_more.exit_code) == (0, 0), again.output
    assert _counts(postgres, database_url) == {
        "comments": 613,
        "idempotency_keys": 1,
        "wordings": 1,
        "documents": 6,
    }


@pytest.mark.parametrize("steps", [1, 4, 12])  # the twelfth file is the whole folder
def test_killed_on_the_way_to_a_folder_goes_on(
    source: Path,
    tmp_path: Path,
    database_url: str,
    run: Callable[..., Result],
    secret: str,
    steps: int,
) -> None:
    database = DatabaseSettings(url=database_url)
    migrate(source, database, secret, dry_run=False)
    back = tmp_path / "back"
    arguments = ("--from", database_url, "--to", f"tinydb:{back}")
    killed = _killed_after(steps, "rename", secret, database, back)

    again, once_more = run(*arguments), run(*arguments)

    assert killed == -9
    assert (again.exit_code, once_more.exit_code) == (0, 0), again.output
    assert read_folder(back) == read_folder(source)
    assert [path.name for path in tmp_path.iterdir() if "moving" in path.name] == []
    assert not (back / ".moved-from").exists()


def test_half_done_move_of_another_state_is_refused(
    source: Path, database_url: str, run: Callable[..., Result], secret: str
) -> None:
    _killed_after(3, "write", secret, source, DatabaseSettings(url=database_url))
    database = Database(database_url)
    with pytest.raises(StartRefused, match="finishes what was begun"):
        refuse_unfit(database, secret)
    database.close()
    with opened(source) as store:
        store.add(usual_comment(5000))

    refused = run("--from", f"tinydb:{source}", "--to", database_url)

    assert refused.exit_code == 1
    assert "half filled from another source" in refused.output


def _killed_after(steps: int, method: str, secret: str, source: Place, target: Place) -> int:
    """The signal that ended the process, after so many calls to what makes changes durable."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        kind = Database if method == "write" else OperatingSystemFiles
        original, done = getattr(kind, method), []

        def counted(*given: object, **named: object) -> object:
            result = original(*given, **named)
            done.append(1)
            if len(done) == steps:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(kind, method, counted)
        migrate(source, target, secret, dry_run=False)
    finally:
        os._exit(1)


def test_dry_run_reads_everything_and_writes_nothing(
    source: Path, postgres: PostgresServer, run: Callable[..., Result]
) -> None:
    url = postgres.new_database()
    before = traces(source)

    done = run("--from", f"tinydb:{source}", "--to", url, "--dry-run")

    assert done.exit_code == 0, done.output
    assert "Nothing was written" in done.output
    assert traces(source) == before
    assert postgres.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
        url.rpartition("/")[2],
    ) == [(0,)]


def test_running_source_is_refused(
    source: Path, tmp_path: Path, database_url: str, run: Callable[..., Result]
) -> None:
    to_database = ("--from", f"tinydb:{source}", "--to", database_url)
    lock = FolderLock(source)
    locked = run(*to_database)
    lock.release()
    assert run(*to_database).exit_code == 0
    database = Database(database_url)
    home = ("--from", database_url, "--to", f"tinydb:{tmp_path / 'back'}")
    lease = Lease(database, "background work", seconds=60)
    lease.take()
    database.close()
    leased = run(*home)
    with psycopg.connect(database_url, application_name="code-of-practice") as replica:
        replica.execute("DELETE FROM leases")
        replica.commit()
        connected = run(*home)

    assert [one.exit_code for one in (locked, leased, connected)] == [1, 1, 1]
    assert "is in use" in locked.output
    assert "lease" in leased.output
    assert "stop all replicas" in connected.output
    assert not (tmp_path / "back").exists()


def test_target_that_is_not_empty_is_refused(
    source: Path, tmp_path: Path, database_url: str, run: Callable[..., Result], secret: str
) -> None:
    database = Database(database_url)
    SqlStore(database, lambda _comment, _is_seen: None).add(usual_comment(9000))
    database.close()
    to_database = run("--from", f"tinydb:{source}", "--to", database_url)
    other = lay_whole_store(tmp_path / "other")
    before = contents(other)
    to_folder = run("--from", database_url, "--to", f"tinydb:{other}")

    assert (to_database.exit_code, to_folder.exit_code) == (1, 1)
    assert "not empty" in to_database.output
    assert "not empty" in to_folder.output
    assert contents(other) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"FEEDBACK_SECRET": ""}, "FEEDBACK_SECRET must be set"),
        ({"FEEDBACK_SECRET": "y" * 40}, "is not the secret"),
    ],
)
def test_without_the_secret_of_before_nothing_is_moved(
    source: Path,
    database_url: str,
    postgres: PostgresServer,
    run: Callable[..., Result],
    change: dict[str, str],
    said: str,
) -> None:
    refused = run("--from", f"tinydb:{source}", "--to", database_url, **change)

    assert refused.exit_code == 1
    assert said in refused.output
    assert set(_counts(postgres, database_url).values()) == {0}


def test_unknown_collection_is_not_left_behind(
    source: Path, database_url: str, run: Callable[..., Result]
) -> None:
    (source / "polls.json").write_text('{"polls":{}}\n')

    refused = run("--from", f"tinydb:{source}", "--to", database_url)

    assert refused.exit_code == 1
    assert "polls.json" in refused.output
