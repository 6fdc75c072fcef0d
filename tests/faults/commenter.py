"""One client of the service: posts, retries, adds, decides, withdraws, erases, and looks.

It works alone on its own comments, so it knows what each must be; see `ledger`.
"""

import random
import re
from collections import Counter
from contextlib import closing
from http.client import HTTPException
from urllib.parse import urlencode

from feedback_api.domain.decision import State
from tests.faults.ledger import Fault, Known, Post
from tests.system.running import Answer, Client, comment_body

NOBODY_ANSWERS = (OSError, HTTPException)
OUTCOMES = (State.ACCEPTED, State.DECLINED, State.ANSWERED)
_RECEIPT = re.compile(rb'class="cop-receipt"[^>]*>([^<]+)<')
_CHANGES = ("add", "decide", "withdraw", "erase", "retry", "look")
_WEIGHTS = (5, 6, 2, 2, 4, 2)


class Commenter:
    """Its comments, what was acknowledged and what it found wrong."""

    def __init__(self, name: str, *, language: str, token: str, chance: random.Random) -> None:
        """`token` of an editor's session, to decide with."""
        self.padding = ""
        self.known: list[Known] = []
        self.pending: Post | None = None
        self.acknowledged: Counter[str] = Counter()
        self.in_flight: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self._name = name
        self.language = language
        self._editor = {"Authorization": f"Bearer {token}"}
        self._chance = chance
        self._count = 0
        self._asking: str | None = None

    def work(self, client: Client) -> None:
        """One thing after the other until nobody answers."""
        try:
            with closing(client):
                while not self.faults:
                    self.step(client)
        except NOBODY_ANSWERS:
            if self._asking:
                self.in_flight[self._asking] += 1
        self._asking = None

    def step(self, client: Client) -> None:
        """The next thing, whatever it is."""
        chosen = self._chance.choice(self.known) if self.known else None
        if self.pending or chosen is None or self._chance.random() < 0.4:
            self.post(client)
            return
        (act,) = self._chance.choices(_CHANGES, _WEIGHTS)
        if chosen.erased or act == "retry":
            self.retry(client, chosen)
        elif act == "look":
            self.look(client, chosen)
        else:
            {"add": self.add, "decide": self.decide, "withdraw": self.withdraw}.get(
                act, self.erase
            )(client, chosen)

    def post(self, client: Client) -> Known | None:
        """A new comment, or the one before until it is acknowledged."""
        if self.pending is None:
            by_form = self._chance.random() < 0.3
            self.pending = Post(
                key=self._new("key"), body=self._new("body") + self.padding, by_form=by_form
            )
        post = self.pending
        answer = self._ask_post(client, post)
        if answer.status != 201:
            self._wrong(answer, f"{post.body} was not taken")
            return None
        self.pending = None
        known = Known(post=post, receipt=_receipt_in(answer), id=_id_in(answer))
        self.known.append(known)
        self._acknowledge("form" if post.by_form else "post")
        return known

    def retry(self, client: Client, known: Known) -> None:
        """The same once more with the same key, as a client does that heard no answer."""
        answer = self._ask_post(client, known.post)
        if answer.status == 410 and known.erasure_asked:
            known.erased = True
        elif known.erased:
            self.faults.append(Fault("resurrected", f"{known.post.body} was erased: {answer}"))
            return
        elif answer.status != 201:
            self._wrong(answer, f"{known.post.body} could not be sent again")
            return
        elif _receipt_in(answer) != known.receipt or _id_in(answer) not in {known.id, None}:
            self.faults.append(Fault("doubled", f"{known.post.body} by its retry"))
        else:
            known.erasure_asked = False
        self._acknowledge("retry")

    def add(self, client: Client, known: Known) -> None:
        said = self._new("addition")
        known.additions.asked.add(said)
        answer = self._ask_receipt(client, "reply", known, {"body": said})
        if answer.status == 200:
            known.additions.acknowledged.append(said)
            self._acknowledge("addition")
        else:
            self._refused(answer, known)

    def decide(self, client: Client, known: Known) -> None:
        if known.id is None:  # posted by form, whose page shows no id
            return
        seen = client.ask("GET", f"/api/v1/comments/{known.id}", headers=self._editor)
        if seen.status != 200:
            self._refused(seen, known)
            return
        self.faults += known.faults([seen.body])
        reason, outcome = self._new("reason"), self._chance.choice(OUTCOMES)
        known.reasons.asked.add(reason)
        before, known.states = known.states, {*known.states, outcome.value}
        answer = self._ask(
            "decision",
            client,
            f"/api/v1/comments/{known.id}/decision",
            {
                "outcome": outcome,
                "reason": reason,
                "reason_language": self.language,
                "version": seen.body["version"],
            },
            self._editor,
        )
        if answer.status == 200:
            known.states = {outcome.value}
            known.reasons.acknowledged.append(reason)
            known.version = answer.body["version"]
            self._acknowledge("decision")
        else:
            known.states = before
            self._refused(answer, known)

    def withdraw(self, client: Client, known: Known) -> None:
        known.states = {*known.states, State.WITHDRAWN.value}
        answer = self._ask_receipt(client, "withdraw", known, {})
        if answer.status == 200:
            known.states = {State.WITHDRAWN.value}
            self._acknowledge("withdrawal")
        else:
            self._refused(answer, known)

    def erase(self, client: Client, known: Known) -> None:
        asked_before, known.erasure_asked = known.erasure_asked, True
        answer = self._ask_receipt(client, "erase", known, {})
        if answer.status == 204 or (answer.status == 404 and asked_before):
            known.erased = True
            self._acknowledge("erasure")
        else:
            self._wrong(answer, f"{known.post.body} could not be erased")

    def look(self, client: Client, known: Known) -> None:
        answer = client.ask("GET", "/api/v1/receipt", headers=_by_receipt(known))
        if answer.status == 200:
            known.id = known.id or answer.body["id"]
            self.faults += known.saw(answer.body["state"])
        else:
            self._refused(answer, known)

    def _refused(self, answer: Answer, known: Known) -> None:
        """Nobody else touches the comment: only what was asked for before may refuse this."""
        code = answer.body.get("code") if isinstance(answer.body, dict) else None
        if code in {"unknown-receipt", "unknown-comment"}:
            if known.erasure_asked:
                known.erased = True
            else:
                self.faults.append(Fault("lost", f"{known.post.body}: {answer}"))
        elif code == "not-allowed-now":
            self.faults += known.saw(State.WITHDRAWN.value)
        elif not (code == "already-replied" and known.decision_asked):
            self._wrong(answer, f"{known.post.body} refused")

    def _wrong(self, answer: Answer, what: str) -> None:
        self.faults.append(Fault("unexpected", f"{what}: {answer}"))

    def _acknowledge(self, what: str) -> None:
        self.acknowledged[what] += 1

    def _ask_post(self, client: Client, post: Post) -> Answer:
        body = comment_body(self.language, body=post.body)
        if not post.by_form:
            key = {"Idempotency-Key": post.key}
            return self._ask("post", client, "/api/v1/comments", body, key)
        path = f"/feedback/{body.pop('language')}/{body.pop('section')}"
        self._asking = "form"
        answer = client.post_form(path, urlencode({**body, "key": post.key}))
        self._asking = None
        return answer

    def _ask_receipt(self, client: Client, step: str, known: Known, body: dict[str, str]) -> Answer:
        return self._ask(step, client, f"/api/v1/receipt/{step}", body, _by_receipt(known))

    def _ask(
        self, what: str, client: Client, path: str, body: object, headers: dict[str, str]
    ) -> Answer:
        self._asking = what
        answer = client.ask("POST", path, body, headers)
        self._asking = None
        return answer

    def _new(self, what: str) -> str:
        self._count += 1
        return f"{what} {self._name}-{self._count}"


def _by_receipt(known: Known) -> dict[str, str]:
    return {"Authorization": f"Receipt {known.receipt}"}


def _receipt_in(answer: Answer) -> str:
    if isinstance(answer.body, dict):
        return str(answer.body["receipt"])
    shown = _RECEIPT.search(answer.body)
    assert shown, answer.body
    return shown[1].decode()


def _id_in(answer: Answer) -> str | None:
    return str(answer.body["id"]) if isinstance(answer.body, dict) else None
