"""The API described as OpenAPI 3.1, from the very table and Structs that route and validate."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from feedback_api.domain.errors import FeedbackError
from feedback_api.web.description import Description, Schema
from feedback_api.web.guard import CSRF_HEADER
from feedback_api.web.messages import mark
from feedback_api.web.notice_model import NoticeShown
from feedback_api.web.operations import Operation
from feedback_api.web.posted_models import CommentListQuery
from feedback_api.web.problem import PROBLEM_TYPE, status_of_kind
from feedback_api.web.problem_models import ProblemShown
from feedback_api.web.refusals import (
    InternalFault,
    MethodNotAllowed,
    NotAcceptable,
    NotFromOurPage,
    NotPermitted,
    SignInNeeded,
    UrlTooLong,
)

EVERYWHERE = (NotAcceptable, MethodNotAllowed, UrlTooLong, InternalFault)
"""What any operation can answer beside its own errors."""
_IN_PATH: Mapping[str, str] = {
    "page": mark("Id of a page: its section ids begin with it."),
    "section": mark("Id of a section, the same in every language."),
    "comment": mark("Id of a comment."),
    "cycle": mark("Id of a review cycle."),
    "template": mark("Id of an answer template."),
    "language": mark("Code of a language of the site."),
    "fingerprint": mark("Fingerprint of the wording: 16 hexadecimal digits."),
}
_Security = Sequence[Mapping[str, Sequence[str]]]
_BY_RECEIPT: _Security = ({"receipt": ()}, {})
_BY_ACCOUNT: _Security = ({"token": ()}, {"cookie": ()})


def describe(operations: Sequence[Operation], *, origin: str, cookie: str) -> Description:
    """The API at one place; `cookie` is the name of the editors' session cookie."""
    kinds = list(dict.fromkeys(_kinds(operations)))
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Feedback on a code of practice",
            "version": "1",
            "description": "Errors are RFC 9457 problems in the language of Accept-Language; "
            "their codes are permanent.",
        },
        "servers": [{"url": origin}],
        "paths": _paths(operations, schemas),
        "webhooks": {"comment": {"post": _webhook()}},
        "components": {"schemas": schemas, "securitySchemes": _security_schemes(cookie)},
    }
    return Description(document=document, encoded=msgspec.json.encode(document))


def _security_schemes(cookie: str) -> Schema:
    return {
        "receipt": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Authorization: Receipt …",
        },
        "token": {"type": "http", "scheme": "bearer"},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": f"Each change needs {CSRF_HEADER}, too.",
        },
    }


def _webhook() -> Schema:
    return {
        "operationId": "comment_changed",
        "summary": "Signed after Standard Webhooks; any other answer than 2xx has it sent again.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _reference(NoticeShown)}},
        },
        "responses": {"2XX": {"description": "Taken."}},
    }


def _kinds(operations: Sequence[Operation]) -> Iterator[type[msgspec.Struct]]:
    yield ProblemShown
    yield NoticeShown
    for operation in operations:
        yield from filter(None, (operation.body, operation.query, operation.answer))


def _paths(operations: Sequence[Operation], schemas: Schema) -> Schema:
    paths: dict[str, dict[str, Schema]] = {}
    for operation in operations:
        described = _described(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return paths


def _described(operation: Operation, schemas: Schema) -> Schema:
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "responses": _responses(operation),
    }
    parameters = [*_path_parameters(operation), *_query(operation, schemas), *_headers(operation)]
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": not operation.body_is_optional,
            "content": {"application/json": {"schema": _reference(operation.body)}},
        }
    if not operation.permission.is_open:
        by_account = operation.permission.needs_account
        described["security"] = _BY_ACCOUNT if by_account else _BY_RECEIPT
    return described


def _responses(operation: Operation) -> Schema:
    responses: dict[str, Schema] = {str(operation.status): _success(operation)}
    by_status: dict[int, list[str]] = {}
    errors: Iterable[type[FeedbackError]] = (*operation.errors, *_guards(operation), *EVERYWHERE)
    for error in dict.fromkeys(errors):
        by_status.setdefault(status_of_kind(error), []).append(error.code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {
            "description": ", ".join(codes),
            "content": {PROBLEM_TYPE: {"schema": _reference(ProblemShown)}},
        }
    return responses


def _guards(operation: Operation) -> Iterator[type[FeedbackError]]:
    """What the guard may refuse it with."""
    if operation.permission.needs_account:
        yield SignInNeeded
    if operation.permission.is_for_editors_alone:
        yield NotPermitted
    if operation.method != "GET":
        yield NotFromOurPage


def _success(operation: Operation) -> Schema:
    described: dict[str, Any] = {"description": operation.summary}
    if operation.status != 204:
        schema = _reference(operation.answer) if operation.answer else {"type": "object"}
        described["content"] = {operation.offers: {"schema": schema}}
    return described


def _path_parameters(operation: Operation) -> Iterator[Schema]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": _IN_PATH[name],
            "schema": {"type": "string"},
        }


def _query(operation: Operation, schemas: Schema) -> Iterator[Schema]:
    if operation.query is None:
        return
    for name, schema in schemas[operation.query.__name__]["properties"].items():
        bare, *_ = schema.get("anyOf", [schema])  # what is absent in a query is not null
        parameter = {"name": name, "in": "query", "schema": bare}
        if issubclass(operation.query, CommentListQuery):  # see read_filters
            parameter["allowEmptyValue"] = True
        yield parameter


def _headers(operation: Operation) -> Iterator[Schema]:
    for name, description in operation.headers.items():
        schema = {"type": "string", "minLength": 1, "maxLength": 255}
        yield {"name": name, "in": "header", "description": description, "schema": schema}


def _reference(kind: type[msgspec.Struct]) -> Schema:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
