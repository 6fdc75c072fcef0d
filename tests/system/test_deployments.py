"""A real service whose sections.json is replaced: states and mails whatever is deployed, and when.

A last comment, the canary, comes or goes with each deployment: comments follow the text in the
order in which they were made, so once the canary has followed, all others have.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import EventKind
from feedback_api.domain.identity import CommentId, EditorName, LanguageCode
from feedback_api.domain.publication import mark_of
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.tinydb_store import TinydbStore
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.sections_json import FINGERPRINTS
from tests.system.conftest import SmallSite
from tests.system.mail_server import PATIENCE_SECONDS, MailServer
from tests.system.running import EDITOR, PASSPHRASE, Service, comment_body

FIRST, SECOND, BUILT = "a" * 40, "b" * 40, "c" * 40
CANARY = "canary"
MANY = 150
MAILED_EVERY = 50


@dataclass(slots=True)
class _Forge:
    """A service with a mail server, the text it publishes, and comments by name."""

    service: Service
    mails: MailServer
    site: SmallSite
    ids: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    canary_is_in: bool = False

    def put(self, applied: dict[str, str], reverts: dict[str, int]) -> None:
        """Replace the text by a revision whose history says that of comments' ids."""
        path = self.site.folder / "sections.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        document["revision"]["commit"] = BUILT
        document["applied"] = {mark_of(CommentId(one)): applied[one] for one in applied}
        document["reverts"] = {mark_of(CommentId(one)): reverts[one] for one in reverts}
        staged = path.with_suffix(".staged")
        staged.write_text(json.dumps(document), encoding="utf-8")
        staged.replace(path)

    def deploy(self, commit: str | None, *, reverts: int = 0) -> None:
        """Publish a revision with or without all comments, and wait until the service follows."""
        self.canary_is_in = not self.canary_is_in
        others = [self.ids[name] for name in self.ids if name != CANARY]
        applied = dict.fromkeys(others, commit) if commit else {}
        if self.canary_is_in:
            applied[self.ids[CANARY]] = FIRST
        self.put(applied, dict.fromkeys(others, reverts) if reverts else {})
        state = "published" if self.canary_is_in else "accepted"
        _until(lambda: bool(self.shown(CANARY)["state"] == state))

    def shown(self, name: str) -> Any:
        """A comment as its receipt shows it."""
        headers = {"Authorization": f"Receipt {self.receipts[name]}"}
        answer = self.service.ask("GET", "/api/v1/receipt", headers=headers)
        assert answer.status == 200, answer.body
        return answer.body

    def states(self) -> set[tuple[str, str | None]]:
        """Of all but the canary, with their commits."""
        shown = [self.shown(name) for name in self.ids if name != CANARY]
        return {(one["state"], one["commit"]) for one in shown}

    def post(self, name: str, language: str, **fields: str) -> None:
        body = comment_body(language, **fields)
        answer = self.service.ask("POST", "/api/v1/comments", body)
        assert answer.status == 201, answer.body
        self.ids[name], self.receipts[name] = answer.body["id"], answer.body["receipt"]

    def post_with_address(self, name: str, language: str) -> None:
        """A comment whose writer wants mail."""
        self.post(name, language, email=_address(name))
        path = self.mails.next(_address(name)).link("confirm")
        assert self.service.post_form(path, urlencode({})).status == 200

    def accept(self, name: str, language: str) -> None:
        account = {"name": EDITOR, "passphrase": PASSPHRASE}
        session = self.service.ask("POST", "/api/v1/session", account)
        headers = {"Authorization": f"Bearer {session.body['token']}"}
        address = f"/api/v1/comments/{self.ids[name]}"
        version = self.service.ask("GET", address, headers=headers).body["version"]
        decision = {"outcome": "accepted", "reason": "Yes.", "reason_language": language}
        answer = self.service.ask(
            "POST", f"{address}/decision", {**decision, "version": version}, headers
        )
        assert answer.status == 200, answer.body

    def assert_no_mail(self) -> None:
        """Mails go out in their order: once a later one is there, none was before it."""
        later = f"later{time.monotonic_ns()}@example.net"
        body = comment_body(self.site.language, email=later)
        assert self.service.ask("POST", "/api/v1/comments", body).status == 201
        self.mails.next(later)
        assert [name for name in self.ids if self.mails.unread(_address(name))] == []


def _address(name: str) -> str:
    return f"{name}@example.net"


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        os.sched_yield()


