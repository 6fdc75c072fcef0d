"""What a start reads of every comment, in columns: 50,000 objects at once would take 50 MB."""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from itertools import islice
from operator import eq

from feedback_api.domain.identity import PageId, SectionId
from feedback_api.storage.comment_document import key_of
from feedback_api.storage.comment_entry import merged_into, order_of, rank, row_of
from feedback_api.storage.facets import Values, values_of


class Marks:
    """Of those comments that have something: which they are, and the hash of what each has."""

    def __init__(self) -> None:
        self.numbers = array("I")
        self.hashes = array("q")

    def add(self, number: int, what: Hashable) -> None:
        """`number`: of the comment, as it was taken in."""
        self.numbers.append(number)
        self.hashes.append(hash(what))


class Columns:
    """A row for each comment that was taken in, in any order; rows are numbered from 0 on.

    Of rows alike in all that filters, `shown` says where readers may see them, if they may.
    """

    def __init__(self) -> None:
        self.documents: list[bytes] = []
        self.orders = array("q")
        self.places = array("Q")
        self.ids = Marks()
        self.receipts = Marks()
        self.idempotency_keys = Marks()
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
            self.ids.add(number, key)
            if row.idempotency is not None:
                self.idempotency_keys.add(number, row.idempotency.key_hash)
            if row.erased is not None:
                self.erased[key] = number
                continue
            self.receipts.add(number, row.receipt_hash)
            original = merged_into(row)
            if original is not None:
                self.merged.append((original, key))
            values = values_of(row)
            try:
                self.alike[values].append(number)
            except KeyError:
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
