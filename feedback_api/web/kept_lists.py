"""Editors' lists kept as bytes until any comment changes; for whom they were made, and nobody else.

They hold what only editors may see: as soon as a comment has changed all of them are let go of, so
that an erased text stays nowhere.
"""

import threading
from typing import NamedTuple

from feedback_api.domain.editor import AccountRole
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services

_LISTS_KEPT = 32
_MOST_BYTES = 256 * 1024
_MadeFrom = tuple[object, ...]


class Asked(NamedTuple):
    """A list: the query as it was sent, and who sent it with what rights."""

    query: bytes
    editor: EditorName
    account_role: AccountRole


class KeptLists:
    """Safe for any number of threads; keeps nothing where the store cannot tell of every change."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._kept: dict[Asked, tuple[_MadeFrom, bytes]] = {}

    def made_from(self) -> _MadeFrom | None:
        """What every list is made from, to be read before any of it; None where nobody knows."""
        services = self._services
        if services.edition is None:
            return None
        now = services.clock.now()
        # What waits joins a cycle when that opens: then nothing changes but the time.
        opened = sum(cycle.opens <= now for cycle in services.cycles.all_cycles())
        return (services.edition.edition(), services.text.revision(), opened)

    def get(self, asked: Asked) -> bytes | None:
        """The list as it would be made now, if it is kept."""
        kept = self._kept.get(asked)
        if kept is None or kept[0] != self.made_from():
            return None
        return kept[1]

    def keep(self, asked: Asked, made_from: _MadeFrom | None, body: bytes) -> None:
        """From now on, unless it is very long."""
        if made_from is None or len(body) > _MOST_BYTES:
            return
        with self._lock:
            self._kept.pop(asked, None)
            self._kept[asked] = (made_from, body)
            if len(self._kept) > _LISTS_KEPT:
                del self._kept[next(iter(self._kept))]
        if made_from != self.made_from():  # changed meanwhile, and forgotten before it was here
            self.forget()

    def forget(self) -> None:
        """Let go of all."""
        if self._kept:
            with self._lock:
                self._kept.clear()
