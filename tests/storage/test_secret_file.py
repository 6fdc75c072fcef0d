"""The service's own secret."""

import errno
import stat
from pathlib import Path

import pytest

from feedback_api.domain.errors import StartRefused, StoreDamaged
from feedback_api.storage.secret_file import KeyedHashes, secret_of
from tests.fakes.failing_disk import FailingDisk, Fault


def test_secret_is_made_once_for_its_owner_only(tmp_path: Path, disk: FailingDisk) -> None:
    made = secret_of(tmp_path, disk, needed=False)

    assert secret_of(tmp_path, disk, needed=True) == made
    assert len(made) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert (disk.calls["write"], disk.calls["rename"], disk.calls["sync_folder"]) == (1, 1, 1)


def test_two_folders_have_two_secrets(tmp_path: Path, disk: FailingDisk) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()

    assert len({secret_of(folder, disk, needed=False) for folder in folders}) == 2


def test_lost_secret_is_not_made_anew_when_receipts_hang_on_it(
    tmp_path: Path, disk: FailingDisk
) -> None:
    with pytest.raises(StartRefused) as refused:
        secret_of(tmp_path, disk, needed=True)

    assert str(tmp_path / "secret") in refused.value.message
    assert "FEEDBACK_SECRET" in refused.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_damaged_secret_is_refused_and_left_as_it_is(
    tmp_path: Path, disk: FailingDisk, content: bytes
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)

    with pytest.raises(StoreDamaged):
        secret_of(tmp_path, disk, needed=False)

    assert path.read_bytes() == content


def test_secret_behind_a_link_is_refused(tmp_path: Path, disk: FailingDisk) -> None:
    (tmp_path / "secret").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StoreDamaged):
        secret_of(tmp_path, disk, needed=False)


def test_secret_that_cannot_be_written_stops_the_start(tmp_path: Path, disk: FailingDisk) -> None:
    disk.fails_always = Fault("write", errno.ENOSPC)

    with pytest.raises(StartRefused):
        secret_of(tmp_path, disk, needed=False)


def test_secret_others_can_read_is_warned_about(
    tmp_path: Path, disk: FailingDisk, caplog: pytest.LogCaptureFixture
) -> None:
    secret = secret_of(tmp_path, disk, needed=False)
    (tmp_path / "secret").chmod(0o644)

    assert secret_of(tmp_path, disk, needed=True) == secret

    (record,) = caplog.records
    assert "chmod 600" in record.getMessage()
    assert secret not in record.getMessage()


def test_hash_depends_on_secret_purpose_and_text_and_on_nothing_else() -> None:
    hashes = {
        KeyedHashes(secret).keyed_hash(purpose, text)
        for secret in ("s" * 32, "t" * 32)
        for purpose in ("receipt", "key")
        for text in ("a", "b", "ё")
    }

    assert len(hashes) == 12
    assert {len(one) for one in hashes} == {32}
    assert KeyedHashes("s" * 32).keyed_hash("receipt", "a") in hashes
