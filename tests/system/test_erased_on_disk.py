"""After an erasure nothing of the comment is on the disk, and names go when their time is over."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.system.conftest import SmallSite, post_comment
from tests.system.running import Service

WORDS = "Unmistakable words"
ADDRESS = "unmistakable@example.org"


def _disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _age(data: Path, days: int) -> str:
    """Make the one withdrawn comment older, as if the days had passed; its id."""
    (path,) = (data / "waiting").glob("*.json")
    tables = json.loads(path.read_text("utf-8"))
    (comment,) = tables["comments"].values()
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat().replace("+00:00", "Z")
    comment["submitted_at"] = at
    for event in comment["events"]:
        event["at"] = at
    path.write_text(json.dumps(tables), encoding="utf-8")
    return str(comment["id"])


def test_erased_comment_is_in_no_file_of_the_data_folder(service: Service, site: SmallSite) -> None:
    service.start()
    sent = post_comment(service, site, body=WORDS, suggestion=WORDS, name=WORDS, email=ADDRESS).body
    headers = {"Authorization": f"Receipt {sent['receipt']}"}
    service.ask("POST", "/api/v1/receipt/reply", {"body": f"{WORDS} added."}, headers)
    service.kill()
    (segment,) = (service.data / "waiting").glob("*.json")
    leftover = segment.with_name(f".{segment.name}.tmp")
    leftover.write_bytes(segment.read_bytes())  # of a write that a power cut ended
    assert WORDS.encode() in _disk(service.data)
    service.start()

    assert service.ask("POST", "/api/v1/receipt/erase", headers=headers).status == 204

    assert WORDS.encode() not in _disk(service.data)
    assert ADDRESS.encode() not in _disk(service.data)
    assert sent["id"].encode() in _disk(service.data)
    assert WORDS not in service.log.read_text()


def test_purge_lists_then_erases_names_whose_time_is_over_once(
    service: Service, site: SmallSite
) -> None:
    service.environment["FEEDBACK_PURGE"] = "off"
    service.start()
    sent = post_comment(service, site, body=WORDS, name="Unmistakable name", email=ADDRESS).body
    headers = {"Authorization": f"Receipt {sent['receipt']}"}
    assert service.ask("POST", "/api/v1/receipt/withdraw", {}, headers).status == 200
    service.end()
    comment = _age(service.data, days=181)
    service.start()

    listed = service.run("purge", "--dry-run")
    untouched = _disk(service.data)
    by_service = service.run("purge")
    service.end()
    again = service.run("purge")

    assert comment in listed.stdout
    assert "1 names and addresses, 0 whole comments" in listed.stdout
    assert ADDRESS.encode() in untouched
    assert (by_service.returncode, comment in by_service.stdout) == (0, True), by_service.stderr
    assert (again.returncode, comment in again.stdout) == (0, False), again.stderr
    assert ADDRESS.encode() not in _disk(service.data)
    assert b"Unmistakable name" not in _disk(service.data)
    assert WORDS.encode() in _disk(service.data)
    told = listed.stdout + by_service.stdout + again.stdout + service.log.read_text()
    assert ADDRESS not in told
    assert WORDS not in told


def test_service_purges_by_itself_when_it_starts(service: Service, site: SmallSite) -> None:
    service.start()
    sent = post_comment(service, site, email=ADDRESS).body
    headers = {"Authorization": f"Receipt {sent['receipt']}"}
    service.ask("POST", "/api/v1/receipt/withdraw", {}, headers)
    service.end()
    _age(service.data, days=181)
    service.start()

    service.run("purge")  # returns once the service has looked

    assert ADDRESS.encode() not in _disk(service.data)
    assert "Retention: 1 names and addresses, 0 whole comments erased." in service.log.read_text()
