"""Nothing of an anonymous reader reaches disk, log, mail or webhook, whatever a request carries.

Unmistakable values stand wherever a request has room, in every flow of the real service; afterwards
all files, the log, the mails and the webhooks are searched for them in every form.
"""

import base64
import hashlib
import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.system.canaries import Canaries, everything_below
from tests.system.conftest import SmallSite
from tests.system.mail_server import MailServer
from tests.system.receiver import Receiver
from tests.system.running import EDITOR, PASSPHRASE, Service, comment_body

FORM = "application/x-www-form-urlencoded"
KNOWN = "reader@example.net"
SECTION = "complaints-acknowledge"


class Reader:
    """A browser that tells everything about itself, from an address of its own."""

    def __init__(self, service: Service, canaries: Canaries) -> None:
        self.port = service.port
        self.canaries = canaries
        self.peer = canaries.address("own address", "127.45.67.89")

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        forwarded: bool = True,
        **headers: str,
    ) -> tuple[int, bytes]:
        """Status and body; a query with a canary goes with every request."""
        joint = "&" if "?" in path else "?"
        query = f"{joint}utm={self.canaries.text('query')}" if method == "GET" else ""
        said = {
            name: value
            for name, value in self.canaries.headers().items()
            if forwarded or "orward" not in name
        }
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(self.peer, 0)
        )
        with closing(connection):
            connection.request(method, path + query, body, said)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def json(self, path: str, body: object, key: str = "") -> tuple[int, Any]:
        sent, kind = json.dumps(body).encode(), "application/json"
        if key:
            status, said = self.ask("POST", path, sent, Content_Type=kind, Idempotency_Key=key)
        else:
            status, said = self.ask("POST", path, sent, Content_Type=kind)
        return status, json.loads(said) if said else None

    def form(self, path: str, **fields: str) -> tuple[int, bytes]:
        return self.ask("POST", path, urlencode(fields).encode(), Content_Type=FORM)


@pytest.fixture
def mails() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()


def _comments(reader: Reader, language: str) -> str:
    """Post in every way and be refused in every way; the receipt of the first."""
    said = reader.canaries.text
    body = comment_body(language)
    key = said("Idempotency-Key")
    first = reader.json("/api/v1/comments", body, key)
    retried = reader.json("/api/v1/comments", body, key)
    other = reader.json("/api/v1/comments", {**body, "body": "Other words."}, key)
    assert [status for status, _ in (first, retried, other)] == [201, 201, 422]
    unforwarded = comment_body(language, body="From nearby.", email=KNOWN)
    raw = json.dumps(unforwarded).encode()
    assert (
        reader.ask(
            "POST", "/api/v1/comments", raw, forwarded=False, Content_Type="application/json"
        )[0]
        == 201
    )
    page = f"/feedback/{language}/{SECTION}"
    fields = {name: str(body[name]) for name in ("wording", "role", "kind", "about", "visibility")}
    for extra in ({}, {"part": "1"}):
        assert reader.ask("GET", f"{page}?wording={body['wording']}")[0] == 200
        form = {**fields, **extra, "body": f"By form {extra}.", "key": said(f"form key {extra}")}
        assert reader.form(page, **form)[0] == 201
    refused = [
        reader.json("/api/v1/comments", {**body, "canary": said("unknown field")})[0],
        reader.json("/api/v1/comments", {**body, said("unknown name"): "x"})[0],
        reader.json("/api/v1/comments", {**body, "role": said("wrong role")})[0],
        reader.json("/api/v1/comments", {**body, "body": said("nul") + "\0"})[0],
        reader.form(page, **fields, body="x", canary=said("unknown form field"))[0],
    ]
    assert refused == [422] * 5
    return str(first[1]["receipt"])


