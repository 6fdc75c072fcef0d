"""Restoring: what comes back, what must not, what is refused, what a death in between leaves."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from feedback_api.backups.present_store import acts_in, read_present
from feedback_api.backups.restoring import finish_restore
from feedback_api.backups.unfinished import refuse_unfinished_restore
from feedback_api.domain.comment import Idempotency
from feedback_api.domain.decision import State
from feedback_api.domain.errors import (
    BackupRefused,
    Erased,
    StartRefused,
    StoreFull,
    UnknownComment,
)
from feedback_api.domain.identity import CycleId
from feedback_api.settings import read_settings
from feedback_api.storage.act_document import decode_acts, encode_acts
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.store_files import StoreFiles
from feedback_api.stores import open_store, records_place
from tests.backups.whole_store import (
    ANA,
    CYCLE,
    KEY,
    back_up,
    contents,
    erase,
    lay_whole_store,
    opened,
    put_back,
    traces,
    withdraw,
)
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.sections_json import sections_json, write_sections

STEP = int(os.environ.get("BACKUP_KILL_STEP", "3"))
"""Every how manyth change of a restore is one to die at; 1 is the long form."""
LATE = Idempotency(key_hash="late", body_hash="body")


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    back_up(data, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Where nothing is yet."""
    return tmp_path / "elsewhere"


def _place(folder: Path) -> DocumentsFolder:
    return DocumentsFolder(folder, StoreFiles(folder))


def test_everything_comes_back_into_an_empty_folder(
    data: Path, backup: Path, elsewhere: Path
) -> None:
    done = put_back(elsewhere, backup)

    there, before = contents(elsewhere), contents(data)
    assert there.pop("editors.json") != before.pop("editors.json")  # sessions ended, see below
    assert there == before
    assert not done.knew_erasures


def test_older_store_becomes_what_the_backup_holds(
    data: Path, tmp_path: Path, elsewhere: Path
) -> None:
    shutil.copytree(data, elsewhere)
    with opened(data) as store:
        store.add(usual_comment(4))
        store.change(comment_id(1), lambda one: replace(one, state=State.DECLINED))
    back_up(data, tmp_path / "later")

    done = put_back(elsewhere, tmp_path / "later")

    assert contents(elsewhere)["waiting/000000.json"] == contents(data)["waiting/000000.json"]
    assert done.replaced is None
    assert not list(elsewhere.glob(".*"))


def _add(folder: Path) -> None:
    with opened(folder) as store:
        store.add(usual_comment(9))


def _decide(folder: Path) -> None:
    with opened(folder) as store:
        store.change(comment_id(1), lambda one: replace(one, state=State.DECLINED))


def _add_to_new_cycle(folder: Path) -> None:
    with opened(folder) as store:
        store.add(usual_comment(9, cycle=CycleId("2028-1")))


def _close(folder: Path) -> None:
    KeptCycles(_place(folder)).change(CYCLE, lambda one: replace(one, closings=()))


def _damage(folder: Path) -> None:
    path = folder / "waiting" / "000000.json"
    path.write_bytes(path.read_bytes()[:-20])


