"""A provider that ends somebody's sessions while the store takes nothing tells it again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import StoreFull
from feedback_api.domain.identity import EditorName
from feedback_api.oidc.tokens import LOGOUT_EVENT
from feedback_api.services.ports import EditorStep
from tests.fakes.collaborators import fake_services
from tests.fakes.memory_editors import MemoryEditors
from tests.oidc.conftest import asked, make_board
from tests.oidc.lying_provider import LyingProvider, signed

ENDED = "/review/sign-in/ended"


class _EditorsOnADisk(MemoryEditors):
    """Changes nothing while it is full."""

    is_full = False

    def change(self, name: EditorName, step: EditorStep) -> Editor:
        if self.is_full:
            raise StoreFull
        return super().change(name, step)


@pytest.fixture
def liar() -> Iterator[LyingProvider]:
    provider = LyingProvider()
    provider.be_honest()
    yield provider
    provider.stop()


def test_logout_token_that_could_not_be_obeyed_may_come_again(
    tmp_path: Path, liar: LyingProvider
) -> None:
    editors = _EditorsOnADisk()
    services = replace(fake_services(), editors=editors)
    board = make_board(tmp_path, liar.issuer, services=services)
    query = asked(board.begin())
    liar.give(signed(liar.claims(nonce=query["nonce"])))
    board.client.get(f"/review/sign-in/callback?code=c&state={query['state']}")
    assert board.is_signed_in()
    claims = liar.claims(jti="a token", events={LOGOUT_EVENT: {}})
    token = signed({name: value for name, value in claims.items() if name != "nonce"})

    editors.is_full = True
    refused = board.client.post(ENDED, data={"logout_token": token})
    editors.is_full = False
    obeyed = board.client.post(ENDED, data={"logout_token": token})
    again = board.client.post(ENDED, data={"logout_token": token})

    assert [one.status_code for one in (refused, obeyed, again)] == [507, 200, 400]
    assert not board.is_signed_in()
