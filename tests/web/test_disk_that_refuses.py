"""Every operation that changes something, while the disk is full or read-only.

Each is told so with its own status and words, changes nothing, and works once the disk does again.
"""

import errno
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services import Services
from feedback_api.services.data_requests import data_token
from feedback_api.services.editors import add_editor, change_passphrase
from feedback_api.services.email_links import Purpose, link_token
from feedback_api.services.emails import confirm_email
from feedback_api.services.ports import CommentQuery
from feedback_api.services.prepare import prepare
from feedback_api.services.review import decide, set_public
from feedback_api.services.submit import submit
from feedback_api.services.support import second
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.tinydb_store import TinydbStore
from feedback_api.web.api_table import API_TABLE
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.routes import WebOptions, build_app
from tests.fakes.clockwork import START, SteppingClock
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import usual_draft
from tests.fakes.failing_disk import FailingDisk, Fault
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.published import SECTION, SOURCE
from tests.web.following import closed, open_cycle
from tests.web.reading import (
    EDITOR,
    PASSPHRASE,
    entered,
    form_values,
    posted,
    signed_in,
)
from tests.web.reviewed_cycle import lay_cycles
from tests.web.small_site import lay_languages, lay_site

ANA = EditorName(EDITOR)
CHANGES = {row.key: row for row in (*API_TABLE, *PAGE_TABLE) if row.method != "GET"}
SUPPORTER = "s" * 22
EMAIL = "silva@example.org"
DECISION = {"outcome": "declined", "reason": "It stays.", "reason_language": SOURCE}
DISKS = {
    "full": (errno.ENOSPC, 507, "store-full", "when the operator has made space"),
    "read-only": (errno.EROFS, 503, "store-read-only", "when the operator has mended it"),
}
STORES_NOTHING = {
    "POST /api/v1/invitation",
    "POST /api/v1/session",
    "POST /feedback/invitation",
    "POST /feedback/invitation/forget",
    "POST /feedback/my-data",
    "POST /feedback/my-data/data",
    "POST /feedback/my-data/text",
    "POST /feedback/receipt",
    "POST /feedback/receipt/data",
    "POST /feedback/receipt/file",
    "POST /feedback/receipt/text",
    "POST /review/sign-in",
    "POST /review/sign-in/ended",
    "POST /review/{comment}/template",
}
"""They answer with a page, or with a cookie."""
STORES_ELSEWHERE = {
    "POST /api/v1/proposals",
    "POST /review/cycles/{cycle}/collect",
    "POST /review/cycles/{cycle}/propose",
    "POST /review/deliveries/again",
    "POST /review/{comment}/propose",
}
"""A repository, a preview in between, a thread of its own: each has its tests where it has them."""


