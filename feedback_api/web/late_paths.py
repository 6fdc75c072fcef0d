"""All paths of the service, of which few are made at the start.

The tables of the others import half of what there is, which is a tenth of a second and 4 MB: that
waits until somebody asks for one of them, and then stands in nobody's way.
"""

import threading
from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from feedback_api.web.operations import Resource
from feedback_api.web.paths import Paths
from feedback_api.web.security import is_service_path
from feedback_api.web.threads import in_thread


class LatePaths:
    """An ASGI application: answers as all paths together do."""

    def __init__(self, first: Paths, make_all: Callable[[], Paths]) -> None:
        """Where `first` has something for a path, it is what all paths would find for it."""
        self._first = first
        self._make_all = make_all
        self._all: Paths | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        paths = self._all
        if paths is None:
            paths = self._first if self._is_first(scope) else await in_thread(self._made)
        await paths(scope, receive, send)

    def _made(self) -> Paths:
        with self._making:
            if self._all is None:
                self._all = self._make_all()
            return self._all

    def _is_first(self, scope: Scope) -> bool:
        if scope["type"] != "http" or not is_service_path(scope["path"]):
            return True
        found = self._first.find(scope["path"])
        if found is None or not isinstance(found.app, Resource):
            return False
        return scope["method"] in found.app.methods
