"""Some faults of the disk as a client of the running service sees them; see test_system_calls."""

from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.faults.over_http import Player
from tests.system.conftest import lay_small_site
from tests.system.running import Service, comment_body

SAMPLES = [
    ("openat:error=ENOSPC:when=2", 507),
    ("openat:error=EMFILE:when=1", 201),  # of what is replaced: it is only freed sooner
    ("openat:error=EMFILE:when=2", 503),
    ("write:error=EIO:when=1", 503),
    ("write:error=EINTR:when=1", 201),
    ("fsync:error=ENOSPC:when=1", 507),
    ("rename:error=EIO:when=1", 503),
    ("fsync:error=EIO:when=2", 503),
    ("close:error=EINTR:when=2", 503),
]
DEATHS = ["write:signal=SIGKILL:when=1", "rename:signal=SIGKILL:when=1"]


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    site = lay_small_site(tmp_path / "site")
    settings = {"FEEDBACK_SITE": str(site.folder)}
    player = Player(Service(tmp_path, settings), site)
    player.start()
    yield player
    player.end()


def test_failing_disk_is_told_and_the_same_post_is_taken_right_after(
    player: Player, tmp_path: Path
) -> None:
    player.post()
    for number, (inject, status) in enumerate(SAMPLES):
        key = {"Idempotency-Key": f"sample {number}"}
        body = comment_body(player.commenter.language, body=f"sample {number}")
        with player.tracer(tmp_path / "trace", "-e", f"inject={inject}") as tracer:
            failed = player.service.ask("POST", "/api/v1/comments", body, key)
        again = player.service.ask("POST", "/api/v1/comments", body, key)

        assert "INJECTED" in tracer.log.read_text("latin-1")
        assert (inject, failed.status, again.status) == (inject, status, 201)


@pytest.mark.parametrize("inject", DEATHS)
def test_post_that_killed_the_service_is_taken_by_its_retry(
    player: Player, tmp_path: Path, inject: str
) -> None:
    player.post()
    with (
        player.tracer(tmp_path / "trace", "-e", f"inject={inject}"),
        pytest.raises((OSError, HTTPException)),
    ):
        player.post()

    assert player.kill_and_look() == []
    player.retry(player.post())
    assert player.commenter.faults == []