def _refusals(reader: Reader, language: str) -> None:
    """What is refused before anybody looks at what it says."""
    said = reader.canaries.text
    multipart = (
        f'--b\r\nContent-Disposition: form-data; name="f"; filename="{said("file name")}"\r\n\r\n'
        f"{said('file')}\r\n--b--\r\n"
    ).encode()
    asked = [
        reader.ask(
            "POST", "/api/v1/comments", multipart, Content_Type="multipart/form-data; boundary=b"
        ),
        reader.ask(
            "POST", "/api/v1/comments", said("broken").encode(), Content_Type="application/json"
        ),
        reader.ask(
            "POST",
            "/api/v1/comments",
            said("large").encode() * 20_000,
            Content_Type="application/json",
        ),
        reader.ask("GET", f"/feedback/{said('path')}/{said('deeper')}"),
        reader.ask("GET", f"/{quote(said('path of the site'))}"),
        reader.ask("PUT", f"/feedback/{language}/{SECTION}"),
        reader.ask("GET", "/" + said("long") * 1_000),
        reader.ask("GET", "/review"),
        reader.form("/review/sign-in", name=said("name"), passphrase=said("passphrase")),
        reader.json("/api/v1/session", {"name": said("api name"), "passphrase": said("api pass")}),
    ]
    assert {status // 100 for status, _ in asked} <= {3, 4}


def _receipts(reader: Reader, receipt: str) -> None:
    """Every step of whoever holds a receipt, right and wrong."""
    for step in ("", "/reply", "/data", "/text", "/file", "/withdraw"):
        reader.form(f"/feedback/receipt{step}", receipt=receipt, body="More words.")
        reader.form(f"/feedback/receipt{step}", receipt=reader.canaries.text("wrong receipt"))
    for step in ("", "/data"):
        reader.ask("GET", f"/api/v1/receipt{step}", Authorization=f"Receipt {receipt}")
        wrong = reader.canaries.text("wrong receipt of a program")
        reader.ask("GET", f"/api/v1/receipt{step}", Authorization=f"Receipt {wrong}")


def _support(reader: Reader, comment: str, language: str) -> None:
    there = f"/feedback/{language}/{SECTION}/comments"
    for path in (there, f"{there}/{comment}/second", f"/feedback/{language}/privacy"):
        assert reader.ask("GET", path)[0] == 200
    assert reader.form(f"{there}/{comment}/second", confirm="yes")[0] in {200, 303}
    assert reader.json(f"/api/v1/comments/{comment}/second", {})[0] == 200


def _full_of_trouble(reader: Reader, service: Service, language: str) -> None:
    """A disk that takes nothing: what the store says then is said in the log, too."""
    blocked = service.data / "waiting" / ".000000.json.tmp"
    blocked.mkdir()
    said = reader.canaries.text
    body = comment_body(language, body=said("body that is not stored"))
    assert reader.json("/api/v1/comments", body, said("key then"))[0] == 503
    blocked.rmdir()


class _Editor:
    """Acts on comments by the API."""

    def __init__(self, service: Service) -> None:
        self.service = service
        signed = service.ask("POST", "/api/v1/session", {"name": EDITOR, "passphrase": PASSPHRASE})
        self.headers = {"Authorization": f"Bearer {signed.body['token']}"}

    def act(self, comment: str, action: str, **fields: object) -> None:
        path = f"/api/v1/comments/{comment}"
        version = self.service.ask("GET", path, headers=self.headers).body["version"]
        done = self.service.ask(
            "POST", f"{path}/{action}", {**fields, "version": version}, self.headers
        )
        assert done.status == 200, done.body

    def comments(self) -> list[Mapping[str, Any]]:
        listed = self.service.ask("GET", "/api/v1/comments", headers=self.headers)
        found: list[Mapping[str, Any]] = listed.body["comments"]
        return found


def _told(receiver: Receiver, events: int) -> list[tuple[str, bytes]]:
    """The webhooks, as they came."""
    told = [receiver.next() for _ in range(events)]
    return [("a webhook", json.dumps(dict(one.headers)).encode() + one.body) for one in told]


def test_nothing_of_a_reader_is_anywhere_after_every_flow(
    service: Service,
    site: SmallSite,
    editor: Mapping[str, str],
    mails: MailServer,
    tmp_path: Path,
) -> None:
    canaries = Canaries()
    reader = Reader(service, canaries)
    with Receiver().listening() as receiver:
        service.environment |= {
            "FEEDBACK_SMTP": f"smtp://127.0.0.1:{mails.port}",
            "FEEDBACK_MAIL_FROM": "code@example.org",
            "FEEDBACK_WEBHOOKS": receiver.url,
            "FEEDBACK_WEBHOOK_SECRET": "s" * 40,
            "FEEDBACK_TRUSTED_PROXIES": "127.0.0.0/8",
            "FEEDBACK_LIMIT_WRONG_CODES": "1000/minute",
        }
        service.start()
        receipt = _comments(reader, site.language)
        _refusals(reader, site.language)
        board = _Editor(service)
        mailed = next(one for one in board.comments() if one["body"] == "From nearby.")
        confirm = mails.next(KNOWN)
        assert reader.form(confirm.link("confirm"))[0] == 200
        board.act(mailed["id"], "publicity", public=True)
        board.act(
            mailed["id"],
            "decision",
            outcome="declined",
            reason="It stays.",
            reason_language=site.language,
        )
        decided = mails.next(KNOWN)
        _support(reader, mailed["id"], site.language)
        _receipts(reader, receipt)
        assert (
            reader.form(
                "/feedback/my-data", email=f"{canaries.text('unknown address')}@example.net"
            )[0]
            == 200
        )
        assert reader.form("/feedback/my-data", email=KNOWN)[0] == 200
        link = mails.next(KNOWN)
        _full_of_trouble(reader, service, site.language)
        webhooks = _told(receiver, 6)
        service.end()
    canaries.values["receipt"] = receipt
    canaries.values["receipt without hyphens"] = receipt.replace("-", "")
    letters = [
        ("a mail", mail.raw + mail.text.encode() + mail.html.encode())
        for mail in (confirm, decided, link)
    ]
    files = list(everything_below(tmp_path))
    assert b"From nearby." in b"".join(content for _, content in files)

    assert canaries.found_in([*files, *letters, *webhooks]) == []


def test_search_finds_a_service_that_leaks(tmp_path: Path, site: SmallSite) -> None:
    canaries = Canaries()
    settings = {"FEEDBACK_SITE": str(site.folder)}
    leaky = Service(tmp_path, settings, module="tests.system.leaky_service")
    leaky.start()
    Reader(leaky, canaries).ask("GET", "/healthz")
    leaky.end()

    found = canaries.found_in(everything_below(tmp_path))

    assert {where.partition(" as ")[0] for where in found} == {"query", "own address"}


@pytest.mark.parametrize(
    "leak",
    [
        lambda value: value,
        lambda value: value.upper(),
        lambda value: "".join(f"%{byte:02X}" for byte in value.encode()),
        lambda value: value.encode().hex(),
        lambda value: base64.b64encode(f"ab{value}c".encode()).decode(),
        lambda value: base64.urlsafe_b64encode(f"a{value}".encode()).decode(),
        lambda value: hashlib.sha256(value.encode()).hexdigest(),
        lambda value: base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()).decode(),
    ],
    ids=["text", "capitals", "percent", "hex", "base64", "urlsafe", "sha256", "sha256-base64"],
)
def test_search_finds_a_value_in_each_form(tmp_path: Path, leak: Any) -> None:
    canaries = Canaries()
    value = canaries.text("planted")
    (tmp_path / "file").write_text(f'{{"x": "{leak(value)}"}}')

    found = canaries.found_in(everything_below(tmp_path))

    assert found
    assert {where.partition(" as ")[0] for where in found} == {"planted"}
