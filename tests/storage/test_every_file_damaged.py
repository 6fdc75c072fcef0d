"""Every kind of damage to every kind of file: refused at start by name, left byte for byte.

The start is the service's own, over a store that has a file of every kind.
"""

import errno
import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from feedback_api.domain.errors import StoreDamaged
from feedback_api.settings import Settings, read_settings
from feedback_api.storage import checked_note
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.stores import open_store
from tests.backups.whole_store import lay_whole_store
from tests.fakes.sections_json import sections_json, write_sections

TABLES = {
    "2027-1/000000.json": "comments",
    "cycles.json": "cycles",
    "deliveries.json": "lines",
    "editors.json": "editors",
    "invitations.json": "invitations",
    "templates.json": "templates",
    "waiting/000000.json": "comments",
    "wordings/000000.json": "wordings",
}
"""The table of each file whose documents are damaged; `secret` is no table."""
Damage = Callable[[bytes, str], bytes]


@dataclass(frozen=True, slots=True)
class Laid:
    """A whole store and the settings of a service over it."""

    data: Path
    settings: Settings

    def start(self) -> None:
        """As `serve` does. Raises StartRefused."""
        with ExitStack() as opened:
            open_store(self.settings, opened)


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    data = lay_whole_store(tmp_path / "data")
    write_sections(tmp_path / "sections.json", sections_json())
    settings = {
        "FEEDBACK_STORE": f"tinydb:{data}",
        "FEEDBACK_SECTIONS": str(tmp_path / "sections.json"),
    }
    return Laid(data, read_settings(settings))


def _first(change: Callable[[dict[str, Any]], object]) -> Damage:
    """A damage done to the first document of the table."""

    def damage(content: bytes, table: str) -> bytes:
        tables = json.loads(content)
        change(tables[table]["1"])
        return json.dumps(tables).encode()

    return damage


def _number_for_text(document: dict[str, Any]) -> None:
    document[next(iter(document))] = 5


def _in_first(value: bytes) -> Damage:
    """The first value of the first document replaced by something that is no text."""

    def damage(content: bytes, table: str) -> bytes:
        head, mark, rest = content.partition(b'"%b":{\n"1":{' % table.encode())
        name, colon, value_and_rest = rest.partition(b":")
        end = value_and_rest.index(b",")
        return head + mark + name + colon + value + value_and_rest[end:]

    return damage


def _name_twice(content: bytes, table: str) -> bytes:
    head, mark, rest = content.partition(b'"%b":{\n"1":{' % table.encode())
    pair = rest[: rest.index(b",") + 1]
    return head + mark + pair + rest


