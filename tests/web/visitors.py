"""Everybody who may come to the service, for tests that let each of them try."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import UnknownComment
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.services import Services
from feedback_api.services.editors import end_sessions
from feedback_api.services.submit import submit
from feedback_api.web.operations import Operation
from feedback_api.web.permissions import Who
from feedback_api.web.sessions import IDLE, LASTS, Session, Sessions
from tests.fakes.clockwork import START
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import usual_draft
from tests.fakes.published import PAGE, SECTION, SOURCE, WORDING

SECRET_WORDS = "Not for strangers."
REFUSALS = {
    "sign-in-needed",
    "not-permitted",
    "not-from-our-page",
    "receipt-missing",
    "unknown-receipt",
}
_NOBODYS_RECEIPT = "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"
_IN_PATH = {
    "section": SECTION,
    "page": PAGE,
    "lang": SOURCE,
    "language": SOURCE,
    "fingerprint": WORDING,
    "name": "pages.js",
    "cycle": "2027-1",
    "template": "thanks",
    "format": "ods",
    "invitation": "x",
}


class HeldClock:
    """See Clock; it shows what it was set to, however often it is looked at."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True, slots=True)
class Visitor:
    """`role`: of the account that was signed in; `waits`: how long ago; `ended`: signed out since.

    `receipt`: which one is sent along, if any: "own" or "nobody's".
    """

    name: str
    who: frozenset[Who]
    receipt: str = ""
    role: AccountRole | None = None
    waits: timedelta = timedelta()
    ended: bool = False


_READER = frozenset({Who.READER})
VISITORS = (
    Visitor("reader", _READER),
    Visitor("commenter", _READER | {Who.COMMENTER}, receipt="own"),
    Visitor("commenter with a receipt that no comment has", _READER, receipt="nobody's"),
    Visitor("reviewer", _READER | {Who.REVIEWER}, role=AccountRole.REVIEWER),
    Visitor("editor", _READER | {Who.EDITOR}, role=AccountRole.EDITOR),
    Visitor("editor who signed out", _READER, role=AccountRole.EDITOR, ended=True),
    Visitor("editor 12 hours later", _READER, role=AccountRole.EDITOR, waits=LASTS),
    Visitor("editor 2 idle hours later", _READER, role=AccountRole.EDITOR, waits=IDLE),
)
READER, COMMENTER, NOBODY, REVIEWER, EDITOR, *OUT = VISITORS


@dataclass(slots=True)
class World:
    """A service over fakes; each try has a comment and an account of its own."""

    services: Services = field(default_factory=lambda: replace(fake_services(), clock=HeldClock()))
    tries: int = 0

    def comment(self) -> tuple[Comment, str]:
        """A new one, and its receipt."""
        sent = submit(usual_draft(body=SECRET_WORDS), idempotency_key=None, services=self.services)
        return sent.comment, sent.receipt

    def account(self, role: AccountRole) -> Editor:
        self.tries += 1
        account = Editor(
            name=EditorName(f"{role} {self.tries}"),
            passphrase_hash="x",
            added_at=START,
            session_epoch=1,
            account_role=role,
        )
        self.services.editors.add(account)
        return account

    def session(self, visitor: Visitor, *, for_program: bool = False) -> Session | None:
        """What the visitor comes with, which may hold no more."""
        if visitor.role is None:
            return None
        account = self.account(visitor.role)
        sessions = Sessions(self.services, secure=False)
        self._clock.time = START - visitor.waits
        session = sessions.begin(account, for_program=for_program)
        self._clock.time = START
        if visitor.ended:
            end_sessions(account.name, services=self.services)
        return session

    @property
    def _clock(self) -> HeldClock:
        assert isinstance(self.services.clock, HeldClock)
        return self.services.clock


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it; `comment` as it was before, `now` as it is, None where it was erased."""

    answer: Response
    comment: Comment
    now: Comment | None
    is_refused: bool


def try_it(
    world: World,
    client: TestClient,
    row: Operation,
    visitor: Visitor,
    *,
    query: str = "",
    comment: tuple[Comment, str] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Tried:
    """Ask for an operation on a comment as this visitor would."""
    given, receipt = comment or world.comment()
    answer = _ask(
        world, client, row, visitor, f"{address_of(row, given.id)}{query}", receipt, fields
    )
    return Tried(
        answer=answer,
        comment=given,
        now=_present(world, given.id),
        is_refused=_is_refused(row, answer),
    )


def _present(world: World, comment: CommentId) -> Comment | None:
    try:
        return world.services.comments.get(comment)
    except UnknownComment:
        return None


def address_of(row: Operation, comment: CommentId) -> str:
    names = {**_IN_PATH, "comment": comment}
    return re.sub(r"{(\w+)}", lambda name: names[name[1]], row.path)


def _ask(
    world: World,
    client: TestClient,
    row: Operation,
    visitor: Visitor,
    address: str,
    receipt: str,
    fields: Mapping[str, Any] | None,
) -> Response:
    is_json = row.path.startswith(("/api/", "/healthz", "/readyz"))
    by_cookie = not is_json or visitor.waits == IDLE
    session = world.session(visitor, for_program=not by_cookie)
    sent = {"own": receipt, "nobody's": _NOBODYS_RECEIPT}.get(visitor.receipt)
    body: dict[str, Any] = dict(fields or {})
    if row.path.endswith(("/receipt/reply", "/receipt/object")):
        body["body"] = "One more word."
    headers: dict[str, str] = {}
    if session is not None and by_cookie:
        headers["Cookie"] = f"editor={session.token}"
    elif session is not None:
        headers["Authorization"] = f"Bearer {session.token}"
    elif sent is not None and is_json:
        headers["Authorization"] = f"Receipt {sent}"
    if row.method == "GET":
        return client.get(address, headers=headers)
    if is_json:
        return client.request(row.method, address, headers=headers, json=body)
    body |= {"receipt": sent} if sent is not None else {}
    body |= {"csrf": session.csrf} if session is not None else {}
    return client.post(address, headers=headers, data=body or {"a": ""})


def _is_refused(row: Operation, answer: Response) -> bool:
    if answer.headers.get("content-type") == "application/problem+json":
        return answer.json()["code"] in REFUSALS
    if answer.status_code == 303:
        return answer.headers["location"].startswith("/review/sign-in?next=")
    return row.path.startswith("/feedback/receipt") and answer.status_code in (404, 422)
