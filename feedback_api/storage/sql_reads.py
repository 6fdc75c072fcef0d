"""What is read of the comments in PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, func, select

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.identity import PageId, SectionId
from feedback_api.services.ports import LIST_LIMIT, CommentPage, CommentQuery
from feedback_api.storage.comment_document import decode_comment
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_filters import after, conditions, in_order
from feedback_api.storage.sql_generations import Generations
from feedback_api.storage.sql_looks import Looks
from feedback_api.storage.sql_tables import COMMENTS

_AT_ONCE = 500
_RANKED = (COMMENTS.c.submitted_at, COMMENTS.c.id, COMMENTS.c.document)


class SqlReads:
    """See CommentReads; every method waits for the database and raises StoreError."""

    def __init__(
        self, database: Database, generations: Generations, looks: Looks | None = None
    ) -> None:
        self._database = database
        self._generations = generations
        self._looks = looks or Looks()

    def select(self, query: CommentQuery) -> CommentPage:
        """See CommentReads."""
        limit = max(0, min(query.limit, LIST_LIMIT))
        total = select(func.count()).select_from(COMMENTS).where(*conditions(query))
        wanted = in_order(query, COMMENTS.c.document).limit(limit).offset(query.offset)

        def page(connection: Any) -> tuple[int, list[str]]:
            documents = list(connection.scalars(wanted)) if limit else []
            return connection.execute(total).scalar_one(), documents

        count, documents = self._database.read(page)
        return CommentPage(comments=self._listed(documents), total=count)

    def every(self, query: CommentQuery) -> Iterator[Comment]:
        """See CommentReads; a part at a time, so that nothing is held open in between."""
        wanted = in_order(query, *_RANKED).limit(_AT_ONCE)
        part = self._rows(wanted)
        while part:
            yield from self._listed(row.document for row in part)
            last = (part[-1].submitted_at, part[-1].id)
            part = self._rows(wanted.where(after(query, last))) if len(part) == _AT_ONCE else []

    def tally(self) -> Mapping[State, int]:
        """See CommentReads."""
        counted = select(COMMENTS.c.state, func.count()).where(~COMMENTS.c.erased)
        rows = self._rows(counted.group_by(COMMENTS.c.state))
        return {State(state): count for state, count in rows}

    def public(self, section: SectionId) -> tuple[Comment, ...]:
        """See CommentReads."""
        shown = in_order(CommentQuery(section=section), COMMENTS.c.document)
        rows = self._rows(shown.where(COMMENTS.c.shown))
        return self._listed(row.document for row in rows)

    def counts(self, page: PageId) -> Mapping[SectionId, int]:
        """See CommentReads."""
        counted = select(COMMENTS.c.section, func.count()).where(
            COMMENTS.c.page == page, COMMENTS.c.shown
        )
        return {SectionId(name): n for name, n in self._rows(counted.group_by(COMMENTS.c.section))}

    def generation(self, page: PageId | None) -> int:
        """See CommentReads; of another replica's changes it may be a second late."""
        self._looks.forget()  # an answer kept for this generation must not be older than it
        return self._generations.get(page)

    def _listed(self, documents: Iterable[str]) -> tuple[Comment, ...]:
        comments = tuple(map(decoded, documents))
        self._looks.list(comments)
        return comments

    def _rows(self, wanted: Select[Any]) -> list[Any]:
        return self._database.read(lambda connection: list(connection.execute(wanted)))


def decoded(document: str) -> Comment:
    """From the column."""
    return decode_comment(document.encode())
