"""Sets of small numbers, beside Python's own."""

from hypothesis import given
from hypothesis import strategies as st

from feedback_api.storage.bitmap import Bitmap, add, bits, discard, members

NUMBERS = st.integers(min_value=0, max_value=500)


@given(st.lists(st.tuples(st.booleans(), NUMBERS)), st.booleans(), st.integers(0, 20))
def test_bitmap_holds_what_a_set_holds_in_order(
    steps: list[tuple[bool, int]], descending: bool, skip: int
) -> None:
    bitmap, expected = Bitmap(), set[int]()
    for adds, number in steps:
        (add if adds else discard)(bitmap, number)
        (expected.add if adds else expected.discard)(number)

    found = list(members(bits(bitmap), descending=descending, skip=skip))

    assert found == sorted(expected, reverse=descending)[skip:]
