"""Secrets that people type: Crockford's base 32 (<https://www.crockford.com/base32.html>)."""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_OF_LETTER = 5

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_FOLDED = str.maketrans("OIL", "011")
_MOST_TYPED = 200
_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)


def written(bits: int, letters: int) -> str:
    """A number below 32**letters, the most significant letter first."""
    pairs = range((letters - 2) * BITS_OF_LETTER, -1, -2 * BITS_OF_LETTER)
    odd = ALPHABET[bits & 31] if letters % 2 else ""
    return "".join([_PAIRS[bits >> shift & 1023] for shift in pairs]) + odd


def grouped(letters: str, group: int) -> str:
    """The letters with a hyphen after every `group` of them."""
    return "-".join(letters[start : start + group] for start in range(0, len(letters), group))


def meant(typed: str) -> str | None:
    """The letters a person meant: any case, blanks and hyphens anywhere, O for 0, I or L for 1.

    None when it holds anything else.
    """
    letters = _SEPARATORS.sub("", typed[:_MOST_TYPED]).upper().translate(_FOLDED)
    return letters if all(letter in ALPHABET for letter in letters) else None
