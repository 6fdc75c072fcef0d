"""Keys found by their hashes: those of the start, those that came later, those alike by chance."""

from feedback_api.storage.key_table import KeyTable, checksum

KEYS = ["oak", "elm", "ash", "fir"]


class _Alike(str):
    """Two of these that differ have the same hash all the same."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 7


def _filled(keys: list[str]) -> KeyTable[str]:
    table: KeyTable[str] = KeyTable(lambda at: keys[at] if at < len(keys) else None)
    table.fill(map(checksum, keys), range(len(keys)))
    return table


def test_each_key_of_the_start_is_found_and_no_other() -> None:
    table = _filled(KEYS)

    assert [table.get(key) for key in [*KEYS, "yew"]] == [0, 1, 2, 3, None]


def test_keys_with_the_same_hash_are_told_apart() -> None:
    keys: list[str] = [_Alike("a"), "oak", _Alike("b")]
    table = _filled(keys)

    found = [table.get(_Alike(key)) for key in "abc"]

    assert (found, list(table.repeated())) == ([0, 2, None], [])


def test_a_key_that_stands_twice_is_told_at_its_later_position() -> None:
    assert list(_filled([*KEYS, "elm"]).repeated()) == [4]


def test_later_a_key_moves_goes_and_comes_back() -> None:
    keys = list(KEYS)
    table = _filled(keys)

    keys[1:3] = ["ash", "elm"]
    table.put("ash", 1)
    table.put("elm", 2)
    table.drop("oak")
    moved = [table.get(key) for key in KEYS]
    table.put("oak", 0)

    assert (moved, table.get("oak")) == ([None, 2, 1, 3], 0)


def test_a_position_that_is_gone_has_no_key() -> None:
    keys = list(KEYS)
    table = _filled(keys)

    del keys[2:]

    assert table.get("fir") is None
