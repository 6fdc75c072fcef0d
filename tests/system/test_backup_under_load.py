"""Backups taken while 16 clients post and one decides: each is a state that was, and whole.

BACKUP_ROUNDS chooses how many.
"""

import itertools
import json
import os
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from feedback_api.backups.backup_file import Backup, read_backup
from feedback_api.backups.start_check import check_folder
from feedback_api.domain.identity import SectionId
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.kept_wordings import KeptWordings
from tests.backups.whole_store import back_up, put_back
from tests.fakes.sections_json import FINGERPRINTS
from tests.system.conftest import SmallSite
from tests.system.running import Client, Service, comment_body

ROUNDS = int(os.environ.get("BACKUP_ROUNDS", "3"))
CLIENTS = 16
FILES = OperatingSystemFiles()


@dataclass(slots=True)
class _Known:
    """What was acknowledged, in the order of it: each comment by its id, and by its version."""

    receipts: list[str] = field(default_factory=list)
    versions: list[tuple[str, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def so_far(self) -> Mapping[str, int]:
        return dict(self.versions[:])


class _Crowd:
    """Clients that post until told to end, and an editor who decides what they posted."""

    def __init__(self, service: Service, site: SmallSite, token: str) -> None:
        self.known = _Known()
        self._service = service
        self._site = site
        self._editor = {"Authorization": f"Bearer {token}"}
        self._ends = threading.Event()
        self._posted = threading.Event()
        names = range(CLIENTS)
        posting = [threading.Thread(target=self._post, args=[name]) for name in names]
        self._threads = [*posting, threading.Thread(target=self._decide)]

    def __enter__(self) -> "_Crowd":
        for thread in self._threads:
            thread.start()
        assert self._posted.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _post(self, name: int) -> None:
        with closing(self._service.client()) as client:
            for count in itertools.count():
                if self._ends.is_set():
                    return
                body = comment_body(self._site.language, body=f"Comment {name}-{count}.")
                answer = client.ask("POST", "/api/v1/comments", body)
                if answer.status != 201:
                    self.known.refused.append(answer.status)
                    return
                self.known.receipts.append(answer.body["receipt"])
                self.known.versions.append((answer.body["id"], 1))
                self._posted.set()

    def _decide(self) -> None:
        self._posted.wait(60)
        with closing(self._service.client()) as client:
            for number in itertools.count():
                if self._ends.is_set():
                    return
                self._answer(client, self.known.versions[number][0])

    def _answer(self, client: Client, comment: str) -> None:
        decision = {
            "outcome": "answered",
            "reason": "Because.",
            "reason_language": self._site.language,
            "version": 1,
        }
        path = f"/api/v1/comments/{comment}/decision"
        answer = client.ask("POST", path, decision, self._editor)
        if answer.status == 200:
            self.known.versions.append((comment, answer.body["version"]))
        elif answer.status != 409:
            self.known.refused.append(answer.status)


def _versions(backup: Backup) -> Mapping[str, int]:
    return {
        comment["id"]: comment.get("version", 1)
        for name, content in backup.members.items()
        if name.startswith("waiting/")
        for comment in json.loads(content)["comments"].values()
    }


def _assert_holds(backup: Backup, acknowledged: Mapping[str, int]) -> None:
    held = _versions(backup)
    late = [one for one, version in acknowledged.items() if held.get(one, 0) < version]
    assert late == []


def test_backup_under_load_holds_what_was_acknowledged_before_and_nothing_half(
    service: Service, site: SmallSite, editor: dict[str, str], tmp_path: Path
) -> None:
    service.start()
    token = service.ask("POST", "/api/v1/session", editor).body["token"]
    folder = tmp_path / "backups"
    folder.mkdir()

    with _Crowd(service, site, token) as crowd:
        for number in range(ROUNDS):
            acknowledged = crowd.known.so_far()
            path = folder / str(number)
            _assert_holds(back_up(service.data, path), acknowledged)
        receipts = list(crowd.known.receipts)
        told = service.run("backup", str(folder))
    print(f"{len(receipts)} comments acknowledged while {ROUNDS + 1} backups were taken")
    assert crowd.known.refused == []
    assert len(receipts) >= CLIENTS
    assert told.returncode == 0, told.stderr

    for path in sorted(folder.iterdir()):
        restored = tmp_path / "restored" / path.name
        restored.parent.mkdir(exist_ok=True)
        put_back(restored, path)
        backup = read_backup(path, None, FILES)
        assert check_folder(restored, FILES)["comments"] == len(_versions(backup))
        kept = KeptWordings(restored, FILES)
        assert all(kept.knows(SectionId(section)) for section in FINGERPRINTS)
    _assert_served(service, tmp_path / "restored" / path.name, receipts)


def _assert_served(service: Service, restored: Path, receipts: list[str]) -> None:
    """A service over the last backup, taken after all these receipts, honours them."""
    service.kill()
    service.environment["FEEDBACK_STORE"] = f"tinydb:{restored}"
    service.start()
    with closing(service.client()) as client:
        seen = {
            client.ask("GET", "/api/v1/receipt", headers={"Authorization": f"Receipt {one}"}).status
            for one in receipts[-50:]
        }
    assert seen == {200}
