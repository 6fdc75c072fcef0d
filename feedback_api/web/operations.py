"""What one URL does under one method: documented, guarded and routed from the same record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from feedback_api.domain.errors import FeedbackError
from feedback_api.web.guard import admit, refuse_unacceptable
from feedback_api.web.permissions import Permission, permission_of, refuse_incomplete
from feedback_api.web.posted_models import Posted
from feedback_api.web.refusals import MethodNotAllowed
from feedback_api.web.visit import Visit, Web

Method = Literal["GET", "POST", "DELETE"]
Handler = Callable[[Visit], Awaitable[ASGIApp]]
"""Answers with a Starlette response, or with kept bytes that are sent in the same way."""
JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table.

    `handler` is called once the request is admitted; whom that is says permissions.py.
    `errors` are those of its own, beside what every operation may answer; `headers` those of the
    request, with what each is for; `offers` the media type of the answer.
    """

    method: Method
    path: str
    handler: Handler
    offers: str = HTML
    summary: str = ""
    status: int = 200
    answer: type[Struct] | None = None
    body: type[Posted] | None = None
    body_is_optional: bool = False
    takes_file: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    query: type[Posted] | None = None
    errors: Sequence[type[FeedbackError]] = ()

    @property
    def key(self) -> str:
        """By which permissions.py knows it."""
        return f"{self.method} {self.path}"

    @property
    def permission(self) -> Permission:
        """Raises TableIncomplete."""
        return permission_of(self.key)


class Resource:
    """All operations of one path, as an ASGI application."""

    def __init__(self, web: Web, operations: Sequence[Operation]) -> None:
        self._web = web
        self._by_method: Mapping[str, Operation] = {
            method: operation
            for operation in operations
            for method in (("GET", "HEAD") if operation.method == "GET" else (operation.method,))
        }
        self._permissions = {
            method: operation.permission for method, operation in self._by_method.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = self._by_method.get(scope["method"])
        if operation is None:
            raise MethodNotAllowed(allowed=", ".join(self._by_method))
        refuse_unacceptable(scope, operation.offers)
        visit = scope["state"]["visit"] = Visit(Request(scope, receive, send), self._web)
        permission = self._permissions[scope["method"]]
        await admit(visit, permission, takes_file=operation.takes_file)
        response = await operation.handler(visit)
        await response(scope, receive, send)


def routes(web: Web, operations: Sequence[Operation]) -> list[Route]:
    """One route per path, in the order of the table; the first that fits is taken.

    No route names its methods: Starlette would then pass over one with another method in favour of
    a later, wider path, and answer 404 where it should be 405. Raises TableIncomplete.
    """
    refuse_incomplete({operation.key for operation in operations})
    paths = dict.fromkeys(operation.path for operation in operations)
    return [
        Route(path, Resource(web, [row for row in operations if row.path == path]))
        for path in paths
    ]
