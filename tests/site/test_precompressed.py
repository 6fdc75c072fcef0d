"""The compressed copies beside the files of a built site."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from practice.precompressed import ENDINGS, write_compressed

from .conftest import Project

TEXT = "Nobody should wait longer than five days. " * 100
OPENED: dict[str, Callable[[bytes], bytes]] = {
    ".br": brotli.decompress,
    ".zst": zstandard.decompress,
    ".gz": gzip.decompress,
}


def _copies(path: Path) -> dict[str, bytes]:
    found = {ending: path.with_name(path.name + ending) for ending in ENDINGS}
    return {ending: copy.read_bytes() for ending, copy in found.items() if copy.exists()}


def test_every_long_text_of_the_site_has_copies_that_hold_it(built: Project) -> None:
    texts = [
        path
        for suffix in ("css", "html", "js", "json", "xml")
        for path in built.site.rglob(f"*.{suffix}")
        if path.stat().st_size >= 2_048
    ]

    assert {path.suffix for path in texts} >= {".css", ".html", ".js", ".json"}
    for path in texts:
        copies = _copies(path)
        assert list(copies) == list(ENDINGS)
        assert {OPENED[ending](copy) for ending, copy in copies.items()} == {path.read_bytes()}


@pytest.mark.parametrize("name", ["page.html", "practice.0123456789.css"])
def test_the_same_text_gives_the_same_bytes_and_the_time_of_its_file(
    tmp_path: Path, name: str
) -> None:
    first, second = tmp_path / "first" / name, tmp_path / "second" / name
    for number, path in enumerate((first, second)):
        path.parent.mkdir()
        path.write_text(TEXT)
        os.utime(path, (number, number))
        write_compressed([path])

    assert list(_copies(first)) == list(ENDINGS)
    assert _copies(first) == _copies(second)
    assert {path.stat().st_mtime for path in second.parent.iterdir()} == {1}


def test_what_is_short_packed_already_or_no_text_has_no_copy(tmp_path: Path) -> None:
    contents = {"short.html": b"a" * 1_000, "noise.js": os.urandom(4_096), "one.png": b"a" * 4_096}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)

    write_compressed(list(tmp_path.iterdir()))

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(contents)


def test_a_file_that_changed_gets_new_copies_and_one_that_did_not_keeps_them(
    tmp_path: Path,
) -> None:
    page, kept = tmp_path / "page.html", tmp_path / "kept.html"
    for path in (page, kept):
        path.write_text(TEXT)
        write_compressed([path])
    before = (tmp_path / "kept.html.br").stat().st_ino
    page.write_text(TEXT + "And more.")
    os.utime(page, (5, 5))

    write_compressed([page, kept])

    assert gzip.decompress(_copies(page)[".gz"]).endswith(b"And more.")
    assert (tmp_path / "kept.html.br").stat().st_ino == before