DAMAGES: dict[str, tuple[Damage, str]] = {
    "empty": (lambda _, __: b"", "is empty"),
    "null": (lambda _, __: b"null", "does not hold what this service writes"),
    "list": (lambda _, __: b"[]", "does not hold what this service writes"),
    "truncated": (lambda content, _: content[: len(content) // 2], "is not JSON"),
    "two in one": (lambda content, _: content * 2, "is not JSON"),
    "binary": (lambda _, __: bytes(range(256)), "is not JSON"),
    "zeros": (lambda content, _: bytes(len(content)), "is not JSON"),
    "byte order mark": (lambda content, _: b"\xef\xbb\xbf" + content, "byte order mark"),
    "another encoding": (lambda content, _: content.decode().encode("utf-16"), "byte order mark"),
    "wrong table": (
        lambda content, table: content.replace(b'"%b":' % table.encode(), b'"remarks":', 1),
        "table",
    ),
    "no table": (lambda _, __: b"{}", "table"),
    "name twice": (_name_twice, "stands twice in one object"),
    "table twice": (
        lambda content, table: content.replace(
            b'"%b":' % table.encode(), b'"%b":{},"%b":' % (table.encode(), table.encode()), 1
        ),
        "stands twice in one object",
    ),
    "wrong type": (_first(_number_for_text), "Expected `"),
    "not a number": (_in_first(b"NaN"), "malformed"),
    "infinity": (_in_first(b"-Infinity"), "malformed"),
    "lone surrogate": (_in_first(rb'"\ud800"'), "is not JSON"),
    "unknown field": (_first(lambda one: one.update(address="::1")), "unknown field `address`"),
    "missing field": (_first(lambda one: one.pop(next(iter(one)))), "missing required field"),
    "document null": (
        lambda content, table: json.dumps({**json.loads(content), table: {"1": None}}).encode(),
        "Expected `object`, got `null`",
    ),
}


def _assert_refused(laid: Laid, path: Path, what: str) -> None:
    before = path.lstat()

    with pytest.raises(StoreDamaged) as refused:
        laid.start()

    message = refused.value.message
    assert message.startswith(f"{path} ")
    assert what in message
    assert "The file was left as it is and the service did not start." in message
    assert "To restore: run `python -m feedback_api restore BACKUP`" in message
    after = path.lstat()
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_mode,
    )


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_tables_are_refused(laid: Laid, name: str) -> None:
    damage, what = DAMAGES[name]
    for file, table in TABLES.items():
        path = laid.data / file
        whole = path.read_bytes()
        damaged = damage(whole, table)
        assert damaged != whole
        path.write_bytes(damaged)

        _assert_refused(laid, path, what)

        assert path.read_bytes() == damaged
        path.write_bytes(whole)
    laid.start()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"short", "holds fewer than"),
        (bytes(range(256)), "is not the text"),
        (b"\xef\xbb\xbf" + b"s" * 43, "byte order mark"),
    ],
)
def test_damaged_secret_is_refused(laid: Laid, content: bytes, what: str) -> None:
    path = laid.data / "secret"
    path.write_bytes(content)

    _assert_refused(laid, path, what)

    assert path.read_bytes() == content


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("elsewhere")))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


PLACES: dict[str, tuple[Callable[[Path], None], str]] = {
    "folder": (_folder, "is not an ordinary file"),
    "dangling link": (_dangling, "is a symbolic link"),
    "link": (_link, "is a symbolic link"),
    "pipe": (_pipe, "is not an ordinary file"),
}


@pytest.mark.parametrize("file", [*TABLES, "secret"])
@pytest.mark.parametrize("name", PLACES)
def test_other_thing_in_place_of_a_file_is_refused(laid: Laid, name: str, file: str) -> None:
    put, what = PLACES[name]
    put(laid.data / file)

    _assert_refused(laid, laid.data / file, what)


@pytest.mark.parametrize("file", [*TABLES, "secret"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_file_that_cannot_be_read_is_refused(laid: Laid, file: str, number: int) -> None:
    """By the check that a backup shares with the start: root may read whatever is forbidden."""
    from feedback_api.backups.start_check import check_folder

    with pytest.raises(StoreDamaged) as refused:
        check_folder(laid.data, _Unreadable(laid.data / file, number))

    assert refused.value.message.startswith(f"{laid.data / file} cannot be read: ")
    assert os.strerror(number) in refused.value.message


class _Unreadable(ReadOnlyFiles):
    """A disk that cannot read one file."""

    def __init__(self, path: Path, number: int) -> None:
        self._path = path
        self._number = number

    def read(self, path: Path) -> bytes:
        if path == self._path:
            raise OSError(self._number, os.strerror(self._number), str(path))
        return super().read(path)


def test_whole_store_has_a_file_of_every_kind(laid: Laid) -> None:
    """So that no kind is forgotten here: what the service writes by itself is in it, too."""
    laid.start()

    files = {str(path.relative_to(laid.data)) for path in laid.data.rglob("*") if path.is_file()}
    kept = {name for name in files if not name.endswith("lock")} - {checked_note.NAME}
    assert kept == {*TABLES, "secret"}
