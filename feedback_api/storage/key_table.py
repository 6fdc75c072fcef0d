"""At which position a key stands: 50,000 in 0.4 MB, where a dict and its keys would take 6.

A part of each key's hash is kept sorted, with its position; the key itself stands in the document
there, and is compared. What changes after a start is kept in a dict.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import compress, count, islice
from operator import eq
from typing import Generic, TypeVar

_POSITION_BITS = 32
_POSITION = (1 << _POSITION_BITS) - 1

Key = TypeVar("Key", bound=Hashable)


def part_of_hash(key: Hashable) -> int:
    """32 bits; of 50,000 keys hardly two have the same."""
    return hash(key) & 0xFFFF_FFFF


class KeyTable(Generic[Key]):
    """Not thread-safe by itself."""

    def __init__(self, key_at: Callable[[int], Key | None]) -> None:
        """`key_at` reads the key that stands at a position; None where there is none."""
        self._key_at = key_at
        self._found = array("Q")
        self._later: dict[Key, int | None] = {}

    def fill(self, hashes: Iterable[int], positions: Iterable[int]) -> None:
        """Take in the keys of a store, by `part_of_hash` of each, into an empty table."""
        both = zip(hashes, positions, strict=True)
        self._found = array("Q", sorted([part << _POSITION_BITS | at for part, at in both]))

    def repeated(self) -> Iterator[int]:
        """The positions where `fill` was given a key that stands at an earlier one, too."""
        parts = [both >> _POSITION_BITS for both in self._found]
        for place in compress(count(1), map(eq, parts, islice(parts, 1, None))):
            here = self._found[place] & _POSITION
            before = (one for one in self._positions(parts[place]) if one < here)
            if self._key_at(here) in map(self._key_at, before):
                yield here

    def get(self, key: Key) -> int | None:
        """None where the key is not known."""
        if key in self._later:
            return self._later[key]
        for position in self._positions(part_of_hash(key)):
            if self._key_at(position) == key:
                return position
        return None

    def put(self, key: Key, position: int) -> None:
        """Another position for a key that is known is its new one."""
        self._later[key] = position

    def drop(self, key: Key) -> None:
        """Idempotent."""
        self._later[key] = None

    def _positions(self, part: int) -> Iterator[int]:
        place = bisect_left(self._found, part << _POSITION_BITS)
        while place < len(self._found) and self._found[place] >> _POSITION_BITS == part:
            yield self._found[place] & _POSITION
            place += 1
