"""Reads a form that carries a file, in memory: nothing a stranger sends is laid on the disk."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.web.refusals import InvalidRequest, MalformedBody, WrongContentType
from feedback_api.web.security import UPLOAD_LIMIT

UPLOAD_TYPE = "multipart/form-data"
_FIELD_LIMIT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """The fields of a form, each once, and the content of its file, b"" if none was chosen."""

    fields: Mapping[str, str]
    file: bytes | None


class _InMemory(MultiPartParser):
    spool_max_size = UPLOAD_LIMIT + 1


async def read_upload(request: Request) -> Uploaded:
    """Raises WrongContentType, MalformedBody, InvalidRequest (a field given twice)."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != UPLOAD_TYPE:
        raise WrongContentType(expected=UPLOAD_TYPE)
    parser = _InMemory(
        request.headers,
        request.stream(),
        max_files=1,
        max_fields=_FIELD_LIMIT,
        max_part_size=UPLOAD_LIMIT,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):  # KeyError: no boundary
        raise MalformedBody from None
    try:
        return await _uploaded(form)
    finally:
        await form.close()


async def _uploaded(form: FormData) -> Uploaded:
    fields: dict[str, str] = {}
    file: bytes | None = None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            file = await value.read()
        elif name in fields:
            raise InvalidRequest(Fault(code=FaultCode.DUPLICATE_FIELD, field=shown(name)))
        else:
            fields[name] = value
    return Uploaded(fields=fields, file=file)
