"""What editors did with whole cycles."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import msgspec

from feedback_api.domain.comment import Kind, Role
from feedback_api.domain.cycle import CycleRecord
from feedback_api.domain.decision import State
from feedback_api.domain.identity import CycleId
from feedback_api.services.ports import CycleStep
from feedback_api.storage.comment_document import Moment
from feedback_api.storage.documents import DocumentsPlace, Form, encode_record


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class _ClosingRow(_Row, frozen=True):
    at: Moment
    by: str


class _SummaryRow(_Row, frozen=True):
    section: str
    language: str
    text: str


class _FiguresRow(_Row, frozen=True):
    comments: int | None
    by_outcome: Mapping[State, int | None]
    by_role: Mapping[Role, int | None]
    by_language: Mapping[str, int | None]
    by_kind: Mapping[Kind, int | None]


class _CycleRow(_Row, frozen=True):
    """See domain CycleRecord."""

    id: str
    closings: tuple[_ClosingRow, ...]
    summaries: tuple[_SummaryRow, ...]
    version: Annotated[int, msgspec.Meta(ge=1)]
    figures: _FiguresRow | None = None


_decoder = msgspec.json.Decoder(_CycleRow)


def _decode(document: bytes) -> CycleRecord:
    return msgspec.convert(_decoder.decode(document), CycleRecord, from_attributes=True)


FORM: Form[CycleRecord] = Form(
    table="cycles",
    key=lambda record: record.id,
    encode=lambda record: encode_record(record, _CycleRow),
    decode=_decode,
)


class KeptCycles:
    """See CycleStore."""

    def __init__(self, place: DocumentsPlace) -> None:
        """Raises StartRefused."""
        self._documents = place.documents(FORM)

    def get(self, cycle: CycleId) -> CycleRecord:
        """See CycleStore."""
        return self._documents.all().get(cycle) or CycleRecord(id=cycle)

    def change(self, cycle: CycleId, step: CycleStep) -> CycleRecord:
        """See CycleStore."""

        def changed(records: Mapping[str, CycleRecord]) -> Mapping[str, CycleRecord]:
            present = records.get(cycle) or CycleRecord(id=cycle)
            after = step(present)
            if after is present:
                return records
            return {**records, cycle: replace(after, id=cycle, version=present.version + 1)}

        return self._documents.change(changed).get(cycle) or CycleRecord(id=cycle)
