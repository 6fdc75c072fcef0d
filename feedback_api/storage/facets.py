"""What an editor can filter by, as one bitmap per value."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import attrgetter, or_

import msgspec

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.domain.identity import SectionId
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.bitmap import Bitmap, add, bits, discard, members, of, packed
from feedback_api.storage.checked_note import Bytes, FilterNote, Value, as_bytes
from feedback_api.storage.query_filters import EQUAL

_FILTERS = (*EQUAL, "has_agenda")
Values = tuple[Value, ...]
"""All that filters, in the order of the index's columns."""
values_of: Callable[["Facets"], Values] = attrgetter("state", *_FILTERS)


class Present(msgspec.Struct, frozen=True, gc=False):
    """Something of which it only counts that it is there."""


class Facets(msgspec.Struct, frozen=True, gc=False):
    """The part of a stored comment that filters; the decoder passes over the rest."""

    state: State
    page: str
    section: str
    language: str
    role: Role
    kind: Kind
    about: About
    visibility: Visibility
    cycle: str
    public: bool = False
    verified: bool = msgspec.field(default=False, name="role_verified")
    agenda: str | None = None
    assignee: str = ""
    prepared_decision: Present | None = msgspec.field(default=None, name="prepared")
    erased: Present | None = None

    @property
    def has_agenda(self) -> bool:
        return self.agenda is not None

    @property
    def prepared(self) -> bool:
        return self.prepared_decision is not None

    @property
    def shown_on(self) -> SectionId | None:
        """The section where readers may see it; see Comment.is_public."""
        if self.erased is not None or self.state is State.WITHDRAWN:
            return None
        shown = self.public and self.visibility is Visibility.PUBLIC
        return SectionId(self.section) if shown else None


def _positions() -> "array[int]":
    return array("I")


def _note(value: Value, has: Bitmap) -> FilterNote:
    count = bits(has).bit_count()
    if count * 32 < len(has) * 8:
        return FilterNote(value, positions=as_bytes(array("I", members(bits(has)))))
    return FilterNote(value, bits=Bytes(bytes(has)))


def _how_many(column: tuple[Value, "array[int]"]) -> int:
    return len(column[1])


class FacetIndex:
    """Which positions have which value; not thread-safe by itself."""

    def __init__(self) -> None:
        self._bitmaps: Mapping[str, defaultdict[Value, Bitmap]] = {
            name: defaultdict(Bitmap) for name in ("state", *_FILTERS)
        }
        self._columns = tuple(self._bitmaps.values())
        self._erased = Bitmap()

    def fill(self, alike: Mapping[Values, "array[int]"], erased: Iterable[int], total: int) -> None:
        """Take in the positions below `total` by what filters them, into an empty index.

        Of each column the commonest value is what the others leave: a start has 50,000 positions
        in 14 columns, and most of them have one value for nearly all.
        """
        for position in erased:
            add(self._erased, position)
        everything = (1 << total) - 1 & ~bits(self._erased)
        for place, bitmaps in enumerate(self._columns):
            columns = defaultdict[Value, "array[int]"](_positions)
            for values, positions in alike.items():
                columns[values[place]].extend(positions)
            left = everything
            for value, positions in sorted(columns.items(), key=_how_many)[:-1]:
                bitmaps[value] = of(positions, total)
                left ^= bits(bitmaps[value])
            for value in columns.keys() - bitmaps.keys():
                bitmaps[value] = packed(left, total)

    def kept(self) -> tuple[list[list[FilterNote]], Bytes]:
        """What each column has, and what is erased, for `load`."""
        columns = [
            [_note(value, has) for value, has in bitmaps.items()] for bitmaps in self._columns
        ]
        return columns, Bytes(bytes(self._erased))

    def load(self, columns: Iterable[Iterable[FilterNote]], erased: Bytes, total: int) -> None:
        """Take in what `kept` gave, into an empty index of so many positions."""
        self._erased = Bitmap(erased)
        for bitmaps, notes in zip(self._columns, columns, strict=True):
            for one in notes:
                few = array("I")
                few.frombytes(one.positions)
                bitmaps[one.value] = of(few, total) if few else Bitmap(one.bits)

    def add(self, position: int, facets: Facets) -> None:
        """Idempotent."""
        if facets.erased is not None:
            add(self._erased, position)
            return
        for bitmaps, value in zip(self._columns, values_of(facets), strict=True):
            add(bitmaps[value], position)

    def discard(self, position: int, facets: Facets) -> None:
        """Idempotent."""
        discard(self._erased, position)
        for bitmaps, value in zip(self._columns, values_of(facets), strict=True):
            discard(bitmaps[value], position)

    def matching(self, query: CommentQuery, total: int) -> int:
        """The positions below `total` that pass every filter but the text, as bits."""
        if query.erased:
            return bits(self._erased)
        passing = (1 << total) - 1 & ~bits(self._erased)
        if query.states:
            passing &= reduce(or_, (self._bits("state", state) for state in query.states))
        for name in _FILTERS:
            wanted = getattr(query, name)
            if wanted is not None:
                passing &= self._bits(name, wanted)
        return passing

    def tally(self) -> dict[State, int]:
        """How many positions each state has; states without any are left out."""
        counted = {state: self._bits("state", state).bit_count() for state in State}
        return {state: count for state, count in counted.items() if count}

    def _bits(self, name: str, value: Value) -> int:
        return bits(self._bitmaps[name].get(value, Bitmap()))  # asking must not make one
