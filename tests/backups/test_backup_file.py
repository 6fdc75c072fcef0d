"""Backups: whole, verified, encrypted, refused when anything about them is wrong."""

import errno
import gzip
import io
import json
import os
import stat
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest

from feedback_api.backups.archive import packed, unpacked
from feedback_api.backups.backup_file import (
    file_name,
    read_backup,
    remove_older,
    secret_mark,
    write_backup,
)
from feedback_api.backups.sealing import sealed, unsealed
from feedback_api.backups.snapshot import take_snapshot
from feedback_api.domain.errors import BackupRefused
from feedback_api.release import RELEASE
from feedback_api.storage.file_system import OperatingSystemFiles, temporary
from tests.backups.whole_store import back_up
from tests.fakes.failing_disk import Call, FailingDisk, Fault

FILES = OperatingSystemFiles()
IDENTITY = str(pyrage.x25519.Identity.generate())
OTHER_IDENTITY = str(pyrage.x25519.Identity.generate())
KEYS: dict[str, str | None] = {"plain": None, "identity": IDENTITY}


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest) -> str | None:
    return KEYS[request.param]


def test_backup_holds_every_file_and_says_what_it_holds(
    data: Path, tmp_path: Path, key: str | None
) -> None:
    written = back_up(data, tmp_path / "backup", key)

    read = read_backup(tmp_path / "backup", key, FILES)
    assert read == written
    assert read.members == take_snapshot(data).members
    assert read.is_encrypted == (key is not None)
    manifest = read.manifest
    assert (manifest.format, manifest.release, manifest.schemas) == (1, RELEASE, {"segment": 1})
    assert manifest.counts == {
        "comments": 3,
        "erased": 0,
        "editors": 1,
        "templates": 1,
        "invitations": 1,
        "files": 9,
    }


def test_backup_is_its_owner_s_alone_and_leaves_nothing_beside_it(
    data: Path, tmp_path: Path, key: str | None
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    os.umask(os.umask(0))

    back_up(data, folder / "backup", key)

    assert [path.name for path in folder.iterdir()] == ["backup"]
    assert stat.S_IMODE((folder / "backup").stat().st_mode) == 0o600


def test_encrypted_backup_shows_no_word_and_opens_with_its_key_alone(
    data: Path, tmp_path: Path
) -> None:
    back_up(data, tmp_path / "backup", IDENTITY)

    content = (tmp_path / "backup").read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert gzip.decompress(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(IDENTITY)]))
    for key, what in [(OTHER_IDENTITY, "is not the one"), (None, "is encrypted: set")]:
        with pytest.raises(BackupRefused, match=what):
            read_backup(tmp_path / "backup", key, FILES)


def test_passphrase_encrypts_and_a_wrong_one_is_told() -> None:
    """By a slow hash: each of the two takes a second."""
    content = sealed(b"words", "seven quiet lanterns")

    with pytest.raises(BackupRefused, match="the backup key is not the one it was made with"):
        unsealed(content, "eight quiet lanterns", "it")


def test_plain_file_is_not_trusted_where_a_key_is_set(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup")

    with pytest.raises(BackupRefused, match="is not encrypted, though"):
        read_backup(tmp_path / "backup", IDENTITY, FILES)


def test_backup_cut_off_anywhere_is_refused(data: Path, tmp_path: Path, key: str | None) -> None:
    back_up(data, tmp_path / "backup", key)
    content = (tmp_path / "backup").read_bytes()

    for length in [*range(0, len(content), 61), len(content) - 1]:
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(BackupRefused):
            read_backup(tmp_path / "cut", key, FILES)


def test_backup_changed_anywhere_is_refused(data: Path, tmp_path: Path, key: str | None) -> None:
    back_up(data, tmp_path / "backup", key)
    content = (tmp_path / "backup").read_bytes()
    gzip_header = 10 if key is None else 0  # its time and kind of machine are nobody's loss

    for place in range(gzip_header, len(content), 61):
        changed = bytearray(content)
        changed[place] ^= 0x20
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises(BackupRefused):
            read_backup(tmp_path / "changed", key, FILES)
    (tmp_path / "changed").write_bytes(content + b"more")
    with pytest.raises(BackupRefused):
        read_backup(tmp_path / "changed", key, FILES)


def _manifest(**fields: Any) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        manifest = {**json.loads(members["manifest.json"]), **fields}
        return {**members, "manifest.json": json.dumps(manifest).encode()}

    return change


def _without(members: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {other: content for other, content in members.items() if other != name}


WRONG: dict[str, tuple[Callable[[dict[str, bytes]], dict[str, bytes]], str]] = {
    "newer format": (_manifest(format=2, anything=1), "Install that release or a later one"),
    "newer release": (_manifest(release="999.0"), "Install that release or a later one"),
    "unknown format": (_manifest(format=0), "unknown format 0"),
    "no format": (_manifest(format="one"), "is no backup of this service"),
    "strange manifest": (_manifest(counts=5), "its manifest is wrong"),
    "no manifest": (lambda all_: _without(all_, "manifest.json"), "is no backup of this service"),
    "file gone": (lambda all_: _without(all_, "secret"), "not those that its manifest lists"),
    "file more": (lambda all_: {**all_, "more.json": b"{}"}, "not those that its manifest lists"),
    "file changed": (
        lambda all_: {**all_, "editors.json": all_["editors.json"].replace(b"Ana", b"Eva")},
        "not those that its manifest lists",
    ),
    "file outside": (lambda all_: {**all_, "../evil.json": b"{}"}, "none of the service's files"),
    "absolute file": (lambda all_: {**all_, "/etc/evil": b"{}"}, "none of the service's files"),
    "strange file": (lambda all_: {**all_, "run.sh": b"{}"}, "none of the service's files"),
}


@pytest.mark.parametrize("name", WRONG)
def test_backup_that_another_hand_packed_is_refused(data: Path, tmp_path: Path, name: str) -> None:
    change, what = WRONG[name]
    back_up(data, tmp_path / "backup")
    with tarfile.open(tmp_path / "backup") as archive:
        members = {
            header.name: file.read()
            for header in archive
            if (file := archive.extractfile(header)) is not None
        }
    with tarfile.open(tmp_path / "other", "w:gz") as archive:
        for member, content in change(members).items():
            header = tarfile.TarInfo(member)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))

    with pytest.raises(BackupRefused, match=what):
        read_backup(tmp_path / "other", None, FILES)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_backup_with_anything_but_files_is_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "backup", "w:gz") as archive:
        header = tarfile.TarInfo("secret")
        header.type = kind
        header.linkname = "/etc/passwd"
        archive.addfile(header)

    with pytest.raises(BackupRefused, match="is no ordinary file"):
        read_backup(tmp_path / "backup", None, FILES)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1f\x8b", b"age-encryption.org/v1\n"])
