"""The commands backup, restore and erasures, as an operator uses them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner, Result

from feedback_api.command_line import cli
from feedback_api.release import RELEASE
from feedback_api.storage.folder_lock import FolderLock
from tests.backups.whole_store import contents, erase, lay_whole_store, opened, traces
from tests.fakes.comments import usual_comment
from tests.fakes.sections_json import sections_json, write_sections

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]
IDENTITY = str(pyrage.x25519.Identity.generate())


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """One command on the store `data`, with further settings."""

    def command(*arguments: object, **settings: str) -> Result:
        names = {"FEEDBACK_STORE": f"tinydb:{tmp_path / 'data'}", **settings}
        return CliRunner().invoke(cli, [str(one) for one in arguments], env=dict(names))

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def _only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_backup_says_what_it_holds_and_warns_that_it_is_not_encrypted(
    data: Path, run: Run, folder: Path
) -> None:
    made = run("backup", folder)
    seen = run("backup", "--verify", _only(folder))

    assert (made.exit_code, seen.exit_code) == (0, 0)
    assert "3 comments and 0 erased, 1 accounts, 9 files" in made.stdout
    assert "read back and verified" in made.stdout
    assert "not encrypted. It holds everything" in made.stderr
    assert "the secret that the receipts hang on" in made.stderr
    assert "verified" in seen.stdout


def test_encrypted_backup_is_restored_with_its_key_from_a_file(
    data: Path, run: Run, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(f"# made by age-keygen\n{IDENTITY}\n")
    setting = {"FEEDBACK_BACKUP_KEY_FILE": str(tmp_path / "key")}
    made = run("backup", folder, **setting)
    before = contents(data)
    shutil.rmtree(data)

    refused = run("restore", _only(folder))
    assert not data.exists()
    done = run("restore", _only(folder), **setting)

    assert (made.exit_code, refused.exit_code, done.exit_code) == (0, 1, 0)
    assert made.stderr == ""
    assert _only(folder).name.endswith(".tar.gz.age")
    assert "is encrypted: set FEEDBACK_BACKUP_KEY" in refused.stderr
    assert set(contents(data)) == set(before)
    assert "The accounts are those of the backup" in done.stderr
    assert "No erasures since the backup are known here" in done.stderr


def test_restore_into_a_running_store_is_refused_and_touches_nothing(
    data: Path, run: Run, folder: Path
) -> None:
    run("backup", folder)
    lock = FolderLock(data)
    before = traces(data)

    refused = run("restore", _only(folder))

    lock.release()
    assert refused.exit_code == 1
    assert "is in use by another process" in refused.stderr
    assert traces(data) == before


def test_erasures_of_one_machine_are_done_again_on_another(
    data: Path, run: Run, folder: Path, tmp_path: Path
) -> None:
    run("backup", folder)
    erase(data, usual_comment(2))
    listed = run("erasures")
    (tmp_path / "erasures").write_text(listed.stdout)
    other = {"FEEDBACK_STORE": f"tinydb:{tmp_path / 'other'}"}

    done = run("restore", _only(folder), "--erasures", tmp_path / "erasures", **other)

    assert done.exit_code == 0
    assert "1 erasures since then were done again" in done.stdout
    assert "No erasures since" not in done.stderr
    assert "Silva" not in listed.stdout
    assert not [name for name, text in contents(tmp_path / "other").items() if b"Silva" in text]


def test_erasures_are_taken_from_another_data_folder_too(
    data: Path, run: Run, folder: Path, tmp_path: Path
) -> None:
    run("backup", folder)
    erase(data, usual_comment(2))
    other = {"FEEDBACK_STORE": f"tinydb:{tmp_path / 'other'}"}

    done = run("restore", _only(folder), "--erasures", data, **other)

    assert "1 erasures since then were done again" in done.stdout


def test_folder_that_holds_nothing_of_the_service_tells_of_no_erasures(
    data: Path, run: Run, folder: Path, tmp_path: Path
) -> None:
    run("backup", folder)
    before = traces(data)

    refused = run("restore", _only(folder), "--erasures", folder)

    assert refused.exit_code == 1
    assert refused.stderr == f"{folder} is no data folder: it holds nothing of the service.\n"
    assert traces(data) == before


@pytest.mark.parametrize(
    ("field", "value"), [("id", "../../x"), ("cycle", "../../outside"), ("cycle", "wordings")]
)
def test_list_of_erasures_that_somebody_changed_is_refused(
    data: Path, run: Run, tmp_path: Path, field: str, value: str
) -> None:
    erase(data, usual_comment(2))
    (act,) = json.loads(run("erasures").stdout)
    act["tombstone"][field] = value
    act["comment"] = act["tombstone"]["id"]
    (tmp_path / "erasures").write_text(json.dumps([act]))
    write_sections(tmp_path / "sections.json", sections_json())
    other = {
        "FEEDBACK_STORE": f"tinydb:{tmp_path / 'deep' / 'other'}",
        "FEEDBACK_SECTIONS": str(tmp_path / "sections.json"),
    }

    refused = run("erasures", "--apply", tmp_path / "erasures", **other)

    assert (refused.exit_code, type(refused.exception)) == (1, SystemExit)
    assert "is no list of erasures" in refused.stderr
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", ["", "{}", '[{"what": "comment"}]', "\x00"])
def test_list_of_erasures_that_is_none_is_refused(
    data: Path, run: Run, folder: Path, tmp_path: Path, content: str
) -> None:
    run("backup", folder)
    (tmp_path / "erasures").write_text(content)
    before = traces(data)

    refused = run("restore", _only(folder), "--erasures", tmp_path / "erasures")

    assert refused.exit_code == 1
    assert "is no list of erasures" in refused.stderr
    assert traces(data) == before


def test_backup_made_with_another_secret_is_refused(data: Path, run: Run, folder: Path) -> None:
    (data / "secret").unlink()
    made = run("backup", folder, FEEDBACK_SECRET="s" * 32)
    before = traces(data)

    for setting in ({}, {"FEEDBACK_SECRET": "t" * 32}):
        refused = run("restore", _only(folder), **setting)
        assert refused.exit_code == 1
        assert "was made with another secret" in refused.stderr
    done = run("restore", _only(folder), FEEDBACK_SECRET="s" * 32)

    assert "FEEDBACK_SECRET is set: it is not in the backup" in made.stderr
    assert (done.exit_code, traces(data).keys() - {"lock"}) == (0, set(before))


def test_only_so_many_backups_are_kept(data: Path, run: Run, folder: Path) -> None:
    first = run("backup", folder)
    last = run("backup", folder, "--keep", 1)

    assert (first.exit_code, last.exit_code) == (0, 0)
    assert str(_only(folder)) in last.stdout
    assert "was removed" in last.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Say where the backup goes"),
        (("backups", "--verify", "x"), "Say where the backup goes"),
        (("backups/one", "--keep", "3"), "need a folder to write to"),
        (("data/sub",), "is in the data folder itself"),
        (("nowhere/one",), "cannot be written: No such file or directory"),
        (("--verify", "nowhere"), "cannot be read: No such file or directory"),
    ],
)
def test_backup_that_cannot_be_made_is_told_in_words(
    data: Path,
    run: Run,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    refused = run("backup", *arguments)

    assert refused.exit_code == 1
    assert told in refused.stderr
    assert list(folder.iterdir()) == []


def test_nothing_to_back_up_is_told(run: Run, folder: Path) -> None:
    refused = run("backup", folder)

    assert refused.exit_code == 1
    assert "is not there: nothing can be backed up" in refused.stderr


def test_damaged_store_is_not_backed_up_and_goes_back_to_its_backup(
    data: Path, run: Run, folder: Path
) -> None:
    run("backup", folder)
    path = data / "waiting" / "000000.json"
    path.write_bytes(path.read_bytes()[:-9])

    refused = run("backup", folder)
    told = run("restore", _only(folder))
    done = run("restore", _only(folder), "--replace-newer")

    assert (refused.exit_code, told.exit_code, done.exit_code) == (1, 1, 0)
    assert "would refuse at its start: waiting/000000.json is not JSON" in refused.stderr
    assert "add --replace-newer" in told.stderr
    assert "What was there before is in" in done.stderr
    with opened(data) as store:
        assert len(store.index) == 3
    assert "holds what a restore replaced, and is not in the backup" in run("backup", folder).stderr


@pytest.mark.parametrize("key", ["short", "AGE-SECRET-KEY-1XYZ"])
def test_key_that_is_none_is_refused_and_not_shown(
    data: Path, run: Run, folder: Path, key: str
) -> None:
    refused = run("backup", folder, FEEDBACK_BACKUP_KEY=key)

    assert refused.exit_code == 1
    assert "FEEDBACK_BACKUP_KEY must be an age identity" in refused.stderr
    assert key not in refused.stderr


@pytest.mark.parametrize(("content", "told"), [(None, "can be read"), ("# no key\n", "without a")])
def test_key_file_without_a_key_is_refused(
    data: Path, run: Run, folder: Path, tmp_path: Path, content: str | None, told: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content)

    refused = run("backup", folder, FEEDBACK_BACKUP_KEY_FILE=str(tmp_path / "key"))

    assert refused.exit_code == 1
    assert told in refused.stderr


def test_key_is_not_shown_by_config(run: Run) -> None:
    shown = run("config", FEEDBACK_BACKUP_KEY=IDENTITY)

    assert "FEEDBACK_BACKUP_KEY=set" in shown.stdout
    assert IDENTITY not in shown.stdout


def test_release_is_that_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")

    assert f'version = "{RELEASE}"' in project


def test_list_of_erasures_is_one_that_programs_read(data: Path, run: Run) -> None:
    erase(data, usual_comment(3))

    (act,) = json.loads(run("erasures").stdout)

    assert (act["comment"], act["what"]) == (usual_comment(3).id, "comment")
    assert act["tombstone"]["body"] == ""


def test_two_stores_do_not_mix(tmp_path: Path, run: Run, folder: Path) -> None:
    lay_whole_store(tmp_path / "data")
    run("backup", folder)
    other = lay_whole_store(tmp_path / "other")
    with opened(other) as store:
        store.add(usual_comment(70))

    refused = run("restore", _only(folder), FEEDBACK_STORE=f"tinydb:{other}")

    assert refused.exit_code == 1
    assert "is newer than the backup" in refused.stderr


def test_erasures_are_done_again_on_a_store_that_was_restored_otherwise(
    data: Path, run: Run, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "copy")
    erase(data, usual_comment(2))
    (tmp_path / "erasures").write_text(run("erasures").stdout)
    write_sections(tmp_path / "sections.json", sections_json())
    other = {
        "FEEDBACK_STORE": f"tinydb:{tmp_path / 'copy'}",
        "FEEDBACK_SECTIONS": str(tmp_path / "sections.json"),
    }

    done, again = (run("erasures", "--apply", tmp_path / "erasures", **other) for _ in range(2))

    assert (done.exit_code, done.stdout) == (0, "1 erasures were done again.\n")
    assert again.stdout == "0 erasures were done again.\n"


@pytest.mark.parametrize("arguments", [("backup", "backups"), ("restore", "backups/one")])
def test_database_is_left_to_its_own_tools(run: Run, arguments: tuple[str, ...]) -> None:
    database = {
        "FEEDBACK_STORE": "postgresql://feedback@db.example.org/feedback",
        "FEEDBACK_SECRET": "s" * 32,
    }

    refused = run(*arguments, **database)

    assert refused.exit_code == 1
    assert "pg_dump" in refused.stderr
    assert "erasures --apply" in refused.stderr
