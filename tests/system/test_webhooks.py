"""Webhooks of the real service to a real receiver."""

import base64
import http.client
import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from feedback_api.outgoing.http_post import SECONDS
from tests.system.conftest import SmallSite, post_comment
from tests.system.receiver import Receiver, Told, unused_port
from tests.system.running import Service

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
WORDS = "Nobody may ever read this by webhook."
DEADLINE_SECONDS = 20

StartService = Callable[..., Service]


@pytest.fixture
def start(service: Service) -> StartService:
    """Starts the service with these URLs to be told."""

    def start_it(*urls: str) -> Service:
        service.environment |= {
            "FEEDBACK_WEBHOOKS": ", ".join(urls),
            "FEEDBACK_WEBHOOK_SECRET": SECRET,
        }
        service.start()
        return service

    return start_it


def test_each_change_is_told_in_order_signed_and_without_a_word_of_it(
    start: StartService, site: SmallSite, editor: Mapping[str, str]
) -> None:
    with Receiver().listening() as receiver:
        service = start(receiver.url)
        private = {"visibility": "reviewers", "name": "Zoé", "email": "zoe@example.org"}
        sent = post_comment(service, site, body=WORDS, **private)
        Board(service, editor).decide(sent.body["id"], site.language)

        told = [receiver.next(), receiver.next()]

        assert [one.content["type"] for one in told] == ["comment.submitted", "comment.decided"]
        assert all(one.is_signed_with(KEY) for one in told)
        assert [_verified(one) for one in told] == [one.content for one in told]
        said = told[1].content
        assert said["data"] == {
            "comment": sent.body["id"],
            "event": 2,
            "section": "complaints-acknowledge",
            "page": "complaints",
            "language": site.language,
            "cycle": "waiting",
            "state": "declined",
        }
        assert said["id"] == told[1].id != told[0].id
        hidden = (WORDS, "Zoé", "zoe@", editor["name"], "No reason")
        assert not [word for word in hidden if word.encode() in told[0].body + told[1].body]


def test_what_failed_is_told_again_after_a_restart_under_the_same_id(
    start: StartService, site: SmallSite, editor: Mapping[str, str]
) -> None:
    with Receiver(500).listening() as receiver:
        service = start(receiver.url)
        board = Board(service, editor)
        sent = post_comment(service, site)
        first = receiver.next()
        _until(lambda: "500" in board.deliveries())
        service.kill()

        service.start()

        again = receiver.next()
        assert (again.id, again.body) == (first.id, first.body)
        assert again.content["data"]["comment"] == sent.body["id"]
        assert again.is_signed_with(KEY)
        _until(lambda: "204" in board.deliveries())
        assert receiver.all() == []


def test_receiver_that_hangs_or_is_away_slows_no_request_and_no_other_receiver(
    start: StartService, site: SmallSite
) -> None:
    away = f"http://127.0.0.1:{unused_port()}/"
    with Receiver(*[0] * 50).listening() as hanging, Receiver().listening() as other:
        service = start(hanging.url, away, other.url)
        seconds = []

        for number in range(20):
            began = time.monotonic()
            assert post_comment(service, site, body=f"Comment {number}.").status == 201
            seconds.append(time.monotonic() - began)
        told = [other.next() for _ in range(20)]

        assert max(seconds) < SECONDS / 2
        assert len({one.id for one in told}) == 20


def test_erased_comment_is_only_told_to_be_erased(start: StartService, site: SmallSite) -> None:
    port = unused_port()
    service = start(f"http://127.0.0.1:{port}/")
    sent = post_comment(service, site, body=WORDS)
    receipt = {"Authorization": f"Receipt {sent.body['receipt']}"}
    erased = service.ask("POST", "/api/v1/receipt/erase", {}, receipt)
    assert erased.status < 300, erased.body

    with Receiver(port=port).listening() as receiver:
        told = receiver.next()

    assert told.content["type"] == "comment.erased"
    assert told.content["data"]["comment"] == sent.body["id"]
    assert told.content["data"]["section"] is None


def test_event_is_sent_again_when_an_editor_says_so_and_to_nobody_else(
    start: StartService, site: SmallSite, editor: Mapping[str, str]
) -> None:
    with Receiver().listening() as receiver:
        service = start(receiver.url)
        board = Board(service, editor)
        post_comment(service, site)
        first = receiver.next()
        _until(lambda: "204" in board.deliveries())

        answered = board.send_again(event=first.id)
        unknown = board.send_again(event=first.id, channel="webhook-000000000000")

        assert (answered, unknown) == (303, 404)
        assert receiver.next().id == first.id
        assert receiver.all() == []


def _verified(told: Told) -> Any:
    return Webhook(SECRET).verify(told.body, dict(told.headers))


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


_HIDDEN = r'<input type="hidden" name="(\w+)" value="(.*?)">'


class Board:
    """An editor's browser."""

    def __init__(self, service: Service, editor: Mapping[str, str]) -> None:
        self._service = service
        session = service.ask("POST", "/api/v1/session", dict(editor))
        assert session.status == 201, session.body
        self._bearer = {"Authorization": f"Bearer {session.body['token']}"}
        with httpx2.Client(base_url=f"http://127.0.0.1:{service.port}") as browser:
            hidden = re.findall(_HIDDEN, browser.get("/review/sign-in").text)
            signed_in = browser.post("/review/sign-in", data={**dict(hidden), **editor})
            assert signed_in.status_code == 303, signed_in.text
            self._cookie = {"Cookie": f"editor={browser.cookies['editor']}"}

    def deliveries(self) -> str:
        """The page."""
        answer = self._service.ask("GET", "/review/deliveries", headers=self._cookie)
        assert answer.status == 200
        page: str = answer.body.decode()
        return page

    def send_again(self, **fields: str) -> int:
        """As the first form on the page does, but for `fields`; the status."""
        hidden = re.findall(_HIDDEN, self.deliveries())
        posted = urlencode({**dict(hidden), **fields})
        connection = http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=20)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(connection):
            connection.request("POST", "/review/deliveries/again", posted, self._cookie | kind)
            return connection.getresponse().status

    def decide(self, comment: str, language: str) -> None:
        """Decline it."""
        reason = {"reason": "No reason.", "reason_language": language}
        decision = {"outcome": "declined", "version": 1, **reason}
        path = f"/api/v1/comments/{comment}/decision"
        answer = self._service.ask("POST", path, decision, self._bearer)
        assert answer.status == 200, answer.body
