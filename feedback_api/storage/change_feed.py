"""Tells whoever listens which comment has just changed, once the change is on disk.

For what reacts at once, as mail and webhooks do; see services.deliveries. Nothing is kept here: a
listener that comes later looks at all comments first.
"""

import logging
import threading
from collections.abc import Callable

from feedback_api.domain.identity import CommentId

_log = logging.getLogger(__name__)

Listener = Callable[[CommentId], None]
"""Called in the thread that writes: it must return at once, and may hear of a comment twice."""


class ChangeFeed:
    """Safe for listeners that come and go while changes are told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change from now on; the answer ends it."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def stop() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return stop

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def tell(self, comment_id: CommentId) -> None:
        """Call every listener; what one of them raises stops neither the others nor the writer."""
        for listener in self._listeners:
            try:
                listener(comment_id)
            except Exception as error:
                _log.error("A listener to changes failed: %s", type(error).__name__)
