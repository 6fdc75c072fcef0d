"""Turns bodies, forms and queries into Structs, or into all their faults at once."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from types import NoneType
from typing import Any, NoReturn, TypeVar, get_args
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect
from starlette.requests import Request
from starlette.types import Scope

from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.web.header_values import header
from feedback_api.web.posted_models import Posted
from feedback_api.web.refusals import InvalidRequest, MalformedBody, WrongContentType

Fields = Mapping[str, object]
PostedT = TypeVar("PostedT", bound=Posted)
ValueT = TypeVar("ValueT")

JSON_TYPE = "application/json"
ATOM_TYPE = "application/atom+xml"
FORM_TYPE = "application/x-www-form-urlencoded"
_FIELD_LIMIT = 512  # a cycle’s prepared decisions are announced by one form
# msgspec raises the second for text with a lone surrogate, which JSON's escapes can smuggle in.
_UNFIT = (msgspec.ValidationError, UnicodeEncodeError)
_JSON_NAMES: Mapping[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.EnumType: "string",
    inspect.IntType: "integer",
    inspect.BoolType: "boolean",
}


async def read_json(request: Request) -> Fields:
    """The members of a JSON object. Raises WrongContentType, MalformedBody, InvalidRequest."""
    _require_type(request.scope, JSON_TYPE)
    return parse_json_object(await request.body())


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form, each once. Raises WrongContentType, MalformedBody, InvalidRequest."""
    _require_type(request.scope, FORM_TYPE)
    return _parse_pairs(await request.body())


def read_query(request: Request) -> Mapping[str, str]:
    """The fields of a query, each once. Raises MalformedBody, InvalidRequest."""
    query: bytes = request.scope["query_string"]
    return _parse_pairs(query)


def parse_json_object(body: bytes) -> Fields:
    """Read strictly: UTF-8, no NaN, no name twice, no nesting deeper than the interpreter's.

    The standard library's parser is used because it can tell of a name given twice, which msgspec
    silently takes the last of; what it is too lenient about is refused here and by the domain.
    """
    try:
        value = _strict_json.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise MalformedBody from None
    if not isinstance(value, dict):
        raise InvalidRequest(_wrong_type("", "object"))
    return value


def convert(fields: Fields, kind: type[PostedT], *, texts: bool = False) -> PostedT:
    """The Struct. Raises InvalidRequest with every fault; `texts`: all values came as text."""
    if texts and any(_says_null(value) for value in fields.values()):
        values, faults = convert_each(fields, kind, texts=True)
        if faults:
            raise InvalidRequest(*faults)
        return kind(**values)
    try:
        return msgspec.convert(fields, kind, strict=not texts)
    except _UNFIT:
        _, faults = convert_each(fields, kind, texts=texts)
        raise InvalidRequest(*faults) from None


def convert_each(
    fields: Fields, kind: type[Posted], *, texts: bool = False
) -> tuple[Fields, Sequence[Fault]]:
    """The values that fit their types, and what is wrong with all others."""
    values: dict[str, object] = {}
    faults = [_unknown_field(name) for name in fields if name not in kind.__struct_fields__]
    for field in msgspec.structs.fields(kind):
        if field.name not in fields:
            if field.required:
                faults.append(Fault(code=FaultCode.REQUIRED, field=field.name))
            continue
        try:
            expected = _never_null(field.type) if texts else field.type
            values[field.name] = msgspec.convert(fields[field.name], expected, strict=not texts)
        except _UNFIT:
            faults.append(_fault(field.name, fields[field.name], field.type))
    return values, faults


def _require_type(scope: Scope, expected: str) -> None:
    stated = header(scope, b"content-type") or ""
    given = stated.partition(";")[0].strip().lower()
    if given != expected:
        raise WrongContentType(expected=expected)


def _parse_pairs(encoded: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELD_LIMIT,
        )
    except ValueError:  # also: not UTF-8, too many fields
        raise MalformedBody from None
    return _once_each(pairs)


def _once_each(pairs: list[tuple[str, ValueT]]) -> dict[str, ValueT]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        raise InvalidRequest(
            *(
                Fault(code=FaultCode.DUPLICATE_FIELD, field=shown(name))
                for name, count in times.items()
                if count > 1
            )
        )
    return found


def _number(written: str) -> float | int:
    """A whole number however it is written: to JSON, 3.0 is 3."""
    number = float(written)
    return int(number) if number.is_integer() else number


def _refuse_constant(_constant: str) -> NoReturn:
    raise ValueError


_strict_json = json.JSONDecoder(
    object_pairs_hook=_once_each, parse_float=_number, parse_constant=_refuse_constant
)


def _unknown_field(name: str) -> Fault:
    field = shown(name)
    return Fault(code=FaultCode.UNKNOWN_FIELD, field=field, params={"field": field})


def _wrong_type(field: str, expected: str) -> Fault:
    return Fault(code=FaultCode.WRONG_TYPE, field=field, params={"expected": expected})


def _fault(field: str, value: object, kind: object) -> Fault:
    """Why msgspec did not take the value: told from the type, not from msgspec's sentence."""
    expected = _bare(inspect.type_info(kind))
    match expected, value:
        case inspect.EnumType(), str():
            return _not_among(field, [str(member.value) for member in expected.cls])
        case inspect.LiteralType(values=values), str():
            return _not_among(field, [str(value) for value in values])
        case inspect.BoolType(), str():
            return _not_among(field, ["true", "false"])
        case inspect.StrType(max_length=int(limit)), str():
            length = {"limit": limit, "length": len(value)}
            return Fault(code=FaultCode.TOO_LONG, field=field, params=length)
        case inspect.IntType(ge=int(least), le=int(most)), _ if _is_whole_number(value):
            limits = {"least": least, "most": most}
            return Fault(code=FaultCode.OUT_OF_RANGE, field=field, params=limits)
    return _wrong_type(field, _JSON_NAMES.get(type(expected), "object"))


def _not_among(field: str, allowed: Sequence[str]) -> Fault:
    params = {"allowed": ", ".join(allowed)}
    return Fault(code=FaultCode.UNKNOWN_VALUE, field=field, params=params)


def _bare(kind: inspect.Type) -> inspect.Type:
    """The type without its documentation and without `null`."""
    match kind:
        case inspect.Metadata(type=inner):
            return _bare(inner)
        case inspect.UnionType(types=parts):
            return _bare(next(part for part in parts if not isinstance(part, inspect.NoneType)))
    return kind


def _says_null(value: object) -> bool:
    """msgspec would take this text for nothing at all, where nothing is allowed."""
    return isinstance(value, str) and value.lower() == "null"


def _never_null(kind: object) -> Any:
    """The type of a text's value: what is absent in a form or a query is not there."""
    parts = [part for part in get_args(kind) if part is not NoneType]
    if NoneType not in get_args(kind) or not parts:
        return kind
    return reduce(or_, parts)


def _is_whole_number(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.removeprefix("-").isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)
