"""Receipts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_api.domain.crockford import ALPHABET, written
from feedback_api.domain.errors import UnknownReceipt
from feedback_api.domain.receipt import RECEIPT_BITS, read_receipt, receipt_from_bits


def test_receipt_is_five_groups_of_four_in_crockfords_alphabet() -> None:
    assert receipt_from_bits(0) == "0000-0000-0000-0000-0000"
    assert receipt_from_bits(2**RECEIPT_BITS - 1) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert receipt_from_bits(18 << 5 | 31) == "0000-0000-0000-0000-00JZ"


@given(st.integers(min_value=1, max_value=26), st.integers(min_value=0, max_value=2**130 - 1))
def test_letters_say_the_number_however_many_there_are(letters: int, number: int) -> None:
    bits = number % 32**letters

    text = written(bits, letters)

    assert len(text) == letters
    assert sum(ALPHABET.index(one) << 5 * n for n, one in enumerate(reversed(text))) == bits


@given(st.integers(min_value=0, max_value=2**RECEIPT_BITS - 1))
def test_receipt_is_read_back_in_any_case_and_grouping(bits: int) -> None:
    receipt = receipt_from_bits(bits)

    assert read_receipt(receipt) == receipt
    assert read_receipt(receipt.lower().replace("-", "")) == receipt
    assert read_receipt("  " + receipt.replace("-", " \u2013 ") + "\n") == receipt


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert read_receipt("OoIi-Ll00-0000-0000-0000") == "0011-1100-0000-0000-0000"


@pytest.mark.parametrize(
    "typed",
    ["", "0000", "0000-0000-0000-0000-000U", "0000-0000-0000-0000-0000-0", "x" * 10_000,
     "\ud800" * 20, "٠" * 20, "ß" * 20],
)  # fmt: skip
def test_what_cannot_be_a_receipt_is_as_unknown_as_any(typed: str) -> None:
    with pytest.raises(UnknownReceipt):
        read_receipt(typed)
