"""New comments that threads of one replica bring at once, stored by one transaction."""

import logging
from collections.abc import Sequence

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreError
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_errors import StatementRefused
from feedback_api.storage.sql_new_comments import New, inserted, new_of
from feedback_api.storage.taking_together import Together

_log = logging.getLogger(__name__)


class Adding:
    """Stores what needs nothing but to be stored: what no reader can see yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together: Together[New, bool] = Together(self._store)

    def stored(self, comment: Comment) -> bool:
        """Whether it is stored now, durably.

        If not, its key or id was there, or something failed: then it may be stored or not, and
        whoever stores it alone learns which. Raises ValueError for what could not be read back.
        """
        return self._together.do(new_of(comment)) or False

    def _store(self, new: Sequence[New]) -> Sequence[bool]:
        try:
            stored = self._database.write_by_driver(lambda own: inserted(own, new))
        except StoreError:
            return [False] * len(new)
        except StatementRefused as refused:
            _log.error("%d new comments could not be stored at once: %s", len(new), refused)
            return [False] * len(new)
        return [one.id in stored for one in new]
