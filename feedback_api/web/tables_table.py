"""The operations on tables: what a cycle decided, and the form that collects comments for it."""

from collections.abc import Sequence

from feedback_api.domain.errors import UnknownCycle
from feedback_api.web import api_dispositions, pages_collect
from feedback_api.web.api_dispositions import DispositionsQuery
from feedback_api.web.messages import mark
from feedback_api.web.operations import Operation
from feedback_api.web.refusals import InvalidRequest, SignInNeeded

_FORM = "/review/cycles/{cycle}/form.{format}"
_COLLECT = "/review/cycles/{cycle}/collect"

TABLES_API: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/api/v1/cycles/{cycle}/dispositions",
        handler=api_dispositions.show_dispositions,
        offers="*/*",
        summary=mark("What a review cycle decided, as JSON, CSV, ODS or Markdown"),
        query=DispositionsQuery,
        errors=(UnknownCycle, SignInNeeded, InvalidRequest),
    ),
)
TABLES_PAGES: Sequence[Operation] = (
    Operation(
        method="GET",
        path=_FORM,
        handler=pages_collect.download_form,
        offers="*/*",
    ),
    Operation(method="GET", path=_COLLECT, handler=pages_collect.show_collect),
    Operation(
        method="POST",
        path=_COLLECT,
        handler=pages_collect.post_collect,
        takes_file=True,
    ),
)