NEWER: dict[str, tuple[Callable[[Path], None], str]] = {
    "comment": (_add, "waiting/000000.json holds 1 comments"),
    "later state": (_decide, "waiting/000000.json holds 1 comments"),
    "other cycle": (_add_to_new_cycle, "2028-1/000000.json holds 1 comments"),
    "record": (_close, "cycles.json was changed at"),
    "damaged": (_damage, "waiting/000000.json is damaged, and was changed after the backup"),
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_store_is_refused_and_nothing_is_touched(data: Path, backup: Path, name: str) -> None:
    change, what = NEWER[name]
    change(data)
    before = traces(data)

    with pytest.raises(BackupRefused) as refused:
        put_back(data, backup)

    assert what in refused.value.message
    assert "--replace-newer" in refused.value.message
    assert traces(data) == before


@pytest.mark.parametrize("name", NEWER)
def test_newer_store_goes_back_when_told_so_and_is_kept(
    data: Path, backup: Path, name: str
) -> None:
    before = contents(data)
    NEWER[name][0](data)
    newer = contents(data)

    done = put_back(data, backup, replace_newer=True)

    assert done.replaced is not None
    kept = contents(done.replaced)
    shutil.rmtree(done.replaced)
    assert contents(data) == before
    assert kept == newer


def test_store_of_another_line_is_refused(backup: Path, tmp_path: Path) -> None:
    other = lay_whole_store(tmp_path / "other")
    with opened(other) as store:
        store.add(usual_comment(50))

    with pytest.raises(BackupRefused):
        put_back(other, backup)


def test_erased_stays_erased(data: Path, backup: Path) -> None:
    erase(data, usual_comment(2))

    done = put_back(data, backup)

    assert (done.erased, done.knew_erasures) == (1, True)
    assert not [name for name, content in contents(data).items() if b"Silva" in content]
    with opened(data) as store, pytest.raises(UnknownComment):
        store.get(comment_id(2))


def test_erased_stays_erased_on_another_machine(data: Path, backup: Path, elsewhere: Path) -> None:
    erase(data, usual_comment(2))
    exported = encode_acts(acts_in(read_present(data, OperatingSystemFiles())))
    assert b"Silva" not in exported

    done = put_back(elsewhere, backup, decode_acts(exported))

    assert done.erased == 1
    assert not [name for name, content in contents(elsewhere).items() if b"Silva" in content]


@pytest.mark.parametrize("is_known_to_the_backup", [True, False])
def test_late_retry_of_what_was_erased_creates_nothing_after_a_restore(
    data: Path, tmp_path: Path, is_known_to_the_backup: bool
) -> None:
    comment = usual_comment(4, idempotency=LATE)
    if not is_known_to_the_backup:
        back_up(data, tmp_path / "backup")
    with opened(data) as store:
        store.add(comment)
    if is_known_to_the_backup:
        back_up(data, tmp_path / "backup")
    erase(data, comment)

    put_back(data, tmp_path / "backup")

    with opened(data) as store:
        with pytest.raises(Erased):
            store.add(usual_comment(5, idempotency=LATE))
        assert len(store.index) == 4


def test_withdrawn_stays_withdrawn_and_its_late_retry_creates_nothing(
    data: Path, backup: Path
) -> None:
    with opened(data) as store:
        store.add(usual_comment(4, idempotency=LATE))
    for number in (1, 4):
        withdraw(data, usual_comment(number))

    done = put_back(data, backup)

    assert done.withdrawn == 2
    with opened(data) as store:
        assert store.get(comment_id(1)).state is State.WITHDRAWN
        assert store.add(usual_comment(5, idempotency=LATE)).id == comment_id(4)


def test_erasures_are_found_in_what_is_left_of_a_damaged_file(data: Path, backup: Path) -> None:
    erase(data, usual_comment(3, idempotency=KEY))
    segment = data / "waiting" / "000000.json"
    segment.write_bytes(segment.read_bytes()[30:])

    done = put_back(data, backup, replace_newer=True)

    assert (done.erased, list(done.unread)) == (1, ["waiting/000000.json"])
    with opened(data) as store, pytest.raises(Erased):
        store.by_idempotency_key(KEY.key_hash)


def test_account_removed_since_does_not_come_back(data: Path, backup: Path) -> None:
    KeptEditors(_place(data)).add(replace(ANA, name=type(ANA.name)("Ben")))
    KeptEditors(_place(data)).remove(ANA.name)

    done = put_back(data, backup)

    assert [editor.name for editor in KeptEditors(_place(data)).all()] == ["Ben"]
    assert done.staying == ["editors.json"]


def test_sessions_end_where_the_accounts_come_from_the_backup(
    backup: Path, elsewhere: Path
) -> None:
    put_back(elsewhere, backup)

    (ana,) = KeptEditors(_place(elsewhere)).all()
    assert ana.session_epoch > ANA.session_epoch + 1_000_000
    assert replace(ana, session_epoch=ANA.session_epoch) == ANA


def test_account_made_before_the_first_restore_does_not_hide_those_of_the_backup(
    backup: Path, elsewhere: Path
) -> None:
    elsewhere.mkdir()
    KeptEditors(_place(elsewhere)).add(replace(ANA, name=type(ANA.name)("Ben")))

    put_back(elsewhere, backup)

    assert [editor.name for editor in KeptEditors(_place(elsewhere)).all()] == ["Ana"]


def test_code_used_since_stays_used(data: Path, backup: Path) -> None:
    invitations = KeptInvitations(_place(data))
    (made,) = invitations.all()
    invitations.change(made.id, lambda one: replace(one, codes={"hash": "claim"}))

    put_back(data, backup)

    (after,) = KeptInvitations(_place(data)).all()
    assert after.codes == {"hash": "claim"}


def test_full_disk_changes_nothing(data: Path, backup: Path) -> None:
    erase(data, usual_comment(2))
    before = traces(data)
    for place in range(1, 12):
        disk = _DiskFullAfter(place)
        try:
            _restore_on(disk, data, backup)
        except (OSError, StoreFull):
            assert traces(data) == before
        else:
            raise AssertionError(f"write {place} did not fail")


class _DiskFullAfter(OperatingSystemFiles):
    def __init__(self, writes: int) -> None:
        self._left = writes

    def write(self, path: Path, content: bytes) -> None:
        self._left -= 1
        if self._left <= 0:
            raise OSError(28, "No space left on device", str(path))
        super().write(path, content)


def _restore_on(files: OperatingSystemFiles, data: Path, backup: Path) -> None:
    from feedback_api.backups.backup_file import read_backup
    from feedback_api.backups.restoring import restore

    restore(data, read_backup(backup, None, files), (), files, replace_newer=False)


def test_death_at_any_change_leaves_the_old_state_or_the_new(
    data: Path, backup: Path, tmp_path: Path
) -> None:
    """kill -9 right before each file is made, renamed or removed."""
    erase(data, usual_comment(2))
    _add_to_new_cycle(data)
    old = contents(data)
    outcomes: list[bool] = []
    place = 1
    while True:
        attempt = tmp_path / f"attempt-{place}"
        shutil.copytree(data, attempt)
        died = _dies_at(place, partial(put_back, attempt, backup, replace_newer=True))
        is_decided = (attempt / ".restored").exists()
        finish_restore(attempt, StoreFiles(attempt))
        _remove_leftovers(attempt)
        there = contents(attempt)
        is_old = there == old
        assert is_old or _is_the_restored(there)
        assert is_old != is_decided or not died
        outcomes.append(is_old)
        shutil.rmtree(attempt)
        if not died:
            break
        place += STEP
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes[0]
    assert not outcomes[-2]
    print(f"{len(outcomes) - 1} deaths, {sum(outcomes)} left the old state")


def _is_the_restored(there: dict[str, bytes]) -> bool:
    names = {"2027-1/000000.json", "waiting/000000.json", "cycles.json", "secret", "editors.json"}
    return (
        names < set(there)
        and "2028-1/000000.json" not in there
        and not any(b"Silva" in content for content in there.values())
    )


def _remove_leftovers(folder: Path) -> None:
    """What a death may leave without harm: a state half made ready, and what was replaced."""
    for path in [folder / ".restored.part", *folder.glob(".replaced-*")]:
        shutil.rmtree(path, ignore_errors=True)


def _dies_at(place: int, work: Callable[[], object]) -> bool:
    """Whether a process that does `work` came to its change number `place`, where it dies."""
    child = os.fork()
    if child == 0:
        changes = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
        left = place

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
            if event in changes or writes:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(hook)
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


class _DiesDecided(OperatingSystemFiles):
    """The process ends right after the step that decides."""

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        if target.name == ".restored":
            raise KeyboardInterrupt


def test_restore_that_was_decided_is_finished_by_the_start_and_met_by_no_other_command(
    data: Path, backup: Path, tmp_path: Path
) -> None:
    before = contents(data)
    erase(data, usual_comment(2))
    write_sections(tmp_path / "sections.json", sections_json())
    with pytest.raises(KeyboardInterrupt):
        _restore_on(_DiesDecided(), data, backup)
    settings = read_settings(
        {
            "FEEDBACK_STORE": f"tinydb:{data}",
            "FEEDBACK_SECTIONS": str(tmp_path / "sections.json"),
        }
    )

    for command in (refuse_unfinished_restore, lambda _: records_place(settings)):
        with pytest.raises(StartRefused, match="Start the service, or run the restore again"):
            command(data)
    with ExitStack() as opened_here:
        services = open_store(settings, opened_here).services
        assert services.comments.get(comment_id(1)) == usual_comment(1)
        with pytest.raises(UnknownComment):
            services.comments.get(comment_id(2))

    there = contents(data)
    assert not list(data.glob(".re*"))
    assert {name for name in before if there[name] != before[name]} <= {
        "2027-1/000000.json",
        "wordings/000000.json",
    }


def test_what_a_killed_restore_made_ready_is_gone_after_the_next_start(
    data: Path, tmp_path: Path
) -> None:
    """It holds what may be erased by then."""
    write_sections(tmp_path / "sections.json", sections_json())
    (data / ".restored.part" / "waiting").mkdir(parents=True)
    (data / ".restored.part" / "waiting" / "000000.json").write_text("Erased since.")
    settings = read_settings(
        {
            "FEEDBACK_STORE": f"tinydb:{data}",
            "FEEDBACK_SECTIONS": str(tmp_path / "sections.json"),
        }
    )

    with ExitStack() as opened_here:
        open_store(settings, opened_here)

    assert not list(data.glob(".re*"))
