"""Which rows a query of an editor means."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, asc, desc, false, select, tuple_

from feedback_api.services.ports import CommentQuery, Order
from feedback_api.storage.query_filters import EQUAL
from feedback_api.storage.sql_tables import COMMENTS
from feedback_api.storage.text_search import Words

_ORDER = (COMMENTS.c.submitted_at, COMMENTS.c.id)


def conditions(query: CommentQuery) -> list[ColumnElement[bool]]:
    """All of them must hold; offset and limit are not among them."""
    if query.erased:
        return [COMMENTS.c.erased]
    found: list[ColumnElement[bool]] = [~COMMENTS.c.erased]
    if query.states:
        found.append(COMMENTS.c.state.in_(sorted(query.states)))
    for name in EQUAL:
        wanted = getattr(query, name)
        if wanted is not None:
            found.append(COMMENTS.c[name] == wanted)
    if query.has_agenda is not None:
        agenda = COMMENTS.c.agenda
        found.append(agenda.is_not(None) if query.has_agenda else agenda.is_(None))
    if query.ids is not None:
        found.append(COMMENTS.c.id.in_([UUID(one) for one in sorted(query.ids)]))
    words = Words(query.text or "")
    found.extend(_occurs(word) for word in words)
    return found


def _occurs(word: str) -> ColumnElement[bool]:
    """PostgreSQL's text has no NUL, and to ask for one is an error there."""
    return false() if "\0" in word else COMMENTS.c.searched.contains(word, autoescape=True)


def in_order(query: CommentQuery, *columns: ColumnElement[Any]) -> Select[Any]:
    """The columns of the rows that pass."""
    towards = desc if query.order is Order.NEWEST_FIRST else asc
    return select(*columns).where(*conditions(query)).order_by(*map(towards, _ORDER))


def after(query: CommentQuery, last: tuple[Any, Any]) -> ColumnElement[bool]:
    """Those that come after the one of this rank."""
    rank = tuple_(*_ORDER)
    return rank < last if query.order is Order.NEWEST_FIRST else rank > last
