"""The connections to PostgreSQL: what is done over them, again where that is safe, and told.

Every error of a server that is away becomes StoreUnavailable, and one line of the log for each
time it goes away and comes back.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, create_engine, func, literal_column, select, table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from feedback_api.domain.errors import StoreUnavailable
from feedback_api.storage.sql_errors import (
    StatementRefused,
    is_away,
    is_repeatable,
    state_of,
    store_error,
)
from feedback_api.storage.sql_patience import Patience

_log = logging.getLogger(__name__)
logging.getLogger("psycopg").setLevel(logging.ERROR)  # what it warns of is told here
_ResultT = TypeVar("_ResultT")
Work = Callable[[Connection], _ResultT]
"""What to do over a connection: it may be done again, so it changes nothing but the database."""

DRIVER = "postgresql+psycopg://"
CONNECTIONS = 26
"""At most, of one replica, beside one that listens and one that stores; three fit into a hundred.

Two for each thread that answers, as a step of a change may look something up, and some for work in
the background.
"""
_CONNECTIONS_KEPT = 14
_WAIT_SECONDS = 3.0
_REST_SECONDS = 0.3
"""For so long after a refused connection nobody tries another: each trial may take its timeout."""
_CHANCE = random.SystemRandom()
_ANSWER_SECONDS = 12.0
"""More than the server allows a statement, see _DEFAULTS: it may not be there to end it."""
_TRIALS = 12
_LOST_TRIALS = 3
_DEFAULTS: Mapping[str, str] = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
    "application_name": "code-of-practice",
    "options": "-c statement_timeout=10000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=15000",
}
_BY_DRIVER = "statements of the driver's own"
_DURABLE = "SELECT " + ", ".join(
    f"current_setting('{name}', true)"
    for name in ("fsync", "full_page_writes", "synchronous_commit")
)
_WAITING = (
    select(func.count())
    .select_from(table("pg_stat_activity"))
    .where(literal_column("wait_event") == "SyncRep")
)


class NotDurable(psycopg.OperationalError):
    """The server would acknowledge what a crash takes away; `settings` that are off."""

    def __init__(self, settings: str) -> None:
        self.settings = settings
        super().__init__(f"the server runs with {settings} off")


class Database:
    """A pool of connections, safe for any number of threads."""

    def __init__(
        self, url: str, *, keeps_connections: bool = True, answer_seconds: float = _ANSWER_SECONDS
    ) -> None:
        """`url` as libpq reads it; nothing is connected yet. Raises psycopg.ProgrammingError.

        Without `keeps_connections` each is closed once it was used, as commands want it.
        What takes longer than `answer_seconds` is given up.
        """
        self._parameters = {**_DEFAULTS, **_given(url)}
        pool: dict[str, Any] = {"poolclass": NullPool}
        if keeps_connections:
            pool = {
                "pool_size": _CONNECTIONS_KEPT,
                "max_overflow": CONNECTIONS - _CONNECTIONS_KEPT,
                "pool_timeout": _WAIT_SECONDS,
                "pool_use_lifo": True,
            }
        self._engine = create_engine(DRIVER, creator=self.connect, hide_parameters=True, **pool)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._lock = threading.Lock()
        self._is_away = False
        self._rests_until = 0.0
        self.patience = Patience(answer_seconds)

    def connect(self, **more: Any) -> psycopg.Connection:
        """A connection of its own. Raises psycopg.Error."""
        connection = psycopg.connect("", **{**self._parameters, **more})
        try:
            _refuse_not_durable(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    async def connect_in_loop(self) -> psycopg.AsyncConnection:
        """One of its own for statements with $1, each by itself. Raises psycopg.Error."""
        connection = await psycopg.AsyncConnection.connect(
            "",
            autocommit=True,
            prepare_threshold=0,
            cursor_factory=psycopg.AsyncRawCursor,
            **self._parameters,
        )
        try:
            row = await (await connection.execute(_DURABLE.encode())).fetchone()
            _refuse_off(row or ())
        except BaseException:
            await connection.close()
            raise
        return connection

    @property
    def takes_changes(self) -> bool:
        """Whether nothing is known that keeps it from doing so."""
        return not self._is_away and not self.patience.is_at_rest

    def read(self, work: Work[_ResultT], *, locks: bool = False) -> _ResultT:
        """Each statement by itself; whether one `locks`, as a change does. Raises StoreError."""

        def once() -> _ResultT:
            with (
                self._reading.connect() as connection,
                self.patience.over(driver_of(connection), changes=False),
            ):
                return work(connection)

        if locks:
            self.patience.refuse_changes_at_rest(self._still_wait)

        return self._tried(once, lambda: True)

    def write(self, work: Work[_ResultT], *, is_idempotent: bool = False) -> _ResultT:
        """One transaction, durable on return; done again where it clashed with another one.

        `is_idempotent`: done again, too, if nobody knows whether the commit was. Raises what
        `work` raises, StoreError.
        """
        is_sent = False

        def once() -> _ResultT:
            nonlocal is_sent
            is_sent = False
            with (
                self._engine.connect() as connection,
                self.patience.over(driver_of(connection), changes=True),
                connection.begin() as transaction,
            ):
                result = work(connection)
                is_sent = True
                transaction.commit()
                return result

        self.patience.refuse_changes_at_rest(self._still_wait)
        return self._tried(once, lambda: is_idempotent or not is_sent)

    def write_by_driver(self, work: Callable[[psycopg.Connection[Any]], _ResultT]) -> _ResultT:
        """Whatever transaction `work` makes over the driver's connection, which begins none itself.

        Done again whatever happened, as write with `is_idempotent`. Raises what `work` raises,
        StoreError.
        """

        def once() -> _ResultT:
            with (
                self._reading.connect() as connection,
                self.patience.over(driver_of(connection), changes=True),
                _told_as_sqlalchemy(connection) as own,
            ):
                return work(own)

        self.patience.refuse_changes_at_rest(self._still_wait)
        return self._tried(once, lambda: True)

    def write_once(self, work: Work[_ResultT]) -> _ResultT:
        """One transaction, never done again. Raises what `work` raises, SQLAlchemyError."""
        with self._engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Let all connections go."""
        self.patience.close()
        self._engine.dispose()

    def _still_wait(self) -> bool:
        """Whether changes wait for standbys, ours or our role's; False where nobody can say."""
        try:
            return bool(self.read(lambda connection: connection.execute(_WAITING).scalar()))
        except StatementRefused:
            return False

    def _tried(self, once: Callable[[], _ResultT], may_repeat: Callable[[], bool]) -> _ResultT:
        self._refuse_at_rest()
        lost = 0
        for trial in range(_TRIALS):
            try:
                result = once()
            except SQLAlchemyError as error:
                clashed = isinstance(error, DBAPIError) and is_repeatable(error)
                lost += is_away(error)
                again = clashed or (is_away(error) and lost < _LOST_TRIALS and may_repeat())
                if is_away(error):
                    self._engine.dispose()  # the others lead to the same server
                if not again or trial == _TRIALS - 1 or self._is_refused(error):
                    raise self._meaning(error) from None
                if clashed:
                    time.sleep(_CHANCE.random() * 0.01 * 2 ** min(trial, 5))
            else:
                self._is_back()
                return result
        raise StoreUnavailable

    def _refuse_at_rest(self) -> None:
        """Raises StoreUnavailable."""
        if self._is_away and time.monotonic() < self._rests_until:
            raise StoreUnavailable

    def _is_refused(self, error: SQLAlchemyError) -> bool:
        """Whether there was not even a connection."""
        return is_away(error) and isinstance(error, DBAPIError) and error.statement is None

    def _meaning(self, error: SQLAlchemyError) -> BaseException:
        meaning = store_error(error)
        if meaning is None:
            return StatementRefused(f"{type(error).__name__} {state_of(error)}".rstrip())
        if isinstance(meaning, StoreUnavailable):
            self._went_away(error)
        return meaning

    def _went_away(self, error: SQLAlchemyError) -> None:
        with self._lock:
            self._rests_until = time.monotonic() + _REST_SECONDS
            if self._is_away:
                return
            self._is_away = True
        _log.error("The database cannot be used now: %s", trouble(error))

    def _is_back(self) -> None:
        if not self._is_away:
            return
        with self._lock:
            was_away, self._is_away = self._is_away, False
        if was_away:
            _log.warning("The database can be used again")


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's own."""
    own = connection.connection.driver_connection
    if not isinstance(own, psycopg.Connection):
        raise TypeError("the driver is psycopg")
    return own


