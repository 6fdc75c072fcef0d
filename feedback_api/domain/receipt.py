"""Receipts: the code by which a commenter, anonymous or not, comes back.

20 characters of Crockford's base 32 (<https://www.crockford.com/base32.html>) are 100 bits;
no check character, because a mistyped code is simply unknown.
"""

import re
from typing import NewType

from feedback_api.domain.errors import UnknownReceipt

Receipt = NewType("Receipt", str)
"""As shown: five groups of four, upper case, with hyphens."""

RECEIPT_BITS = 100

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 20
_GROUP = 4
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_FOLDED = str.maketrans("OIL", "011")


def receipt_from_bits(bits: int) -> Receipt:
    """The receipt for a number below 2**100."""
    letters = "".join(_ALPHABET[bits >> shift & 31] for shift in range(_LENGTH * 5 - 5, -1, -5))
    groups = (letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
    return Receipt("-".join(groups))


def read_receipt(typed: str) -> Receipt:
    """The receipt a person meant: any case, spaces or hyphens anywhere, O for 0, I or L for 1.

    Raises UnknownReceipt when it cannot be one.
    """
    letters = _SEPARATORS.sub("", typed[:200]).upper().translate(_FOLDED)
    if len(letters) != _LENGTH or any(letter not in _ALPHABET for letter in letters):
        raise UnknownReceipt
    bits = 0
    for letter in letters:
        bits = bits << 5 | _ALPHABET.index(letter)
    return receipt_from_bits(bits)
