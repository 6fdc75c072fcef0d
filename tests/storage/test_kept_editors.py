"""Accounts on disk."""

import errno
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tinydb import TinyDB

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import (
    EditorExists,
    StoreDamaged,
    StoreFailed,
    StoreFull,
    UnknownEditor,
)
from feedback_api.domain.identity import EditorName
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.kept_editors import KeptEditors
from tests.fakes.clockwork import START
from tests.fakes.failing_disk import FailingDisk, Fault


def make_editor(name: str) -> Editor:
    return Editor(
        name=EditorName(name), passphrase_hash=f"hash of {name}", added_at=START, session_epoch=1
    )


def _opened(folder: Path, disk: FailingDisk) -> KeptEditors:
    return KeptEditors(DocumentsFolder(folder, disk))


ANA, ZOE = make_editor("Ana"), make_editor("Зоя")


@pytest.fixture
def editors(tmp_path: Path, disk: FailingDisk) -> KeptEditors:
    return _opened(tmp_path, disk)


def test_editors_are_there_after_a_restart(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    editors.add(ZOE)
    editors.add(ANA)

    again = _opened(tmp_path, disk)

    assert again.all() == (ANA, ZOE)
    assert again.get(ZOE.name) == ZOE


def test_file_is_for_its_owner_only_and_for_stock_tinydb(
    editors: KeptEditors, tmp_path: Path
) -> None:
    editors.add(ANA)
    path = tmp_path / "editors.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with TinyDB(path, access_mode="r") as database:
        assert [row["name"] for row in database.table("editors").all()] == ["Ana"]


def test_what_another_process_adds_or_removes_is_seen_without_a_restart(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    other = _opened(tmp_path, disk)

    other.add(ANA)
    assert editors.get(ANA.name) == ANA

    other.remove(ANA.name)
    with pytest.raises(UnknownEditor):
        editors.get(ANA.name)


def test_editors_added_at_once_by_several_processes_are_all_there(
    tmp_path: Path, disk: FailingDisk
) -> None:
    made = [make_editor(f"editor {number:02}") for number in range(30)]

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda editor: _opened(tmp_path, disk).add(editor), made))

    assert _opened(tmp_path, disk).all() == tuple(made)


def test_name_taken_in_any_case_is_refused(editors: KeptEditors) -> None:
    editors.add(ZOE)

    with pytest.raises(EditorExists):
        editors.add(make_editor("ЗОЯ"))

    assert editors.all() == (ZOE,)


def test_change_keeps_the_name_and_reaches_the_disk(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    editors.add(ANA)

    changed = editors.change(ANA.name, lambda one: replace(one, session_epoch=2))

    assert changed.session_epoch == 2
    assert _opened(tmp_path, disk).get(ANA.name) == changed


def test_reviewer_is_a_reviewer_after_a_restart(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    editors.add(replace(ANA, account_role=AccountRole.REVIEWER))

    assert _opened(tmp_path, disk).get(ANA.name).account_role is AccountRole.REVIEWER


def test_unknown_editor_is_told(editors: KeptEditors) -> None:
    for act in (
        lambda: editors.get(ANA.name),
        lambda: editors.remove(ANA.name),
        lambda: editors.change(ANA.name, lambda one: one),
    ):
        with pytest.raises(UnknownEditor):
            act()


def test_failed_write_is_told_and_changes_nothing(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    editors.add(ANA)
    disk.faults.append(Fault("write", errno.ENOSPC))

    with pytest.raises(StoreFull):
        editors.add(ZOE)

    assert editors.all() == _opened(tmp_path, disk).all() == (ANA,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"\xef\xbb\xbf{}",
        b'{"people": {}}',
        b'{"editors": {"1": {"name": "Ana"}}}',
        b'{"editors": {"1": 5}}',
        b'{"editors":{"1":{"name":"Ana","passphrase_hash":"x","added_at":"2026-11-21T12:00:00Z",'
        b'"session_epoch":7,"account_role":"owner"}}}',
    ],
)
def test_damaged_file_is_refused_at_start_and_left_as_it_is(
    tmp_path: Path, disk: FailingDisk, content: bytes
) -> None:
    path = tmp_path / "editors.json"
    path.write_bytes(content)

    with pytest.raises(StoreDamaged) as refused:
        _opened(tmp_path, disk)

    assert refused.value.message.startswith(f"{path} ")
    assert path.read_bytes() == content


def test_editor_twice_is_refused_at_start(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    editors.add(ANA)
    editors.add(ZOE)
    path = tmp_path / "editors.json"
    path.write_bytes(path.read_bytes().replace("Зоя".encode(), b"ANA"))

    with pytest.raises(StoreDamaged):
        _opened(tmp_path, disk)


def test_file_damaged_while_running_leaves_the_accounts_read_before(
    editors: KeptEditors, tmp_path: Path
) -> None:
    editors.add(ANA)
    (tmp_path / "editors.json").write_bytes(b"{")

    assert editors.all() == (ANA,)

    with pytest.raises(StoreDamaged):
        editors.add(ZOE)
    assert (tmp_path / "editors.json").read_bytes() == b"{"


def test_change_that_could_not_be_read_for_a_moment_is_read_by_the_next_look(
    editors: KeptEditors, tmp_path: Path, disk: FailingDisk
) -> None:
    editors.add(ANA)
    _opened(tmp_path, FailingDisk()).remove(ANA.name)  # the command line
    disk.faults.append(Fault("read", errno.EMFILE))

    assert editors.all() == (ANA,)
    assert editors.all() == ()


def test_account_whose_file_cannot_be_read_now_is_not_changed_and_can_be_right_after(
    editors: KeptEditors, disk: FailingDisk
) -> None:
    editors.add(ANA)
    disk.faults.append(Fault("read", errno.EMFILE))

    with pytest.raises(StoreFailed):
        editors.add(ZOE)

    editors.add(ZOE)


def test_file_of_an_earlier_release_is_read_and_what_is_new_is_kept(
    tmp_path: Path, disk: FailingDisk
) -> None:
    (tmp_path / "editors.json").write_text(
        '{"editors":{"1":{"name":"Ana","passphrase_hash":"x",'
        '"added_at":"2026-11-21T12:00:00Z","session_epoch":7}}}'
    )
    editors = _opened(tmp_path, disk)

    editors.change(
        EditorName("Ana"),
        lambda editor: replace(
            editor, email="ana@example.org", owners=("head of support",), digest_at=START
        ),
    )

    again = _opened(tmp_path, disk).get(EditorName("Ana"))
    assert again.account_role is AccountRole.EDITOR
    assert (again.session_epoch, again.email, again.owners, again.language, again.digest_at) == (
        7, "ana@example.org", ("head of support",), None, START,
    )  # fmt: skip
