"""What became of webhooks, in `data/deliveries.json`: written whole, never by a request."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from feedback_api.domain.event import EventKind
from feedback_api.services.webhook_attempts import (
    ATTEMPTS_KEPT,
    Attempt,
    ErasureDue,
    Line,
    Result,
    Trouble,
    WebhookRecord,
)
from feedback_api.storage.comment_document import Moment
from feedback_api.storage.damage import (
    NOT_DECODED,
    damaged,
    read_whole,
    refuse_repeated_keys,
    refuse_shape,
)
from feedback_api.storage.documents_file import encode_record, numbered
from feedback_api.storage.file_system import (
    FileSystem,
    make_folder_durably,
    replace_durably,
    store_error,
)
from feedback_api.storage.tables_file import decode_tables, encode_tables

_RecordT = TypeVar("_RecordT")


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class LineRow(_Row, frozen=True):
    """See Line."""

    channel: str
    since: Moment


class ErasureRow(_Row, frozen=True):
    """See ErasureDue."""

    channel: str
    comment: str
    at: Moment


class AttemptRow(_Row, frozen=True, kw_only=True):
    """See Attempt."""

    event: str
    kind: EventKind
    happened_at: Moment
    comment: str
    number: int
    channel: str
    host: str
    at: Moment
    attempt: int
    result: Result
    status: int | None = None
    trouble: Trouble | None = None
    next_at: Moment | None = None


_ROWS: Mapping[str, type[_Row]] = {
    "lines": LineRow,
    "erasures": ErasureRow,
    "attempts": AttemptRow,
}


class DeliveriesFile:
    """See WebhookLog; for one writer."""

    def __init__(self, folder: Path, files: FileSystem) -> None:
        """`folder` is the data folder. Raises StoreDamaged."""
        self._path = folder / "deliveries.json"
        self._files = files
        self._record = self._read()

    def read(self) -> WebhookRecord:
        """See WebhookLog."""
        return self._record

    def keep(self, record: WebhookRecord) -> None:
        """See WebhookLog."""
        tables = {name: _encoded(getattr(record, name), row) for name, row in _ROWS.items()}
        try:
            make_folder_durably(self._files, self._path.parent)
            replace_durably(self._files, self._path, encode_tables(tables))
        except OSError as error:
            raise store_error(error) from error
        self._record = record

    def _read(self) -> WebhookRecord:
        if not self._path.exists() and not self._path.is_symlink():
            return WebhookRecord()
        content = read_whole(self._files, self._path)
        try:
            tables = decode_tables(content)
            if set(tables) != set(_ROWS):
                raise damaged(self._path, f"does not hold the tables {', '.join(_ROWS)}")
            record = WebhookRecord(
                lines=_decoded(tables["lines"], LineRow, Line),
                erasures=_decoded(tables["erasures"], ErasureRow, ErasureDue),
                attempts=_decoded(tables["attempts"], AttemptRow, Attempt)[-ATTEMPTS_KEPT:],
            )
        except NOT_DECODED as error:
            refuse_shape(self._path, error)
        refuse_repeated_keys(self._path, content)
        return record


def _encoded(records: Sequence[object], row: type[_Row]) -> Mapping[str, bytes]:
    return numbered(encode_record(one, row) for one in records)


def _decoded(
    documents: Mapping[str, bytes], row: type[_Row], kind: type[_RecordT]
) -> tuple[_RecordT, ...]:
    rows = (msgspec.json.decode(document, type=row) for document in documents.values())
    return tuple(msgspec.convert(one, kind, from_attributes=True) for one in rows)
