"""Codes as people type them, and what is left of them once they are used."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_api.domain.comment import Role
from feedback_api.domain.crockford import ALPHABET
from feedback_api.domain.errors import UnknownReceipt
from feedback_api.domain.identity import CycleId
from feedback_api.domain.invitation import (
    CODE_BITS,
    USED,
    Invitation,
    InvitationId,
    code_from_bits,
    read_code,
    redeemed,
)
from feedback_api.domain.invitation_errors import InvitationMalformed, InvitationUsed
from feedback_api.domain.receipt import RECEIPT_BITS, read_receipt, receipt_from_bits
from tests.fakes.clockwork import START

BITS = st.integers(min_value=0, max_value=2**CODE_BITS - 1)
INVITATION = Invitation(
    id=InvitationId("00000001"),
    role=Role.STAFF,
    cycle=CycleId("2027-1"),
    made_on=date(2026, 11, 21),
    expires_at=START,
    codes={"first": None, "second": "claim", "third": USED},
)


def test_code_has_85_random_bits_in_three_groups_of_six() -> None:
    assert CODE_BITS == 85
    assert code_from_bits(0) == "000000-000000-000000"
    assert code_from_bits(1) == "000000-000000-00001Y"


@given(BITS)
def test_code_is_read_back_in_any_case_and_grouping(bits: int) -> None:
    code = code_from_bits(bits)

    assert read_code(code) == code
    assert read_code(code.lower().replace("-", "")) == code
    assert read_code("  " + code.replace("-", " \u2013 ") + "\n") == code


@given(BITS, st.integers(0, 17), st.integers(1, 31))
def test_each_wrong_letter_is_noticed(bits: int, place: int, shift: int) -> None:
    letters = code_from_bits(bits).replace("-", "")
    wrong = ALPHABET[(ALPHABET.index(letters[place]) + shift) % 32]

    with pytest.raises(InvitationMalformed):
        read_code(letters[:place] + wrong + letters[place + 1 :])


@given(BITS, st.integers(min_value=0, max_value=2**RECEIPT_BITS - 1))
def test_neither_a_code_nor_a_receipt_is_taken_for_the_other(bits: int, others: int) -> None:
    with pytest.raises(UnknownReceipt):
        read_receipt(code_from_bits(bits))
    with pytest.raises(InvitationMalformed):
        read_code(receipt_from_bits(others))


@pytest.mark.parametrize("typed", ["", "0", "x" * 10_000, "\ud800" * 18, "٠" * 18, "UUUUUU" * 3])
def test_what_cannot_be_a_code_is_malformed(typed: str) -> None:
    with pytest.raises(InvitationMalformed):
        read_code(typed)


def test_code_is_used_once_and_the_same_request_may_come_again() -> None:
    used = redeemed(INVITATION, "first", "mine")

    assert used.codes == {"first": "mine", "second": "claim", "third": USED}
    assert redeemed(used, "first", "mine") is used
    assert used.used == 3
    for code_hash, claim in (("first", "other"), ("second", USED), ("third", USED)):
        with pytest.raises(InvitationUsed):
            redeemed(used, code_hash, claim)