@pytest.fixture
def forge(service: Service, site: SmallSite) -> Iterator[_Forge]:
    """Not started yet."""
    mails = MailServer().start()
    service.environment |= {
        "FEEDBACK_SMTP": f"smtp://127.0.0.1:{mails.port}",
        "FEEDBACK_MAIL_FROM": "code@example.org",
        "FEEDBACK_COMMITS": "https://forge.example.org/code/commit/",
    }
    made = service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr
    yield _Forge(service, mails, site)
    mails.stop()


def test_states_and_mails_are_right_whatever_is_deployed(forge: _Forge) -> None:
    published = {"pt": "O resultado do seu comentário foi publicado",
                 "ru": "Итог вашего комментария опубликован"}  # fmt: skip
    taken_back = {"pt": "O que resultou do seu comentário foi desfeito",
                  "ru": "Изменение по вашему комментарию отменено"}  # fmt: skip
    forge.service.start()
    for name in published:
        forge.post_with_address(name, name)
        forge.accept(name, name)
        forge.mails.next(_address(name))
    forge.post(CANARY, forge.site.language)
    forge.accept(CANARY, forge.site.language)

    def assert_told(subjects: dict[str, str]) -> None:
        told = {name: forge.mails.next(_address(name)).subject for name in subjects}
        assert told == subjects

    forge.deploy(FIRST)
    assert forge.states() == {("published", FIRST)}
    assert_told(published)

    forge.deploy(FIRST)  # the same again
    forge.service.end()
    forge.service.start()
    forge.deploy(FIRST)  # and again after a restart
    forge.deploy(SECOND)  # the same change, its commit rebased
    assert forge.states() == {("published", SECOND)}

    forge.deploy(None)  # an older revision
    assert forge.states() == {("accepted", None)}
    forge.service.kill()
    forge.service.start()
    forge.deploy(SECOND)  # and the newer one
    assert forge.states() == {("published", SECOND)}
    forge.assert_no_mail()

    forge.deploy(None, reverts=1)
    assert forge.states() == {("accepted", None)}
    assert_told(taken_back)

    forge.deploy(SECOND)  # an older revision
    assert forge.states() == {("published", SECOND)}
    forge.deploy(None, reverts=1)
    forge.assert_no_mail()

    forge.deploy(FIRST, reverts=2)  # the revert was reverted
    assert forge.states() == {("published", FIRST)}
    assert_told(published)
    forge.assert_no_mail()
    for identifier in forge.ids.values():
        assert identifier not in forge.service.log.read_text()


def _accepted(number: int, site: SmallSite) -> Comment:
    """Every MAILED_EVERYth wants mail, and was told of the decision."""
    decision = Decision(
        outcome=State.ACCEPTED,
        reason="Yes.",
        reason_language=LanguageCode(site.language),
        by=EditorName(EDITOR),
        at=START,
    )
    is_mailed = number % MAILED_EVERY == 0
    return usual_comment(
        number,
        language=site.language,
        wording=FINGERPRINTS["complaints-acknowledge"],
        submitted_at=START + timedelta(seconds=number),
        state=State.ACCEPTED,
        decision=decision,
        email=_address(str(number)) if is_mailed else None,
        email_confirmed_at=START if is_mailed else None,
    )


def test_service_killed_half_way_goes_on_where_it_was(forge: _Forge) -> None:
    data = forge.service.data
    data.mkdir(exist_ok=True)
    store = TinydbStore(data, OperatingSystemFiles())
    comments = [store.add(_accepted(number, forge.site)) for number in range(1, MANY + 1)]
    store.close()
    forge.service.environment["FEEDBACK_SECRET"] = "s" * 32
    forge.put({comment.id: FIRST for comment in comments}, {})

    forge.service.start()
    _until(lambda: _publications(data) > 0)
    forge.service.kill()
    left = _publications(data)
    forge.service.start()
    _until(lambda: _publications(data) == MANY)
    told = [
        forge.mails.next(_address(str(number))).subject
        for number in range(MAILED_EVERY, MANY + 1, MAILED_EVERY)
    ]
    forge.assert_no_mail()
    forge.service.end()

    assert 0 < left < MANY
    assert told == ["What came of your comment is published"] * (MANY // MAILED_EVERY)
    store = TinydbStore(data, OperatingSystemFiles())
    for comment in comments:
        stored = store.get(comment.id)
        assert [event.what for event in stored.events].count(EventKind.PUBLISHED) == 1
        assert (stored.state, stored.commit) == (State.PUBLISHED, FIRST)
    store.close()


def _publications(data: Path) -> int:
    """How many comments are published on disk: each names its commit there and in an event."""
    return (data / "waiting" / "000000.json").read_text(encoding="utf-8").count(FIRST) // 2
