"""What the database's errors mean to whoever asked for something."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from feedback_api.domain.errors import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnavailable,
)

_REPEATABLE = frozenset({"40001", "40P01"})
_FULL = frozenset({"53100"})
_BUSY = frozenset({"55P03", "57014"})
"""A lock or an answer that did not come in time."""
_GONE = ("08", "57P")
_AWAY = frozenset({"25006", "40003", "53300", "58000", "58030"})
"""A server that only reads (it was the primary once), does not know whether it committed, takes no
connection more, or has no disk."""


class StatementRefused(Exception):
    """The server found a mistake of ours; its own words may hold what no log may."""


def state_of(error: BaseException) -> str:
    """The SQLSTATE, "" where the server had no part in it."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return getattr(original, "sqlstate", None) or ""


def is_repeatable(error: DBAPIError) -> bool:
    """Whether nothing was done, and the same again may well succeed."""
    return state_of(error) in _REPEATABLE


def is_away(error: SQLAlchemyError) -> bool:
    """Whether this server cannot be used now, though another or the same may be soon."""
    if isinstance(error, NoConnectionFree):
        return False
    state = state_of(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if state:
        return state.startswith(_GONE) or state in _AWAY
    return isinstance(error, OperationalError | InterfaceError)


def store_error(error: SQLAlchemyError) -> StoreError | None:
    """None for what is a mistake of ours, and no trouble of the server's."""
    if isinstance(error, NoConnectionFree):
        return StoreBusy()
    state = state_of(error)
    if state in _FULL:
        return StoreFull()
    if state in _BUSY or state in _REPEATABLE:
        return StoreBusy()
    return StoreUnavailable() if is_away(error) else None
