"""Replaced files keep their room until the block ends, and not for longer."""

from pathlib import Path

import pytest

from feedback_api.storage.freeing import Freeing


def _kept(folder: Path) -> int:
    """How many files that have no name any more this process holds."""
    kept = 0
    for handle in Path("/proc/self/fd").iterdir():
        try:
            target = str(handle.readlink())
        except OSError:  # the one that lists them
            continue
        kept += target.startswith(str(folder)) and target.endswith(" (deleted)")
    return kept


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    present, new = tmp_path / "present", tmp_path / "new"
    present.write_bytes(b"before")
    new.write_bytes(b"after")
    return present, new


def test_what_is_replaced_is_freed_after_the_block(files: tuple[Path, Path]) -> None:
    present, new = files
    freeing = Freeing()

    with freeing.after([present, present.with_name("nothing")]):
        new.rename(present)
        held = _kept(present.parent)
    freeing.close()

    assert (held, _kept(present.parent)) == (1, 0)
    assert present.read_bytes() == b"after"


def test_block_frees_by_itself_what_is_too_much_for_the_thread(files: tuple[Path, Path]) -> None:
    present, new = files
    freeing = Freeing(most_waiting=0)

    with freeing.after([present]):
        new.rename(present)

    assert _kept(present.parent) == 0
    freeing.close()


def test_what_fails_in_the_block_is_raised_and_all_is_freed(files: tuple[Path, Path]) -> None:
    present, new = files
    freeing = Freeing()

    def fail() -> None:
        with freeing.after([present]):
            new.rename(present)
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    freeing.close()

    assert _kept(present.parent) == 0
