"""At which position a key stands: 50,000 in 0.4 MB, where a dict and its keys would take 6.

A checksum of each key is kept sorted, with its position; the key itself stands in the document
there, and is compared. What changes after a start is kept in a dict.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import compress, count, islice
from operator import eq
from typing import Generic, TypeVar
from zlib import crc32

from feedback_api.storage.checked_note import Bytes, as_bytes

_POSITION_BITS = 32
_POSITION = (1 << _POSITION_BITS) - 1

Key = TypeVar("Key", bytes, str)


def checksum(key: bytes | str) -> int:
    """32 bits, in every process the same; of 50,000 keys hardly two have them in common."""
    return crc32(key if isinstance(key, bytes) else key.encode())


class KeyTable(Generic[Key]):
    """Not thread-safe by itself."""

    def __init__(self, key_at: Callable[[int], Key | None]) -> None:
        """`key_at` reads the key that stands at a position; None where there is none."""
        self._key_at: Callable[[int], Key | None] = key_at
        self._found = array("Q")
        self._later: dict[Key, int | None] = {}

    def fill(self, hashes: Iterable[int], positions: Iterable[int]) -> None:
        """Take in the keys of a store, by `checksum` of each, into an empty table."""
        both = zip(hashes, positions, strict=True)
        self._found = array("Q", sorted([part << _POSITION_BITS | at for part, at in both]))

    def kept(self) -> Bytes:
        """All keys with their positions, for `load`."""
        later = {checksum(key) for key in self._later}
        held = [both for both in self._found if both >> _POSITION_BITS not in later]
        for part in later:
            for position in self._positions(part):
                key = self._key_at(position)
                if key is not None and key not in self._later and checksum(key) == part:
                    held.append(part << _POSITION_BITS | position)
        moved = self._later.items()
        held += [checksum(key) << _POSITION_BITS | at for key, at in moved if at is not None]
        return as_bytes(array("Q", sorted(held)))

    def load(self, kept: Bytes) -> None:
        """Take in what `kept` gave, into an empty table."""
        self._found.frombytes(kept)

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
        for position in self._positions(checksum(key)):
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
