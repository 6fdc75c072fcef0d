"""Four stores that are broken on purpose: the harnesses must say so, and what is wrong with each.

A kill cannot show that nothing is flushed, for what was written stays in the kernel's memory; the
replay of a power cut shows it. See broken_service for how each is broken.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.over_http import Player
from tests.system.conftest import lay_small_site
from tests.system.running import Service

MakePlayer = Callable[[str], Player]


@pytest.fixture
def make_player(tmp_path: Path) -> Iterator[MakePlayer]:
    """A service whose store is broken so, at work."""
    players: list[Player] = []

    def make(broken: str) -> Player:
        site = lay_small_site(tmp_path / "site")
        settings = {
            "FEEDBACK_SITE": str(site.folder),
            "BROKEN": broken,
        }
        module = "tests.faults.broken_service" if broken else "feedback_api"
        player = Player(Service(tmp_path, settings, module=module), site)
        players.append(player)
        player.start()
        return player

    yield make
    for player in players:
        player.end()


def test_stock_storage_that_dies_before_it_truncates_is_noticed(
    make_player: MakePlayer, tmp_path: Path
) -> None:
    player = make_player("stock JSONStorage")
    player.commenter.padding = " and more" * 100  # what is left of it is shorter
    erased, _ = player.post(), player.post()
    with player.tracer(tmp_path / "trace", "-e", "inject=ftruncate:signal=SIGKILL:when=1"):
        player.erase(erased)

    assert [fault.kind for fault in player.kill_and_look()] == ["stuck"]


def test_cache_that_is_not_written_is_noticed(make_player: MakePlayer) -> None:
    player = make_player("CachingMiddleware")
    player.post()

    assert [fault.kind for fault in player.kill_and_look()] == ["stuck"]  # the file is empty


def test_forgotten_keys_are_noticed(make_player: MakePlayer) -> None:
    player = make_player("no idempotency")
    player.retry(player.post())

    assert [fault.kind for fault in player.commenter.faults] == ["doubled"]


def test_writing_without_flushing_is_noticed(make_player: MakePlayer, tmp_path: Path) -> None:
    player = make_player("no fsync")
    player.post()

    found = player.faults_after_a_power_cut(tmp_path)

    assert {fault.kind for fault in found} == {"lost", "stuck"}


def test_nothing_is_wrong_with_ours(make_player: MakePlayer, tmp_path: Path) -> None:
    player = make_player("")
    player.retry(player.post())

    assert player.faults_after_a_power_cut(tmp_path) == []
    assert player.kill_and_look() == []
