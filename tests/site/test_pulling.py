"""`scripts/review pull`: decided comments are fetched, and nothing else of them is kept."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from practice.apply_document import read_document
from practice.review_command import application

from .fake_service import TOKEN, FakeService, fake_service

FIRST, SECOND, THIRD = (f"0000000{number}-0000-4000-8000-000000000000" for number in (1, 2, 3))
ADDRESS = "bia@example.org"
WORDS = "what only editors read"
WORDING = "0123456789abcdef"
PLACE = f"/api/v1/sections/complaints-answer/wordings/en/{WORDING}"
BASE = {"title": "Answering", "markdown": "1. Listen.", "text_language": "en"}


@pytest.fixture
def service() -> Iterator[FakeService]:
    with fake_service() as fake:
        _list(fake, "accepted")
        _list(fake, "accepted-in-part")
        fake.answer("GET", PLACE, 200, {**BASE, "text": "Listen.", "is_current": True})
        yield fake


def _list(service: FakeService, state: str, *comments: dict[str, Any], total: int = 0) -> None:
    path = f"/api/v1/comments?state={state}&limit=200&offset=0"
    content = {"total": total or len(comments), "offset": 0, "comments": list(comments)}
    service.answer("GET", path, 200, content)


def _comment(comment: str = FIRST, state: str = "accepted", **other: object) -> dict[str, Any]:
    """As editors get it, with what is nobody else's business."""
    return {
        "id": comment,
        "section": "complaints-answer",
        "page": "complaints",
        "language": "en",
        "wording": WORDING,
        "role": "customer",
        "role_verified": False,
        "kind": "suggestion",
        "about": "rule",
        "body": WORDS,
        "suggestion": "1. Listen well.",
        "visibility": "public",
        "public": True,
        "name": "Bia",
        "email": ADDRESS,
        "state": state,
        "cycle": "2027-1",
        "decision": {
            "outcome": state,
            "reason": "Because.",
            "reason_language": "en",
            "at": "2027-03-01T09:00:00Z",
            "by": "ana",
        },
        "notes": [{"body": WORDS}],
        **other,
    }


def _pull(root: Path, service: FakeService, *ids: str, token: str = TOKEN) -> Result:
    flags = ["pull", *ids, "--service", service.origin, "--root", str(root)]
    return CliRunner().invoke(application, flags, env={"REVIEW_TOKEN": token})


def _kept(root: Path) -> Path:
    return root / "build" / "review" / "decided.json"


def test_accepted_comments_are_kept_with_their_base(tmp_path: Path, service: FakeService) -> None:
    _list(service, "accepted", _comment())
    _list(service, "accepted-in-part", _comment(SECOND, "accepted-in-part"))

    done = _pull(tmp_path, service)

    assert done.exit_code == 0, done.output
    first, second = read_document(_kept(tmp_path)).comments
    assert (first.id, first.outcome, first.name) == (FIRST, "accepted", "Bia")
    assert (second.id, second.outcome) == (SECOND, "accepted-in-part")
    assert first.base is not None
    assert first.base.markdown == "1. Listen."
    assert [path for _, path, _ in service.asked].count(PLACE) == 1


def test_nothing_personal_is_kept_and_only_the_owner_reads_it(
    tmp_path: Path, service: FakeService
) -> None:
    _list(service, "accepted", _comment(public=False, name="Bia Costa"))

    done = _pull(tmp_path, service)

    text = _kept(tmp_path).read_text(encoding="utf-8")
    for secret in (ADDRESS, WORDS, "Bia Costa", TOKEN):
        assert secret not in text
        assert secret not in done.output
    assert stat.S_IMODE(_kept(tmp_path).stat().st_mode) == 0o600


def test_token_goes_to_the_lists_alone(tmp_path: Path, service: FakeService) -> None:
    _list(service, "accepted", _comment())

    _pull(tmp_path, service)

    told = {path for _, path, token in service.asked if token}
    assert told == {path for _, path, _ in service.asked} - {PLACE}


def test_every_page_of_a_list_is_fetched(tmp_path: Path, service: FakeService) -> None:
    _list(service, "accepted", _comment(), total=2)
    following = "/api/v1/comments?state=accepted&limit=200&offset=1"
    content = {"total": 2, "offset": 1, "comments": [_comment(SECOND)]}
    service.answer("GET", following, 200, content)

    _pull(tmp_path, service)

    assert [one.id for one in read_document(_kept(tmp_path)).comments] == [FIRST, SECOND]


def test_comment_that_is_named_is_kept_undecided(tmp_path: Path, service: FakeService) -> None:
    waiting = _comment(THIRD, "in-review", decision=None)
    service.answer("GET", f"/api/v1/comments/{THIRD}", 200, waiting)

    done = _pull(tmp_path, service, THIRD)

    (comment,) = read_document(_kept(tmp_path)).comments
    assert (comment.state, comment.outcome) == ("in-review", None)
    assert f"{THIRD} complaints-answer (en) · in-review" in done.output


def test_wording_that_nobody_knows_is_no_base(tmp_path: Path, service: FakeService) -> None:
    _list(service, "accepted", _comment())
    service.answer("GET", PLACE, 404, {"code": "unknown-wording"})

    assert _pull(tmp_path, service).exit_code == 0
    assert read_document(_kept(tmp_path)).comments[0].base is None


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (401, {"code": "sign-in-needed"}, "not signed in"),
        (503, {"code": "store-failed"}, "503 store-failed"),
        (200, {"total": 1, "comments": [{"id": "../../etc"}]}, "unknown form"),
        (200, {"total": 1, "comments": [_comment(section="../x")]}, "unknown form"),
        (200, {"total": 1, "comments": [_comment(suggestion="\ud800")]}, "unknown form"),
        (200, b"<html>", "is not the feedback service"),
    ],
)
def test_failure_leaves_what_was_pulled_before(
    tmp_path: Path, service: FakeService, status: int, content: object, said: str
) -> None:
    _kept(tmp_path).parent.mkdir(parents=True)
    _kept(tmp_path).write_text("before", encoding="utf-8")
    path = "/api/v1/comments?state=accepted&limit=200&offset=0"
    service.answer("GET", path, status, content)

    done = _pull(tmp_path, service)

    assert (done.exit_code, said in done.output) == (1, True)
    assert [one.name for one in _kept(tmp_path).parent.iterdir()] == ["decided.json"]
    assert _kept(tmp_path).read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("name", [THIRD, "../comments", "x\x1b[2J"])
def test_comment_that_is_not_there_is_named(
    tmp_path: Path, service: FakeService, name: str
) -> None:
    done = _pull(tmp_path, service, name)

    assert (done.exit_code, "nothing was fetched" in done.output) == (1, True)
    assert "\x1b" not in done.output
    assert not _kept(tmp_path).exists()


def test_without_token_nobody_is_asked(tmp_path: Path, service: FakeService) -> None:
    done = _pull(tmp_path, service, token="")

    assert (done.exit_code, service.asked) == (1, [])
    assert "set REVIEW_TOKEN" in done.output


def test_document_is_what_the_contract_says(tmp_path: Path, service: FakeService) -> None:
    _list(service, "accepted", _comment())

    _pull(tmp_path, service)

    document = json.loads(_kept(tmp_path).read_text(encoding="utf-8"))
    assert list(document) == ["schema", "service", "pulled_at", "comments"]
    assert document["service"] == service.origin
    assert document["comments"][0]["base"] == BASE
