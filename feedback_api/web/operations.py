"""What one URL does under one method: documented, guarded and routed from the same record."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from feedback_api.domain.errors import FeedbackError
from feedback_api.web.guard import admit, refuse_unacceptable
from feedback_api.web.permissions import Permission, permission_of, refuse_incomplete
from feedback_api.web.posted_models import Posted
from feedback_api.web.refusals import MethodNotAllowed
from feedback_api.web.security import Refuse
from feedback_api.web.threads import received_elsewhere
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
    request, with what each is for; `offers` the media type of the answer; without `waits` it is
    answered whatever the store does.
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
    waits: bool = True

    @property
    def key(self) -> str:
        """By which permissions.py knows it."""
        return f"{self.method} {self.path}"

    @property
    def permission(self) -> Permission:
        """Raises TableIncomplete."""
        return permission_of(self.key)


class _Row:
    """An operation under one method, with what its permission comes to."""

    def __init__(self, operation: Operation, permission: Permission, method: str) -> None:
        self.operation = operation
        self.permission = permission
        # admit would look at nothing: whoever reads what all may read is not asked who they are
        self.is_open_to_all = method in ("GET", "HEAD") and not permission.needs_account


def page(method: Method, path: str, handler: Handler) -> Operation:
    """A page of the service: all there is to say of it but who may see it."""
    return Operation(method=method, path=path, handler=handler)


class Resource:
    """All operations of one path, as an ASGI application."""

    def __init__(self, web: Web, operations: Sequence[Operation], refuse: Refuse) -> None:
        self._web = web
        self._refuse = refuse
        self._by_method: Mapping[str, _Row] = {
            method: _Row(operation, operation.permission, method)
            for operation in operations
            for method in (("GET", "HEAD") if operation.method == "GET" else (operation.method,))
        }
        self._path = operations[0].path

    @property
    def methods(self) -> Collection[str]:
        """Those that have an operation."""
        return self._by_method.keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["state"]
        state["route"] = self._path
        row = self._by_method.get(scope["method"])
        if row is None:
            raise MethodNotAllowed(allowed=", ".join(self._by_method))
        operation = row.operation
        refuse_unacceptable(scope, operation.offers)
        threads = self._web.threads if operation.waits else None
        if threads is not None and operation.takes_file:
            request = Request(scope, received_elsewhere(receive), send)
        else:
            request = Request(scope, receive, send)
        visit = state["visit"] = Visit(request, self._web)
        if threads is None:
            response = await self._answer(visit, row)
        else:
            if not operation.takes_file and operation.method != "GET":
                await request.body()  # here: a slow client must not hold a thread
            response = await threads.run(lambda: self._answer_or_refuse(visit, row))
        await response(scope, receive, send)

    async def _answer(self, visit: Visit, row: "_Row") -> ASGIApp:
        if not row.is_open_to_all:
            await admit(visit, row.permission, takes_file=row.operation.takes_file)
        return await row.operation.handler(visit)

    async def _answer_or_refuse(self, visit: Visit, row: "_Row") -> ASGIApp:
        """A refusal may have to be looked up, too."""
        try:
            return await self._answer(visit, row)
        except FeedbackError as error:
            return self._refuse(visit.request, error)


def routes(web: Web, operations: Sequence[Operation], refuse: Refuse) -> Mapping[str, ASGIApp]:
    """What answers each path, in the order of the table; of those that fit, the first is taken.

    No path depends on the method: another one would be passed over in favour of a later, wider
    path, and be answered 404 where it should be 405. Raises TableIncomplete.
    """
    refuse_incomplete({operation.key for operation in operations})
    return resources(web, operations, refuse)


def resources(web: Web, operations: Sequence[Operation], refuse: Refuse) -> Mapping[str, ASGIApp]:
    """The same of some of them."""
    by_path: dict[str, list[Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, []).append(operation)
    return {path: Resource(web, rows, refuse) for path, rows in by_path.items()}
