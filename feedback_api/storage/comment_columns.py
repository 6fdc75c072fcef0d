"""What a start reads of every comment, in columns: 50,000 objects at once would take 50 MB."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import eq

from feedback_api.domain.identity import PageId, SectionId
from feedback_api.storage.comment_document import key_of
from feedback_api.storage.comment_entry import Row, merged_into, order_of, rank, row_of
from feedback_api.storage.facets import Values, values_of
from feedback_api.storage.key_table import checksum


class Columns:
    """A row for each comment that was taken in, in any order; rows are numbered from 0 on.

    Of what finds a comment there is `checksum`; not every row has a receipt or a key, so their
    rows' numbers stand beside. Of rows alike in all that filters, `shown` says where readers may
    see them, if they may.
    """

    def __init__(self) -> None:
        self.documents: list[bytes] = []
        self.orders = array("q")
        self.places = array("Q")
        self.ids = array("I")
        self.receipts = array("I")
        self.with_receipt = array("I")
        self.idempotency_keys = array("I")
        self.with_key = array("I")
        self.erased: dict[bytes, int] = {}
        self.merged: list[tuple[bytes, bytes]] = []
        self.alike: dict[Values, array[int]] = {}
        self.shown: dict[Values, tuple[PageId, SectionId]] = {}

    def take(self, placed: Iterable[tuple[int, bytes]]) -> None:
        """Documents that were checked, each with its place; see Entry."""
        for number, (place, document) in enumerate(placed, len(self.documents)):
            row = row_of(document)
            key = key_of(row.id)
            self.documents.append(document)
            self.orders.append(order_of(row))
            self.places.append(place)
            self.ids.append(checksum(key))
            if row.idempotency is not None:
                self.idempotency_keys.append(checksum(row.idempotency.key_hash))
                self.with_key.append(number)
            if row.erased is not None:
                self.erased[key] = number
                continue
            self.receipts.append(checksum(row.receipt_hash))
            self.with_receipt.append(number)
            if row.decision is not None:
                self._keep_merged(row, key)
            values = values_of(row)
            if values in self.alike:
                self.alike[values].append(number)
            else:
                self._keep_new(values, row, number)

    def _keep_merged(self, row: Row, key: bytes) -> None:
        original = merged_into(row)
        if original is not None:
            self.merged.append((original, key))

    def _keep_new(self, values: Values, row: Row, number: int) -> None:
        self.alike[values] = array("I", (number,))
        if row.shown_on is not None:
            self.shown[values] = (PageId(row.page), row.shown_on)

    def ranked(self) -> Sequence[int]:
        """The rows' numbers in the order of time, then of id."""
        ranked = sorted(range(len(self.documents)), key=self.orders.__getitem__)
        in_order = list(map(self.orders.__getitem__, ranked))
        if any(map(eq, in_order, islice(in_order, 1, None))):
            ranked.sort(key=lambda number: rank(self.documents[number]))
        return ranked
