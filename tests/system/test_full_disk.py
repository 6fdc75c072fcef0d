"""No space left: told apart, reading goes on, and posting works again when space returns."""

import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.conftest import SmallSite, post_comment
from tests.system.running import Answer, Service, comment_body

FILE_LIMIT = 20_000
RETURN_SECONDS = 1
"""After space has returned; the issue's own figure."""
FULL = {
    "en": "There is no space left to store this",
    "pt": "Não há mais espaço para gravar isto",
    "ru": "Нет места, чтобы это сохранить",
}
PR_CAPBSET_DROP = 24  # linux/prctl.h
CAP_DAC_OVERRIDE = 1  # linux/capability.h


def _limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, resource.RLIM_INFINITY))


def _obey_permissions() -> None:
    """Make permissions bind root as well; nobody else has the capability that is dropped here."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def _told(service: Service, site: SmallSite, language: str) -> str:
    """The title of what a commenter in this language is told."""
    body = comment_body(site.language)
    headers = {"Accept-Language": language}
    title: str = service.ask("POST", "/api/v1/comments", body, headers).body["title"]
    return title


def _own(service: Service, posted: Answer) -> int:
    receipt = {"Authorization": f"Receipt {posted.body['receipt']}"}
    return service.ask("GET", "/api/v1/receipt", headers=receipt).status


def test_file_that_may_not_grow_is_told_as_full_and_reading_goes_on(
    service: Service, site: SmallSite
) -> None:
    service.start(_limit_files)
    answers = [post_comment(service, site, body="x" * 3_000) for _ in range(10)]

    taken = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status != 201]
    assert taken
    assert {(answer.status, answer.body["code"]) for answer in refused} == {(507, "store-full")}
    assert {_own(service, answer) for answer in taken} == {200}

    service.kill()
    service.start()
    assert {_own(service, answer) for answer in taken} == {200}
    assert post_comment(service, site, body="x" * 3_000).status == 201


def _as_root(*command: str) -> None:
    prefix = () if os.geteuid() == 0 else ("sudo", "-n")
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(
            f"{command[0]}: {done.stderr.strip()} A disk that is full can only be made by root:"
            " run scripts/test as root, or let this account use sudo without a password."
        )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    options = f"size=1m,mode=700,uid={os.getuid()},gid={os.getgid()}"
    _as_root("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    yield folder
    _as_root("umount", "--lazy", str(folder))


def test_full_disk_is_told_survives_a_restart_and_ends_with_the_shortage(
    service: Service, site: SmallSite, small_disk: Path
) -> None:
    service.environment["FEEDBACK_STORE"] = f"tinydb:{small_disk / 'data'}"
    service.start()
    first = post_comment(service, site)
    filler = small_disk / "filler"
    _fill(filler)

    full = post_comment(service, site)
    assert (full.status, full.body["code"]) == (507, "store-full")
    assert {language: _told(service, site, language) for language in FULL} == FULL
    assert _own(service, first) == 200
    assert service.ask("GET", "/readyz").status == 200

    service.kill()
    service.start()
    assert post_comment(service, site).status == 507
    assert _own(service, first) == 200

    filler.unlink()
    began = time.monotonic()
    while (again := post_comment(service, site)).status != 201:
        assert time.monotonic() - began < RETURN_SECONDS, again
    took = time.monotonic() - began
    print(f"posts work {took:.3f} seconds after space has returned")
    assert took < RETURN_SECONDS


def test_read_only_disk_lets_the_service_start_and_read_and_ends_with_it(
    service: Service, site: SmallSite, small_disk: Path
) -> None:
    service.environment["FEEDBACK_STORE"] = f"tinydb:{small_disk / 'data'}"
    service.start()
    first = post_comment(service, site)
    service.end()
    _remount(small_disk, "ro")

    service.start()
    refused = post_comment(service, site)
    assert (refused.status, refused.body["code"]) == (503, "store-read-only")
    assert _own(service, first) == 200

    _remount(small_disk, "rw")
    assert post_comment(service, site).status == 201


def test_folder_that_may_not_be_written_any_more_is_told_and_ends_with_it(
    service: Service, site: SmallSite
) -> None:
    service.start(_obey_permissions)
    first = post_comment(service, site)
    folder = service.data / "waiting"
    folder.chmod(0o500)
    refused = post_comment(service, site)
    folder.chmod(0o700)

    assert (refused.status, refused.body["code"]) == (503, "store-read-only")
    assert _own(service, first) == 200
    assert post_comment(service, site).status == 201


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def _remount(folder: Path, mode: str) -> None:
    _as_root("mount", "-o", f"remount,{mode}", str(folder))