def test_other_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "backup").write_bytes(content)

    with pytest.raises(BackupRefused):
        read_backup(tmp_path / "backup", None, FILES)


def test_store_that_would_not_start_is_not_backed_up(data: Path, tmp_path: Path) -> None:
    broken = (data / "cycles.json").read_bytes().replace(b'"closings"', b'"losses"')
    (data / "cycles.json").write_bytes(broken)

    with pytest.raises(BackupRefused, match=r"would refuse at its start: cycles\.json does not"):
        back_up(data, tmp_path / "backup")

    assert not (tmp_path / "backup").exists()


def test_backup_of_what_would_not_start_is_no_good_backup(data: Path, tmp_path: Path) -> None:
    written = back_up(data, tmp_path / "backup")
    members = {**written.members, "secret": b"short"}
    with pytest.raises(BackupRefused, match="its manifest lists"):
        unpacked(packed(written.manifest, members), "it")


CALLS: list[tuple[Call, bool]] = [
    ("write", False),
    ("write", True),
    ("read", True),
    ("rename", False),
]


@pytest.mark.parametrize(("call", "done"), CALLS)
def test_failing_disk_leaves_the_backup_of_before(
    data: Path, tmp_path: Path, call: Call, done: bool
) -> None:
    back_up(data, tmp_path / "backup")
    before = (tmp_path / "backup").read_bytes()
    disk = FailingDisk()
    disk.faults.append(Fault(call, errno.ENOSPC, done))
    snapshot = take_snapshot(data)

    with pytest.raises((OSError, BackupRefused)):
        write_backup(snapshot, tmp_path / "backup", key=None, secret=None, files=disk)

    assert (tmp_path / "backup").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "data"]


class _LyingDisk(OperatingSystemFiles):
    """Says that it wrote, and wrote something else."""

    def write(self, path: Path, content: bytes) -> None:
        super().write(path, content[: len(content) // 2])


def test_backup_that_reads_back_otherwise_is_none(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="is damaged"):
        write_backup(
            take_snapshot(data), tmp_path / "backup", key=None, secret=None, files=_LyingDisk()
        )

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_mark_tells_secrets_apart_and_holds_none() -> None:
    marks = {secret_mark({}, "a" * 32), secret_mark({"secret": b"b" * 32}, None)}

    assert secret_mark({"secret": b"b" * 32 + b"\n"}, None) in marks
    assert len(marks) == 2
    assert secret_mark({}, None) is None


def _dated(folder: Path, days: list[float]) -> list[Path]:
    now = datetime.now(UTC)
    paths = [folder / file_name(now - timedelta(days=age), is_encrypted=False) for age in days]
    for path in paths:
        path.touch()
    return paths


def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    newest, second, third, fourth = _dated(tmp_path, [0, 1, 2, 3])
    strangers = [tmp_path / "notes.txt", tmp_path / "feedback-2020.tar.gz"]
    for stranger in strangers:
        stranger.touch()

    gone = remove_older(tmp_path, newest, keep=2, keep_days=None, files=FILES)

    assert sorted(gone) == sorted([third, fourth])
    assert set(tmp_path.iterdir()) == {newest, second, *strangers}


def test_backups_older_than_the_days_are_removed_but_never_the_new_one(tmp_path: Path) -> None:
    newest, old, older = _dated(tmp_path, [40, 50, 60])

    gone = remove_older(tmp_path, newest, keep=None, keep_days=30, files=FILES)

    assert set(gone) == {old, older}
    assert set(tmp_path.iterdir()) == {newest}


def test_what_a_killed_backup_left_is_removed_a_day_later(tmp_path: Path) -> None:
    """It holds all that a backup holds, and must not outlive those that are kept."""
    newest, yesterday, before = _dated(tmp_path, [0, 0.9, 1.1])
    left, at_work = temporary(before), temporary(yesterday)
    for path in (left, at_work):
        path.touch()

    gone = remove_older(tmp_path, newest, keep=9, keep_days=None, files=FILES)

    assert gone == [left]
    assert set(tmp_path.iterdir()) == {newest, yesterday, before, at_work}
