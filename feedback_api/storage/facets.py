"""What an editor can filter by, as one bitmap per value."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from functools import reduce
from operator import attrgetter, or_

import msgspec

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.decision import State
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.bitmap import Bitmap, add, bits, discard

_FILTERS = ("page", "section", "language", "role", "kind", "about", "visibility", "public", "cycle")
_values = attrgetter("state", *_FILTERS)


class Facets(msgspec.Struct, frozen=True):
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


class FacetIndex:
    """Which positions have which value; not thread-safe by itself."""

    def __init__(self) -> None:
        self._bitmaps: Mapping[str, defaultdict[Hashable, Bitmap]] = {
            name: defaultdict(Bitmap) for name in ("state", *_FILTERS)
        }
        self._columns = tuple(self._bitmaps.values())

    def add(self, position: int, facets: Facets) -> None:
        """Idempotent."""
        place, mask = position >> 3, 1 << (position & 7)
        for bitmaps, value in zip(self._columns, _values(facets), strict=True):
            bitmap = bitmaps[value]
            if place < len(bitmap):  # in line, because a start does this 500,000 times
                bitmap[place] |= mask
            else:
                add(bitmap, position)

    def discard(self, position: int, facets: Facets) -> None:
        """Idempotent."""
        for bitmaps, value in zip(self._columns, _values(facets), strict=True):
            discard(bitmaps[value], position)

    def matching(self, query: CommentQuery, total: int) -> int:
        """The positions below `total` that pass every filter but the text, as bits."""
        passing = (1 << total) - 1
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

    def _bits(self, name: str, value: Hashable) -> int:
        return bits(self._bitmaps[name].get(value, Bitmap()))  # asking must not make one
