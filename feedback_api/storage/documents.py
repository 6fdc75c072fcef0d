"""Small records kept whole: what the stores of cycles, templates, accounts and the like stand on.

One port with an implementation for each place: a TinyDB file, or a table of PostgreSQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import msgspec

RecordT = TypeVar("RecordT")

DocumentsStep = Callable[[Mapping[str, RecordT]], Mapping[str, RecordT]]
"""From all records to all records, by key: pure, quick, may be run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[RecordT]):
    """How records are written, and in which table; `decode` raises one of damage.NOT_DECODED."""

    table: str
    key: Callable[[RecordT], str]
    encode: Callable[[RecordT], bytes]
    decode: Callable[[bytes], RecordT]


class Documents(Protocol[RecordT]):
    """The records of one table, by key; what `change` returns is durable."""

    def all(self) -> Mapping[str, RecordT]:
        """From memory, unless the store's reads wait. Raises StoreUnavailable."""

    def change(self, step: DocumentsStep[RecordT]) -> Mapping[str, RecordT]:
        """Replace the records, no other change in between; the same back means no change.

        Raises what `step` raises, StoreError.
        """


class DocumentsPlace(Protocol):
    """Where tables of records are kept."""

    def documents(self, form: Form[RecordT], *, is_shared: bool = False) -> Documents[RecordT]:
        """Those of one table; `is_shared`: other processes change them, too.

        Raises StartRefused.
        """


def encode_record(record: object, row: type[msgspec.Struct]) -> bytes:
    """A frozen dataclass as the JSON of the Struct with the same fields."""
    return msgspec.json.encode(msgspec.convert(record, row, from_attributes=True))
