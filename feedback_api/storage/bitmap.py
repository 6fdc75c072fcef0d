"""Sets of small numbers, one bit each: 50,000 comments in 6 kB, intersected in microseconds."""

from array import array
from collections.abc import Iterator, Sequence

_WORD_BYTES = 8
_WORD_BITS = 64
_SPARSE = 8  # one in so many: below that each costs less by itself than all digits do

Bitmap = bytearray
"""Bit n of the whole is set for every member n."""


def add(bitmap: Bitmap, number: int) -> None:
    """Idempotent; the bitmap grows as needed."""
    place = number >> 3
    try:
        bitmap[place] |= 1 << (number & 7)
    except IndexError:
        bitmap.extend(bytes(place + 1 - len(bitmap)))
        bitmap[place] |= 1 << (number & 7)


def of(numbers: Sequence[int], below: int) -> Bitmap:
    """Many members at once, each less than `below`."""
    if len(numbers) < below // _SPARSE:
        bitmap = Bitmap(-(-below // 8))
        for number in numbers:
            bitmap[number >> 3] |= 1 << (number & 7)
        return bitmap
    digits = bytearray(b"0" * below)
    last, one = below - 1, ord("1")
    for number in numbers:
        digits[last - number] = one
    return packed(int(digits, 2), below)


def packed(bits: int, below: int) -> Bitmap:
    """One number's bits, of members that are each less than `below`."""
    return Bitmap(bits.to_bytes(-(-below // 8), "little"))


def discard(bitmap: Bitmap, number: int) -> None:
    """Idempotent."""
    if number >> 3 < len(bitmap):
        bitmap[number >> 3] &= ~(1 << (number & 7))


def bits(bitmap: Bitmap) -> int:
    """A copy as one number, to be combined with & and |."""
    return int.from_bytes(bitmap, "little")


def members(bits: int, *, descending: bool = False, skip: int = 0) -> Iterator[int]:
    """The set bits in order, without the first `skip`; those are passed over a word at a time."""
    words = _words(bits)
    order = range(len(words) - 1, -1, -1) if descending else range(len(words))
    for place in order:
        count = words[place].bit_count()
        if skip >= count:
            skip -= count
            continue
        yield from _of_word(words[place], place, descending)[skip:]
        skip = 0


def _words(bits: int) -> "array[int]":
    length = -(-bits.bit_length() // _WORD_BITS)
    return array("Q", bits.to_bytes(length * _WORD_BYTES, "little"))


def _of_word(word: int, place: int, descending: bool) -> list[int]:
    first = place * _WORD_BITS
    numbers = [first + bit for bit in range(_WORD_BITS) if word >> bit & 1]
    return numbers[::-1] if descending else numbers
