"""The process: what lets it start, what stops it, what others see meanwhile."""

import json
import os
import resource
import signal
import time

import pytest

from tests.fakes.sections_json import write_sections
from tests.system.conftest import SmallSite, post_comment
from tests.system.running import STOP_SECONDS, Refused, Service


def _seconds_of_work() -> float:
    """Of all processes that have ended: what a busy machine does not stretch."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_service_stops_cleanly_and_starts_again(
    service: Service, site: SmallSite, number: int
) -> None:
    service.start()
    posted = post_comment(service, site)
    assert posted.status == 201

    assert service.end(number) == 0

    service.start()
    own = service.ask(
        "GET", "/api/v1/receipt", headers={"Authorization": f"Receipt {posted.body['receipt']}"}
    )
    assert own.status == 200


def test_second_process_is_refused_within_a_second_and_the_first_goes_on(
    service: Service, site: SmallSite
) -> None:
    service.start()

    before = _seconds_of_work()
    second = service.run("serve", "--port=0")
    took = _seconds_of_work() - before

    assert second.returncode == 1
    assert str(service.data) in second.stderr
    assert "Stop that process first" in second.stderr
    assert "Traceback" not in second.stderr
    assert took < 1
    assert post_comment(service, site).status == 201


@pytest.mark.parametrize("content", [b"", b"null", b'{"comments":{"1":{"id'])
def test_damaged_file_is_refused_with_a_message_and_left_as_it_is(
    service: Service, site: SmallSite, content: bytes
) -> None:
    service.start()
    post_comment(service, site)
    service.end()
    path = service.data / "waiting" / "000000.json"
    path.write_bytes(content)

    with pytest.raises(Refused) as refused:
        service.start()

    assert str(path) in str(refused.value)
    assert "To restore:" in str(refused.value)
    assert "Traceback" not in str(refused.value)
    assert path.read_bytes() == content


def test_taken_port_is_told_without_holding_the_folder(service: Service, site: SmallSite) -> None:
    service.start()
    other = Service(service.data.parent, {"FEEDBACK_SITE": str(site.folder)})
    other.environment["FEEDBACK_STORE"] = f"tinydb:{service.data}2"

    result = other.run("serve", f"--port={service.port}")

    assert result.returncode != 0
    assert "address already in use" in result.stderr


def test_new_build_is_served_without_a_restart(service: Service, site: SmallSite) -> None:
    service.start()
    before = post_comment(service, site, wording="f" * 16)
    document = json.loads((site.folder / "sections.json").read_text("utf-8"))
    for section in document["sections"]:
        for text in section["languages"].values():
            text["fingerprint"] = "f" * 16
    write_sections(site.folder / "sections.json", document)

    deadline = time.monotonic() + 10
    while post_comment(service, site, wording="f" * 16).status != 201:
        assert time.monotonic() < deadline
        os.sched_yield()

    assert before.status == 422
    assert post_comment(service, site).status == 201


def test_log_holds_no_address_and_no_query(service: Service, site: SmallSite) -> None:
    service.start()
    post_comment(service, site, body="a very private body")
    service.ask("GET", "/healthz?secret=words")
    service.end()

    log = service.log.read_text()
    assert "POST /api/v1/comments 201" in log
    assert "GET /healthz 200" in log
    for private in ("private body", "secret=words", "127.0.0.1:5", "127.0.0.1:4", "127.0.0.1:3"):
        assert private not in log.replace(f"127.0.0.1:{service.port}", "")


def test_leftovers_of_a_kill_need_no_hand(service: Service, site: SmallSite) -> None:
    service.start()
    post_comment(service, site)
    service.kill()
    leftover = service.data / "waiting" / ".000000.json.tmp"
    leftover.write_bytes(b"half")

    service.start()

    assert not leftover.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_service_stopped_while_it_starts_ends_cleanly(service: Service, number: int) -> None:
    pipe = service.data.parent / "site" / "sections.json"
    pipe.unlink()
    os.mkfifo(pipe)  # whoever reads it waits
    process = service.spawn()
    with pipe.open("wb"):  # returns when the service has begun to read
        process.send_signal(number)
        assert process.wait(STOP_SECONDS) == 0

    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
