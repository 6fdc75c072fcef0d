"""Every wording ever published, in PostgreSQL: one that another replica kept is known here, too."""

import threading
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from feedback_api.domain.identity import SectionId
from feedback_api.domain.section import Wording
from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_tables import WORDINGS
from feedback_api.storage.wording_document import Name, decode_wording, encode_wording, name_of

_REMEMBERED = 2_000


class SqlWordings:
    """See Wordings; what was asked for once stays in memory, as it never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kept: set[Name] = set()
        self._remembered: dict[Name, Wording] = {}

    def get(self, name: Name) -> Wording | None:
        """See Wordings."""
        known = self._remembered.get(name)
        if known is not None or not all(map(_can_be_kept, name)):
            return known
        section, language, fingerprint = name
        wanted = select(WORDINGS.c.content).where(
            WORDINGS.c.section == section,
            WORDINGS.c.language == language,
            WORDINGS.c.fingerprint == fingerprint,
        )
        content = self._database.read(lambda connection: connection.execute(wanted).scalar())
        if content is None:
            return None
        wording = decode_wording(content.encode())
        with self._lock:
            if len(self._remembered) >= _REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[name] = wording
        return wording

    def knows(self, section: SectionId) -> bool:
        """See Wordings."""
        if not _can_be_kept(section):
            return False
        wanted = select(WORDINGS.c.section).where(WORDINGS.c.section == section).limit(1)
        return (
            self._database.read(lambda connection: connection.execute(wanted).first()) is not None
        )

    def keep(self, wordings: Iterable[Wording]) -> None:
        """See Wordings."""
        new = {name_of(one): one for one in wordings if name_of(one) not in self._kept}
        if not new:
            return
        rows = [
            {
                "section": one.section,
                "language": one.language,
                "fingerprint": one.fingerprint,
                "content": encode_wording(one).decode(),
            }
            for _, one in sorted(new.items())  # in one order: replicas start at once
        ]
        keep = insert(WORDINGS).on_conflict_do_nothing()
        self._database.write(lambda connection: connection.execute(keep, rows), is_idempotent=True)
        self._kept.update(new)


def _can_be_kept(name: str) -> bool:
    """PostgreSQL's text has no NUL: to ask for one is an error there, and strangers do."""
    return "\0" not in name
