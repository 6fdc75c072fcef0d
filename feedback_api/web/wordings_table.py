"""The row of a wording: JSON alone."""

from collections.abc import Sequence

from feedback_api.domain.errors import UnknownLanguage, UnknownSection, UnknownWording
from feedback_api.web import wordings
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.wording_models import WordingShown

WORDINGS_API: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/api/v1/sections/{section}/wordings/{language}/{fingerprint}",
        handler=wordings.wording,
        offers=JSON,
        summary=mark("A wording of a section, present or earlier"),
        answer=WordingShown,
        errors=(UnknownSection, UnknownLanguage, UnknownWording),
    ),
)