@dataclass(slots=True)
class World:
    """The service over TinyDB files on a disk that may refuse; an editor is signed in."""

    services: Services
    client: TestClient
    disk: FailingDisk
    csrf: str = ""
    tests: int = 0

    @property
    def cycle(self) -> CycleId:
        """One for each test."""
        return CycleId(f"{2027 + self.tests}-1")

    def begin(self) -> None:
        """A new test: the same clock, a session, no cycle."""
        self.tests += 1
        self.disk.fails_always = None
        lay_cycles(self.services)
        change_passphrase(EDITOR, PASSPHRASE, services=self.services)
        self.set_clock(START)

    def set_clock(self, moment: datetime) -> None:
        """A session begins then."""
        assert isinstance(self.services.clock, SteppingClock)
        self.services.clock.time = moment
        self.client.cookies.clear()
        signed_in(self.client)
        self.client.cookies.set("supporter", SUPPORTER)
        self.csrf = form_values(self.client.get("/review/templates"))["csrf"]

    def comment(self, **fields: Any) -> Comment:
        """A new one."""
        return self.submitted(**fields)[0]

    def submitted(self, **fields: Any) -> tuple[Comment, str]:
        """A new one, and its receipt."""
        sent = submit(usual_draft(**fields), idempotency_key=None, services=self.services)
        return sent.comment, sent.receipt

    def prepared(self) -> Comment:
        """One with a decision that waits to be announced."""
        return prepare(
            self.comment().id, _draft(), editor=ANA, expected_version=1, services=self.services
        )

    def decided(self, **fields: Any) -> tuple[Comment, str]:
        """One with a decision in force, and its receipt."""
        comment, receipt = self.submitted(**fields)
        done = decide(comment.id, _draft(), editor=ANA, expected_version=1, services=self.services)
        return done, receipt

    def shown(self) -> Comment:
        """One that readers see."""
        return set_public(
            self.comment().id, True, editor=ANA, expected_version=1, services=self.services
        )

    def objectionable(self) -> str:
        """The receipt of one to whose decision its commenter may object."""
        cycle = open_cycle(self.services, id=self.cycle)
        _, receipt = self.decided()
        closed(self.services, cycle, cycle.closes + timedelta(days=1))
        return receipt

    def over(self) -> None:
        """A cycle whose comments are no longer taken, and which is not closed."""
        cycle = open_cycle(self.services, id=self.cycle)
        self.set_clock(cycle.closes + timedelta(days=1))

    def later_cycle(self) -> str:
        open_cycle(self.services, id=self.cycle, opens=usual_cycle().opens)
        return self.cycle

    def template(self) -> str:
        self.services.templates.put(
            AnswerTemplate(id="thanks", name="Thanks", texts={SOURCE: "Thank you."})
        )
        return "thanks"

    def email_link(self, purpose: Purpose) -> str:
        comment = self.comment(email=EMAIL)
        token = link_token(comment, purpose, self.services.secrets)
        return f"?token={token}"

    def data_link(self) -> tuple[str, Comment]:
        comment = self.comment(email=EMAIL)
        confirm = link_token(comment, Purpose.CONFIRM, self.services.secrets)
        confirm_email(confirm, services=self.services)
        now = self.services.clock.now()
        return f"?token={data_token(EMAIL, now=now, secrets=self.services.secrets)}", comment


@dataclass(frozen=True, slots=True)
class Ask:
    """What an operation is asked with; `names` stand in its path."""

    body: dict[str, Any]
    names: dict[str, str]
    query: str = ""
    receipt: str = ""


def _draft() -> DecisionDraft:
    return DecisionDraft(outcome=State.DECLINED, reason="It stays.", reason_language=SOURCE)


def _on(comment: Comment, **body: Any) -> Ask:
    return Ask({**body, "version": comment.version}, {"comment": comment.id})


def _by_receipt(receipt: str, **body: Any) -> Ask:
    return Ask(body, {}, receipt=receipt)


def _seconded(world: World) -> Ask:
    comment = world.shown()
    second(comment.id, SUPPORTER, services=world.services)
    return _second(comment)


def _second(comment: Comment) -> Ask:
    names = {"comment": comment.id, "lang": SOURCE, "section": SECTION}
    return Ask({"confirm": "yes"}, names)


def _closing(world: World) -> Ask:
    world.over()
    return Ask({}, {"cycle": world.cycle})


def _summing_up(world: World, **body: Any) -> Ask:
    open_cycle(world.services, id=world.cycle)
    return Ask(body, {"cycle": world.cycle, "section": SECTION})


def _erasing_own(world: World) -> Ask:
    query, comment = world.data_link()
    return Ask({f"comment-{comment.id}": "yes", "confirm": "yes"}, {}, query)


def _announcing(world: World) -> Ask:
    open_cycle(world.services, id=world.cycle)
    comment = world.prepared()
    return Ask({f"pick-{comment.id}": str(comment.version)}, {"cycle": world.cycle})


def _announcing_by_program(world: World) -> Ask:
    comment = world.prepared()
    return Ask({"comments": [{"id": comment.id, "version": comment.version}]}, {})


def _changing_passphrase(world: World) -> Ask:
    del world
    new = "nine green lanterns"
    return Ask({"present": PASSPHRASE, "passphrase": new, "again": new}, {})


