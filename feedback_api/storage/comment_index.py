"""Every comment in memory, encoded, with what finds it; readers never wait for the disk.

A comment has a position: its rank by time of submission, then by id.
"""

import random
import threading
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import Erased, UnknownComment, UnknownReceipt
from feedback_api.domain.identity import CommentId, PageId, SectionId
from feedback_api.services.ports import LIST_LIMIT, CommentPage, CommentQuery, Order
from feedback_api.storage import bitmap
from feedback_api.storage.checked_note import IndexNote, ShownNote, as_bytes
from feedback_api.storage.comment_columns import Columns
from feedback_api.storage.comment_document import decode_checked, key_of
from feedback_api.storage.comment_entry import Entry, Row, entry, row_of
from feedback_api.storage.facets import FacetIndex
from feedback_api.storage.key_table import KeyTable
from feedback_api.storage.text_search import Words


def _positions() -> "array[int]":
    return array("I")


class CommentIndex:
    """Safe for any number of readers beside one writer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: list[bytes] = []
        self._orders = array("q")
        self._places = array("Q")
        self._facets = FacetIndex()
        self._by_id = KeyTable(self._key_at)
        self._by_receipt = KeyTable(self._receipt_at)
        self._by_idempotency_key = KeyTable(self._idempotency_key_at)
        self._erased: set[bytes] = set()
        self._duplicates: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self._shown: defaultdict[SectionId, array[int]] = defaultdict(_positions)  # in order
        self._counts: defaultdict[PageId, Counter[SectionId]] = defaultdict(Counter)
        self._generations: Counter[PageId] = Counter()
        self._edition = 0
        # so that an ETag from before a restart never fits by chance
        self._first_generation = random.SystemRandom().getrandbits(48) << 32

    def __len__(self) -> int:
        return len(self._documents)

    def has_had(self, comment_id: CommentId) -> bool:
        """Whether a comment of this id is here, or a tombstone stands for it."""
        key = key_of(comment_id)
        with self._lock:
            return self._by_id.get(key) is not None or key in self._erased

    def is_erased(self, comment_id: CommentId) -> bool:
        """Whether a tombstone stands for it."""
        with self._lock:
            return key_of(comment_id) in self._erased

    def fill(self, columns: Columns) -> None:
        """Take in every comment of a store, into an empty index."""
        with self._lock:
            ranked = columns.ranked()
            positions = array("I", bytes(4 * len(ranked)))  # by a row's number
            for position, number in enumerate(ranked):
                positions[number] = position
            self._documents = list(map(columns.documents.__getitem__, ranked))
            self._orders = array("q", map(columns.orders.__getitem__, ranked))
            self._places = array("Q", map(columns.places.__getitem__, ranked))
            at = positions.__getitem__
            self._by_id.fill(columns.ids, positions)
            self._by_receipt.fill(columns.receipts, map(at, columns.with_receipt))
            self._by_idempotency_key.fill(columns.idempotency_keys, map(at, columns.with_key))
            self._erased = set(columns.erased)
            for original, key in columns.merged:
                self._duplicates[original].add(key)
            self._fill_filters(columns, positions)

    def _fill_filters(self, columns: Columns, positions: "array[int]") -> None:
        alike = {
            values: array("I", map(positions.__getitem__, numbers))
            for values, numbers in columns.alike.items()
        }
        erased = map(positions.__getitem__, columns.erased.values())
        self._facets.fill(alike, erased, len(positions))
        shown: defaultdict[tuple[PageId, SectionId], array[int]] = defaultdict(_positions)
        for values, where in columns.shown.items():
            shown[where].extend(alike[values])
        for (page, section), here in shown.items():
            self._shown[section] = array("I", sorted(here))
            self._counts[page][section] = len(here)
            self._generations[page] += len(here)

    def repeated(self) -> int | None:
        """The place of the first comment whose id, receipt or Idempotency-Key another has, too."""
        tables = (self._by_id, self._by_receipt, self._by_idempotency_key)
        first = min((one for table in tables for one in table.repeated()), default=None)
        return None if first is None else self._places[first]

    def note(self) -> IndexNote:
        """All of it but the documents, for `load`."""
        with self._lock:
            filters, erased = self._facets.kept()
            return IndexNote(
                orders=as_bytes(self._orders),
                places=as_bytes(self._places),
                ids=self._by_id.kept(),
                receipts=self._by_receipt.kept(),
                idempotency_keys=self._by_idempotency_key.kept(),
                erased=sorted(self._erased),
                merged=[(one, key) for one, keys in self._duplicates.items() for key in keys],
                filters=filters,
                filtered_erased=erased,
                shown=[
                    ShownNote(page, section, as_bytes(self._shown[section]))
                    for page, counts in self._counts.items()
                    for section in counts
                ],
            )

    def load(self, note: IndexNote, documents: Callable[[Iterable[int]], list[bytes]]) -> None:
        """Take in what `note` gave, into an empty index; `documents` at places."""
        with self._lock:
            self._orders.frombytes(note.orders)
            self._places.frombytes(note.places)
            self._documents = documents(self._places)
            self._by_id.load(note.ids)
            self._by_receipt.load(note.receipts)
            self._by_idempotency_key.load(note.idempotency_keys)
            self._erased = set(note.erased)
            for original, key in note.merged:
                self._duplicates[original].add(key)
            self._facets.load(note.filters, note.filtered_erased, len(self._documents))
            for one in note.shown:
                section, page = SectionId(one.section), PageId(one.page)
                self._shown[section].frombytes(one.positions)
                self._counts[page][section] = len(self._shown[section])
                self._generations[page] += 1

    def put(self, new: Entry) -> None:
        """Take in a new comment or the next version of one."""
        with self._lock:
            self._edition += 1
            position = self._by_id.get(new.key)
            if position is None:
                self._insert(new)
            else:
                old = entry(self._documents[position], new.place)
                self._unlink(position, old)
                self._facets.discard(position, old.row)
                self._documents[position] = new.document
                self._places[position] = new.place
                self._link(position, new)
                self._show(position, new, 1)
                self._facets.add(position, new.row)
                self._touch_merged(new.key)

    def edition(self) -> int:
        """See CommentEdition."""
        return self._edition

    def get(self, comment_id: CommentId) -> Comment:
        """Raises UnknownComment."""
        return decode_checked(self.find(comment_id)[0])

    def find(self, comment_id: CommentId) -> tuple[bytes, int]:
        """Document and place. Raises UnknownComment."""
        try:
            with self._lock:
                key = key_of(comment_id)
                if key in self._erased:
                    raise UnknownComment
                position = self._by_id.get(key)
                if position is None:
                    raise UnknownComment
                return self._documents[position], self._places[position]
        except ValueError:
            raise UnknownComment from None

    def by_receipt(self, receipt_hash: str) -> Comment:
        """Raises UnknownReceipt."""
        with self._lock:
            position = self._by_receipt.get(receipt_hash)
            if position is None:
                raise UnknownReceipt
            document = self._documents[position]
        return decode_checked(document)

    def by_idempotency_key(self, key_hash: str) -> Comment | None:
        """See CommentStore."""
        with self._lock:
            position = self._by_idempotency_key.get(key_hash)
            if position is None:
                return None
            document = self._documents[position]
        comment = decode_checked(document)
        if comment.erased:
            raise Erased
        return comment

    def duplicates(self, comment_id: CommentId) -> tuple[Comment, ...]:
        """See CommentStore."""
        try:
            original = key_of(comment_id)
        except ValueError:
            return ()
        if not self._duplicates.get(original):  # nearly always: no lock for that
            return ()
        with self._lock:
            found = map(self._by_id.get, self._duplicates.get(original, ()))
            positions = sorted(one for one in found if one is not None)
            documents = [self._documents[position] for position in positions]
        return tuple(map(decode_checked, documents))

    def every(self, query: CommentQuery) -> Iterator[Comment]:
        """See CommentReads."""
        words = Words(query.text or "")
        with self._lock:
            bits = self._matching(query)
            descending = query.order is Order.NEWEST_FIRST
            found = bitmap.members(bits, descending=descending)
            documents = [self._documents[position] for position in found]
        for document in documents:
            if not words or words.occur_in(document):
                yield decode_checked(document)

    def select(self, query: CommentQuery) -> CommentPage:
        """See CommentReads."""
        descending = query.order is Order.NEWEST_FIRST
        limit = max(0, min(query.limit, LIST_LIMIT))
        words = Words(query.text or "")
        with self._lock:
            bits = self._matching(query)
            skip = 0 if words else query.offset
            found = bitmap.members(bits, descending=descending, skip=skip)
            wanted = found if words else (n for n, _ in zip(found, range(limit), strict=False))
            documents = [self._documents[position] for position in wanted]
        total = bits.bit_count()
        if words:
            documents = [document for document in documents if words.occur_in(document)]
            total = len(documents)
            documents = documents[query.offset : query.offset + limit]
        return CommentPage(comments=tuple(map(decode_checked, documents)), total=total)

    def tally(self) -> Mapping[State, int]:
        """See CommentReads."""
        with self._lock:
            return self._facets.tally()

    def public(self, section: SectionId) -> tuple[Comment, ...]:
        """See CommentReads."""
        with self._lock:
            documents = [self._documents[position] for position in self._shown.get(section, ())]
        return tuple(map(decode_checked, documents))

    def counts(self, page: PageId) -> Mapping[SectionId, int]:
        """See CommentReads."""
        with self._lock:
            return dict(self._counts.get(page, {}))

    def generation(self, page: PageId | None) -> int:
        """See CommentReads."""
        if page is not None:
            return self._first_generation + self._generations[page]
        with self._lock:
            return self._first_generation + self._generations.total()

    def _matching(self, query: CommentQuery) -> int:
        passing = self._facets.matching(query, len(self._documents))
        if query.ids is None:
            return passing
        positions = (self._by_id.get(key_of(one)) for one in query.ids)
        return passing & sum(1 << position for position in positions if position is not None)

    def _insert(self, new: Entry) -> None:
        later: list[Entry] = []
        while self._documents and self._last_comes_after(new):
            later.append(self._pop())
        for one in (new, *reversed(later)):
            self._facets.add(len(self._documents), one.row)
            self._append(one)
            self._show(len(self._documents) - 1, one, 1)

    def _last_comes_after(self, new: Entry) -> bool:
        if self._orders[-1] != new.order:
            return self._orders[-1] > new.order
        return entry(self._documents[-1], 0).key > new.key

    def _append(self, new: Entry) -> None:
        """All but the facets, and what is shown."""
        position = len(self._documents)
        self._documents.append(new.document)
        self._orders.append(new.order)
        self._places.append(new.place)
        self._by_id.put(new.key, position)
        self._link(position, new)

    def _pop(self) -> Entry:
        position = len(self._documents) - 1
        last = entry(self._documents.pop(), self._places.pop())
        self._orders.pop()
        self._by_id.drop(last.key)
        self._unlink(position, last)
        self._facets.discard(position, last.row)
        return last

    def _link(self, position: int, new: Entry) -> None:
        if new.row.idempotency:
            self._by_idempotency_key.put(new.row.idempotency.key_hash, position)
        if new.row.erased is not None:
            self._erased.add(new.key)
            return
        self._by_receipt.put(new.row.receipt_hash, position)
        if new.original is not None:
            self._duplicates[new.original].add(new.key)
            self._touch(new.original)

    def _unlink(self, position: int, old: Entry) -> None:
        self._show(position, old, -1)
        if old.row.idempotency:
            self._by_idempotency_key.drop(old.row.idempotency.key_hash)
        self._erased.discard(old.key)
        if old.row.erased is not None:
            return
        self._by_receipt.drop(old.row.receipt_hash)
        if old.original is not None:
            self._duplicates[old.original].discard(old.key)
            self._touch(old.original)

    def _touch(self, original: bytes) -> None:
        """What is shown of a comment hangs on those that were merged into it."""
        seen: set[bytes] = set()
        key: bytes | None = original
        while key is not None and key not in seen:
            seen.add(key)
            position = self._by_id.get(key)
            if position is None:
                return
            one = entry(self._documents[position], 0)
            self._generations[PageId(one.row.page)] += 1
            key = one.original

    def _touch_merged(self, original: bytes) -> None:
        """And what is shown of those merged into a comment hangs on how that was answered."""
        found = [original]
        for one in found:
            found += sorted(self._duplicates.get(one, set()) - set(found))
        for key in found[1:]:
            position = self._by_id.get(key)
            if position is not None:
                self._generations[PageId(row_of(self._documents[position]).page)] += 1

    def _key_at(self, position: int) -> bytes | None:
        row = self._row_at(position)
        return None if row is None else key_of(row.id)

    def _receipt_at(self, position: int) -> str | None:
        row = self._row_at(position)
        return None if row is None or row.erased is not None else row.receipt_hash

    def _idempotency_key_at(self, position: int) -> str | None:
        row = self._row_at(position)
        return None if row is None or row.idempotency is None else row.idempotency.key_hash

    def _row_at(self, position: int) -> Row | None:
        return row_of(self._documents[position]) if position < len(self._documents) else None

    def _show(self, position: int, shown: Entry, step: int) -> None:
        """Where readers may see it, count it there, or no longer."""
        section = shown.row.shown_on
        if section is None:
            return
        page = PageId(shown.row.page)
        self._generations[page] += 1
        counts = self._counts[page]
        counts[section] += step
        positions = self._shown[section]
        place = bisect_left(positions, position)
        if step > 0:
            positions.insert(place, position)
        else:
            del positions[place]
            counts += Counter()  # in place: sections without any drop out
