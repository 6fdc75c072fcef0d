"""Answer templates."""

from collections.abc import Mapping

import msgspec

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.errors import UnknownTemplate
from feedback_api.storage.documents import DocumentsPlace, Form, encode_record


class _TemplateRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See domain AnswerTemplate."""

    id: str
    name: str
    texts: dict[str, str]


_decoder = msgspec.json.Decoder(_TemplateRow)


def _decode(document: bytes) -> AnswerTemplate:
    return msgspec.convert(_decoder.decode(document), AnswerTemplate, from_attributes=True)


FORM: Form[AnswerTemplate] = Form(
    table="templates",
    key=lambda template: template.id,
    encode=lambda template: encode_record(template, _TemplateRow),
    decode=_decode,
)


class KeptTemplates:
    """See TemplateStore."""

    def __init__(self, place: DocumentsPlace) -> None:
        """Raises StartRefused."""
        self._documents = place.documents(FORM)

    def put(self, template: AnswerTemplate) -> None:
        """See TemplateStore."""
        self._documents.change(lambda templates: {**templates, template.id: template})

    def remove(self, template: str) -> None:
        """See TemplateStore."""

        def rest(templates: Mapping[str, AnswerTemplate]) -> Mapping[str, AnswerTemplate]:
            if template not in templates:
                raise UnknownTemplate
            return {name: one for name, one in templates.items() if name != template}

        self._documents.change(rest)

    def all(self) -> tuple[AnswerTemplate, ...]:
        """See TemplateStore."""
        return tuple(
            sorted(self._documents.all().values(), key=lambda one: (one.name.casefold(), one.id))
        )
