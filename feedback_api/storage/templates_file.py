"""Answer templates, in `data/templates.json`."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.errors import UnknownTemplate
from feedback_api.storage.documents_file import DocumentsFile, Form, encode_record
from feedback_api.storage.file_system import FileSystem


class _TemplateRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See domain AnswerTemplate."""

    id: str
    name: str
    texts: dict[str, str]


_decoder = msgspec.json.Decoder(_TemplateRow)


def _decode(document: bytes) -> AnswerTemplate:
    return msgspec.convert(_decoder.decode(document), AnswerTemplate, from_attributes=True)


_FORM: Form[AnswerTemplate] = Form(
    table="templates",
    key=lambda template: template.id,
    encode=lambda template: encode_record(template, _TemplateRow),
    decode=_decode,
)


class TemplatesFile:
    """See TemplateStore."""

    def __init__(self, folder: Path, files: FileSystem) -> None:
        """`folder` is the data folder. Raises StoreDamaged."""
        self._file = DocumentsFile(folder / "templates.json", _FORM, files)

    def put(self, template: AnswerTemplate) -> None:
        """See TemplateStore."""
        self._file.change(lambda templates: {**templates, template.id: template})

    def remove(self, template: str) -> None:
        """See TemplateStore."""

        def rest(templates: Mapping[str, AnswerTemplate]) -> Mapping[str, AnswerTemplate]:
            if template not in templates:
                raise UnknownTemplate
            return {name: one for name, one in templates.items() if name != template}

        self._file.change(rest)

    def all(self) -> tuple[AnswerTemplate, ...]:
        """See TemplateStore."""
        return tuple(
            sorted(self._file.all().values(), key=lambda one: (one.name.casefold(), one.id))
        )
