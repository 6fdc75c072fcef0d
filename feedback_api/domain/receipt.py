"""Receipts: the code by which a commenter, anonymous or not, comes back.

20 letters are 100 bits; no check letter, because a mistyped receipt is simply unknown.
"""

from typing import NewType

from feedback_api.domain.crockford import BITS_OF_LETTER, grouped, meant, written
from feedback_api.domain.errors import UnknownReceipt

Receipt = NewType("Receipt", str)
"""As shown: five groups of four, upper case, with hyphens."""

_LETTERS = 20
_GROUP = 4

RECEIPT_BITS = _LETTERS * BITS_OF_LETTER


def receipt_from_bits(bits: int) -> Receipt:
    """The receipt for a number below 2**100."""
    return Receipt(grouped(written(bits, _LETTERS), _GROUP))


def read_receipt(typed: str) -> Receipt:
    """The receipt a person meant, see crockford.meant.

    Raises UnknownReceipt when it cannot be one.
    """
    letters = meant(typed)
    if letters is None or len(letters) != _LETTERS:
        raise UnknownReceipt
    return Receipt(grouped(letters, _GROUP))