@contextmanager
def _told_as_sqlalchemy(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    """The driver's own connection; its errors as SQLAlchemy's.

    It is let go after any: nobody knows in what state a pipeline that failed leaves it.
    """
    own = driver_of(connection)
    try:
        yield own
    except psycopg.Error as error:
        without_server = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
        is_lost = own.closed or without_server
        connection.invalidate(error)
        raise DBAPIError(_BY_DRIVER, None, error, connection_invalidated=is_lost) from error
    except BaseException as error:
        connection.invalidate(error)
        raise


def trouble(error: BaseException) -> str:
    """Why a database cannot be used, without what it was asked: that may hold what no log may."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(original, NotDurable):
        return str(original)
    said = str(original).strip().splitlines()
    without_server_words = state_of(error) or type(original).__name__
    is_connecting = isinstance(error, DBAPIError) and error.statement is None
    return said[0] if is_connecting and said else without_server_words


def _given(url: str) -> dict[str, Any]:
    return {name: value for name, value in conninfo_to_dict(url).items() if value is not None}


def _refuse_not_durable(connection: psycopg.Connection) -> None:
    """Raises NotDurable; looked at for each connection: after a failover it is another server."""
    autocommit, connection.autocommit = connection.autocommit, True
    row = connection.execute(_DURABLE).fetchone() or ()
    connection.autocommit = autocommit
    _refuse_off(row)


def _refuse_off(row: Sequence[object]) -> None:
    """What _DURABLE answered. Raises NotDurable."""
    names = ("fsync", "full_page_writes", "synchronous_commit")
    off = [name for name, value in zip(names, row, strict=False) if value == "off"]
    if off:
        raise NotDurable(" and ".join(off))
