"""Files that cannot be trusted: refused at start, named, and left as they are."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedback_api.domain.errors import StoreDamaged
from feedback_api.domain.identity import CycleId
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.comments import usual_comment
from tests.fakes.failing_disk import FailingDisk

OpenStore = Callable[[], TinydbStore]
Damage = Callable[[bytes], bytes]


def _documents(change: Callable[[dict[str, Any]], object]) -> Damage:
    """A damage done to the comments of a file, by number."""

    def damage(content: bytes) -> bytes:
        tables = json.loads(content)
        change(tables["comments"])
        return json.dumps(tables).encode()

    return damage


def _header(**fields: Any) -> Damage:
    def damage(content: bytes) -> bytes:
        tables = json.loads(content)
        tables["segment"]["1"].update(fields)
        return json.dumps(tables).encode()

    return damage


DAMAGES: dict[str, tuple[Damage, str]] = {
    "empty": (lambda _: b"", "is empty"),
    "blank": (lambda _: b" \n", "is empty"),
    "zeros": (lambda content: bytes(len(content)), "is not JSON"),
    "null": (lambda _: b"null", "does not hold what this service writes"),
    "list": (lambda _: b"[]", "does not hold what this service writes"),
    "truncated": (lambda content: content[: len(content) // 2], "is not JSON, or only a part"),
    "without its end": (lambda content: content[:-3], "is not JSON, or only a part"),
    "two in one": (lambda content: content + content, "is not JSON"),
    "binary": (lambda _: bytes(range(256)), "is not JSON"),
    "byte order mark": (lambda content: b"\xef\xbb\xbf" + content, "byte order mark"),
    "another encoding": (
        lambda content: content.decode("utf-8").encode("utf-16"),
        "byte order mark",
    ),
    "latin-1": (lambda content: content.replace("ё".encode(), b"\xb8"), "document 1"),
    "wrong table": (
        lambda content: content.replace(b'"comments"', b'"remarks"'),
        "holds the tables remarks, segment",
    ),
    "stock table": (lambda _: b'{"_default": {}}', "holds the tables _default"),
    "no tables": (lambda _: b"{}", "holds the tables none"),
    "name twice": (
        lambda content: content.replace(b'"role":', b'"role":"staff","role":', 1),
        "stands twice",
    ),
    "number twice": (lambda content: content.replace(b'"2":', b'"1":'), "stands twice"),
    "table twice": (
        lambda content: content.replace(b'"comments":', b'"comments":{},"comments":'),
        "stands twice",
    ),
    "deep nesting": (
        lambda content: content.replace(b'"kind":', b'"x":' + b"[" * 9**5 + b',"kind":'),
        "is not JSON",
    ),
    "wrong type": (_documents(lambda all_: all_["1"].update(body=5)), "document 1"),
    "number as text": (_documents(lambda all_: all_["1"].update(version="1")), "document 1"),
    "version 0": (_documents(lambda all_: all_["2"].update(version=0)), "document 2"),
    "unknown state": (_documents(lambda all_: all_["2"].update(state="lost")), "document 2"),
    "time without zone": (
        _documents(lambda all_: all_["1"].update(submitted_at="2026-11-21T12:00:00")),
        "document 1",
    ),
    "unknown field": (_documents(lambda all_: all_["1"].update(ip="127.0.0.1")), "document 1"),
    "missing field": (_documents(lambda all_: all_["1"].pop("section")), "document 1"),
    "no uuid": (_documents(lambda all_: all_["1"].update(id="first")), "document 1"),
    "other cycle": (_documents(lambda all_: all_["1"].update(cycle="2027-1")), "cycle 2027-1"),
    "document null": (_documents(lambda all_: all_.update({"1": None})), "document 1"),
    "odd number": (_documents(lambda all_: all_.update({"01": all_.pop("1")})), "number '01'"),
    "same id": (_documents(lambda all_: all_["2"].update(id=all_["1"]["id"])), "there already"),
    "same receipt": (
        _documents(lambda all_: all_["2"].update(receipt_hash=all_["1"]["receipt_hash"])),
        "there already",
    ),
    "newer schema": (_header(schema=2, colour="red"), "schema version 2"),
    "no schema": (_header(schema=None), "does not hold what this service writes"),
    "other number": (_header(number=1), "moved or renamed"),
    "other folder": (_header(folder="2027-1"), "moved or renamed"),
    "no header": (
        lambda content: content.replace(b'"1":{"schema"', b'"2":{"schema"'),
        "does not say which segment",
    ),
}


@pytest.fixture
def segment(open_store: OpenStore, tmp_path: Path) -> Path:
    """A good file of two comments."""
    store = open_store()
    store.add(usual_comment(1, body="ёлка"))
    store.add(usual_comment(2))
    store.close()
    return tmp_path / "waiting" / "000000.json"


def assert_refused(folder: Path, file: Path, what: str) -> None:
    with pytest.raises(StoreDamaged) as refused:
        TinydbStore(folder, FailingDisk())

    assert refused.value.message.startswith(f"{file} ")
    assert what in refused.value.message
    assert "To restore:" in refused.value.message


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_file_is_refused_by_name_and_left_as_it_is(
    tmp_path: Path, segment: Path, name: str
) -> None:
    damage, what = DAMAGES[name]
    damaged = damage(segment.read_bytes())
    assert damaged != segment.read_bytes()
    segment.write_bytes(damaged)
    before = segment.stat()

    assert_refused(tmp_path, segment, what)

    after = segment.stat()
    assert segment.read_bytes() == damaged
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_file_written_by_another_hand_with_the_same_meaning_is_taken(
    tmp_path: Path, segment: Path
) -> None:
    segment.write_bytes(_documents(lambda _: None)(segment.read_bytes()))

    assert len(TinydbStore(tmp_path, FailingDisk()).index) == 2


def test_missing_segment_between_others_is_noticed(
    open_store: OpenStore, tmp_path: Path, segment: Path
) -> None:
    segment.rename(segment.with_name("000001.json"))

    assert_refused(tmp_path, segment, "is missing, though there is 000001.json")


def test_link_in_place_of_a_file_is_refused(tmp_path: Path, segment: Path) -> None:
    target = segment.rename(tmp_path / "elsewhere.json")
    segment.symlink_to(target)

    assert_refused(tmp_path, segment, "symbolic link")

    assert segment.is_symlink()


def test_link_in_place_of_a_folder_is_refused(tmp_path: Path, segment: Path) -> None:
    target = segment.parent.rename(tmp_path / "Elsewhere")
    segment.parent.symlink_to(target)

    assert_refused(tmp_path, segment.parent, "symbolic link")


def test_pipe_in_place_of_a_file_is_refused_and_does_not_stop_the_start(
    tmp_path: Path, segment: Path
) -> None:
    segment.unlink()
    os.mkfifo(segment)

    assert_refused(tmp_path, segment, "is not an ordinary file")


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path, segment: Path) -> None:
    segment.unlink()
    segment.mkdir()

    assert_refused(tmp_path, segment, "is not an ordinary file")


def test_same_comment_in_two_cycles_is_refused(
    open_store: OpenStore, tmp_path: Path, segment: Path
) -> None:
    other = tmp_path / "2027-1" / "000000.json"
    store = open_store()
    store.add(usual_comment(3, cycle=CycleId("2027-1")))
    store.close()
    content = other.read_bytes().replace(usual_comment(3).id.encode(), usual_comment(1).id.encode())
    other.write_bytes(content)

    with pytest.raises(StoreDamaged) as refused:
        TinydbStore(tmp_path, FailingDisk())

    assert "there already" in refused.value.message
