"""Addresses and searches with a NUL in them, which PostgreSQL's text cannot hold: never a 500."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from feedback_api.services.editors import add_editor
from feedback_api.settings import read_settings
from feedback_api.stores import open_store
from feedback_api.web.api_table import API_TABLE
from feedback_api.web.page_table import PAGE_TABLE
from tests.fakes.memory_editors import PlainPassphrases
from tests.fakes.sections_json import FINGERPRINTS, sections_json
from tests.web.reading import EDITOR, PASSPHRASE, OpenClient, posted, signed_in

SECTION, WORDING = next(iter(FINGERPRINTS.items()))
KNOWN = {
    "lang": "aa",
    "language": "aa",
    "section": SECTION,
    "page": SECTION,
    "fingerprint": WORDING,
}
ROWS = [row for row in (*API_TABLE, *PAGE_TABLE) if "{" in row.path]
FILTERS = ("text", "section", "page", "language", "cycle", "agenda", "assignee", "order")


@pytest.fixture
def editor(database_url: str, tmp_path: Path, open_client: OpenClient) -> Iterator[TestClient]:
    sections = tmp_path / "sections.json"
    sections.write_text(json.dumps(sections_json()), encoding="utf-8")
    settings = read_settings(
        {
            "FEEDBACK_STORE": database_url,
            "FEEDBACK_SECRET": "s" * 32,
            "FEEDBACK_SECTIONS": str(sections),
        }
    )
    with ExitStack() as opened:
        stored = open_store(settings, opened).services
        services = replace(stored, passphrases=PlainPassphrases())
        add_editor(EDITOR, PASSPHRASE, services=services)
        yield signed_in(open_client(over=services))


def test_address_with_a_nul_is_refused(editor: TestClient) -> None:
    for row in ROWS:
        names = re.findall(r"{(\w+)}", row.path)
        for odd in names:
            filled = {name: KNOWN.get(name, "x") for name in names} | {odd: "a%00"}
            path = row.path
            for name, value in filled.items():
                path = path.replace(f"{{{name}}}", value)
            answer = editor.request(row.method, path)
            assert 300 <= answer.status_code < 500, (row.method, path)


def test_filter_with_a_nul_is_refused_or_finds_nothing(editor: TestClient) -> None:
    for path in ("/api/v1/comments", "/review"):
        for name in FILTERS:
            answer = editor.get(path, params={name: "a\0"})
            assert answer.status_code in (200, 422), (path, name)


def test_comment_with_a_nul_is_refused(editor: TestClient) -> None:
    usual = posted(section=SECTION, wording=WORDING, language="aa")

    for name in ("section", "language", "wording", "invitation", "body"):
        answer = editor.post("/api/v1/comments", json={**usual, name: "a\0"})
        assert answer.status_code in (403, 422), name