Asking = Callable[[World], Ask]
ON_A_COMMENT: dict[str, Asking] = {
    "begin": lambda w: _on(w.comment()),
    "publicity": lambda w: _on(w.comment(), public=True),
    "assign": lambda w: _on(w.comment(), assignee=EDITOR),
    "note": lambda w: _on(w.comment(), body="A note."),
    "gloss": lambda w: _on(w.comment(), text="In short.", language=SOURCE),
    "question": lambda w: _on(w.comment(), body="Which week?", language=SOURCE),
    "decision": lambda w: _on(w.comment(), **DECISION),
    "merge": lambda w: _on(w.comment(), duplicate_of=w.comment().id),
    "defer": lambda w: _on(w.comment(), deferred_to=w.later_cycle()),
    "prepare": lambda w: _on(w.comment(), **DECISION),
    "unprepare": lambda w: _on(w.prepared()),
    "undo": lambda w: _on(w.decided()[0]),
}
STORES: dict[str, Asking] = {
    **{f"POST /api/v1/comments/{{comment}}/{name}": ask for name, ask in ON_A_COMMENT.items()},
    **{f"POST /review/{{comment}}/{name}": ask for name, ask in ON_A_COMMENT.items()},
    "POST /review/{comment}/take": lambda w: _on(w.comment()),
    "POST /review/{comment}/announce": lambda w: _on(w.prepared()),
    "POST /review/{comment}/erase": lambda w: Ask(
        {"why": "Asked by letter.", "confirm": "yes"}, {"comment": w.comment().id}
    ),
    "POST /api/v1/comments/{comment}/erase": lambda w: Ask(
        {"why": "Asked by letter."}, {"comment": w.comment().id}
    ),
    "POST /api/v1/comments": lambda w: Ask(posted(), {}),
    "POST /feedback/{lang}/{section}": lambda w: Ask(
        entered(), {"lang": SOURCE, "section": SECTION}
    ),
    "POST /api/v1/comments/{comment}/second": lambda w: Ask({}, {"comment": w.shown().id}),
    "POST /api/v1/comments/{comment}/unsecond": lambda w: replace(_seconded(w), body={}),
    "POST /feedback/{lang}/{section}/comments/{comment}/second": lambda w: _second(w.shown()),
    "POST /feedback/{lang}/{section}/comments/{comment}/unsecond": _seconded,
    "POST /api/v1/receipt/reply": lambda w: _by_receipt(w.submitted()[1], body="More."),
    "POST /api/v1/receipt/object": lambda w: _by_receipt(w.objectionable(), body="Not so."),
    "POST /api/v1/receipt/withdraw": lambda w: _by_receipt(w.submitted()[1]),
    "POST /api/v1/receipt/erase": lambda w: _by_receipt(w.submitted()[1]),
    "POST /feedback/receipt/reply": lambda w: _by_receipt(w.submitted()[1], body="More."),
    "POST /feedback/receipt/object": lambda w: _by_receipt(
        w.objectionable(), body="Not so.", confirm="yes"
    ),
    "POST /feedback/receipt/withdraw": lambda w: _by_receipt(w.submitted()[1], confirm="yes"),
    "POST /feedback/receipt/erase": lambda w: _by_receipt(w.submitted()[1], confirm="yes"),
    "POST /feedback/email/confirm": lambda w: Ask({}, {}, w.email_link(Purpose.CONFIRM)),
    "POST /feedback/email/unsubscribe": lambda w: Ask({}, {}, w.email_link(Purpose.UNSUBSCRIBE)),
    "POST /feedback/my-data/erase": _erasing_own,
    "POST /api/v1/cycles/{cycle}/close": _closing,
    "POST /review/cycles/{cycle}/close": _closing,
    "POST /api/v1/cycles/{cycle}/summaries": lambda w: _summing_up(
        w, section=SECTION, language=SOURCE, text="Many asked."
    ),
    "POST /review/cycles/{cycle}/summaries/{section}": lambda w: _summing_up(
        w, **{f"text-{SOURCE}": "Many asked.", f"was-{SOURCE}": ""}
    ),
    "POST /api/v1/announcements": _announcing_by_program,
    "POST /review/cycles/{cycle}/announce": _announcing,
    "POST /api/v1/templates": lambda w: Ask({"name": "Sorry", "texts": {SOURCE: "Sorry."}}, {}),
    "POST /api/v1/templates/{template}/remove": lambda w: Ask({}, {"template": w.template()}),
    "POST /review/templates": lambda w: Ask({"name": "Sorry", f"text-{SOURCE}": "Sorry."}, {}),
    "POST /review/templates/{template}": lambda w: Ask(
        {"name": "Sorry", f"text-{SOURCE}": "Sorry."}, {"template": w.template()}
    ),
    "POST /review/templates/{template}/remove": lambda w: Ask({}, {"template": w.template()}),
    "POST /review/sign-out": lambda w: Ask({}, {}),
    "POST /review/passphrase": _changing_passphrase,
    "DELETE /api/v1/session": lambda w: Ask({}, {}),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("data")
    disk = FailingDisk()
    place = DocumentsFolder(folder, disk)
    store = TinydbStore(folder, disk)
    services = replace(
        fake_services(),
        comments=store,
        reads=store.index,
        editors=KeptEditors(place),
        records=KeptCycles(place),
        templates=KeptTemplates(place),
        invitations=KeptInvitations(place),
    )
    add_editor(EDITOR, PASSPHRASE, services=services)
    site = lay_site(tmp_path_factory.mktemp("site"))
    options = WebOptions(
        origin="http://testserver",
        site_origin="http://testserver",
        site=site,
        languages=lay_languages(site.parent, "pt"),
    )
    client = TestClient(build_app(services, options), follow_redirects=False)
    yield World(services, client, disk)
    store.close()


@pytest.fixture
def world(served: World) -> World:
    served.begin()
    return served


def _asked(world: World, key: str, ask: Ask) -> Response:
    row = CHANGES[key]
    path = re.sub(r"{(\w+)}", lambda name: ask.names[name[1]], row.path) + ask.query
    if not row.path.startswith("/api/"):
        form = {
            name: str(value).lower() if value is True else value for name, value in ask.body.items()
        }
        form |= {"receipt": ask.receipt} if ask.receipt else {}
        form |= {"csrf": world.csrf} if row.path.startswith("/review/") else {}
        answer: Response = world.client.post(
            path, data=form or {"a": ""}, headers={"accept": "text/html"}
        )
        return answer
    headers = {"X-CSRF-Token": world.csrf}
    headers |= {"Authorization": f"Receipt {ask.receipt}"} if ask.receipt else {}
    return world.client.request(row.method, path, json=ask.body or None, headers=headers)


def test_every_change_is_one_of_these() -> None:
    assert {*STORES, *STORES_NOTHING, *STORES_ELSEWHERE} == set(CHANGES)
    assert len(STORES) + len(STORES_NOTHING) + len(STORES_ELSEWHERE) == len(CHANGES)


@pytest.mark.parametrize("key", STORES)
def test_disk_that_refuses_is_told_and_nothing_is_changed(world: World, key: str) -> None:
    ask = STORES[key](world)
    before = _kept(world)
    for number, status, code, advice in DISKS.values():
        world.disk.fails_always = Fault("write", number)

        refused = _asked(world, key, ask)

        if CHANGES[key].path.startswith("/api/"):
            assert (refused.status_code, refused.json()["code"]) == (status, code)
        else:
            assert refused.status_code in (status, 409)
        assert advice in refused.text
        assert _kept(world) == before
    world.disk.fails_always = None

    done = _asked(world, key, ask)

    assert done.status_code < 400, done.text
    assert _kept(world) != before


@pytest.mark.parametrize("key", sorted(STORES_NOTHING | STORES_ELSEWHERE))
def test_no_other_change_ends_in_a_fault_of_the_service(world: World, key: str) -> None:
    world.template()
    comment, receipt = world.submitted()
    open_cycle(world.services, id=world.cycle)
    names = {"comment": comment.id, "cycle": world.cycle}
    world.disk.fails_always = Fault("write", errno.ENOSPC)

    answer = _asked(world, key, Ask({"name": EDITOR, "passphrase": PASSPHRASE}, names, "", receipt))

    assert answer.status_code < 500


def _kept(world: World) -> list[object]:
    """All that is stored, as the services see it."""
    return [
        *world.services.reads.every(CommentQuery()),
        world.services.records.get(world.cycle),
        world.services.templates.all(),
        world.services.editors.all(),
    ]
