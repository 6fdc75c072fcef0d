"""An erased text is in no kept answer any more, although nobody has asked since."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from feedback_api.app import create_app, in_hand
from feedback_api.services.editors import add_editor
from feedback_api.services.submit import submit
from feedback_api.settings import Settings, read_settings
from feedback_api.web.cached_answers import CachedAnswer
from feedback_api.web.kept_lists import KeptLists
from tests.fakes.comments import usual_draft
from tests.fakes.sections_json import FINGERPRINTS, sections_json, write_sections
from tests.system.running import EDITOR, PASSPHRASE, ROOT

SECTION = "complaints-acknowledge"
CANARY = "A canary sings."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    site = tmp_path / "site"
    site.mkdir()
    write_sections(site / "sections.json", sections_json(["en", "pt"], source="en"))
    return read_settings(
        {
            "FEEDBACK_STORE": f"tinydb:{tmp_path / 'data'}",
            "FEEDBACK_SITE": str(site),
            "FEEDBACK_LANGUAGES": str(ROOT / "languages"),
            "FEEDBACK_ORIGIN": "http://testserver",
            "FEEDBACK_SECRET": "s" * 40,
        }
    )


def _receipt_of_a_public_comment(settings: Settings) -> str:
    draft = usual_draft(section=SECTION, language="en", wording=FINGERPRINTS[SECTION], body=CANARY)
    with in_hand(settings) as services:
        add_editor(EDITOR, PASSPHRASE, services=services)
        sent = submit(draft, idempotency_key=None, services=services)
        services.comments.change(sent.comment.id, lambda comment: replace(comment, public=True))
    return sent.receipt


def _kept() -> Iterator[bytes]:
    """All answers that are kept anywhere in this process."""
    for thing in gc.get_objects():
        if isinstance(thing, CachedAnswer):
            yield thing.body
        elif isinstance(thing, KeptLists):
            yield from (body for _, body in thing.__dict__["_kept"].values())


def test_erased_text_is_in_no_kept_answer(settings: Settings) -> None:
    receipt = _receipt_of_a_public_comment(settings)
    app = create_app(settings)
    gc.unfreeze()  # what was made at the start, too, must be found
    with TestClient(app) as client:
        account = {"name": EDITOR, "passphrase": PASSPHRASE}
        token = client.post("/api/v1/session", json=account).json()["token"]
        for path in (f"/api/v1/sections/{SECTION}", "/feedback/en/feed.atom", "/api/v1/comments"):
            shown = client.get(path, headers={"Authorization": f"Bearer {token}"})
            assert CANARY in shown.text
        assert sum(CANARY.encode() in body for body in _kept()) == 3

        own = {"Authorization": f"Receipt {receipt}"}
        assert client.post("/api/v1/receipt/erase", headers=own).status_code == 204

    gc.collect()  # the writer has finished; what the requests were made of is garbage
    assert not any(CANARY.encode() in body for body in _kept())
