"""The service connects to nobody but those whom its settings name: seen by strace, from its start.

What is traced is the process with all its children; a name would be asked of a DNS server first,
so every address here is a number.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.system.conftest import lay_small_site
from tests.system.mail_server import MailServer
from tests.system.receiver import Receiver, unused_port
from tests.system.running import EDITOR, PASSPHRASE, Service, comment_body

_ADDRESS = re.compile(
    r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"'
)
_NAMES_OF_USERS = "/var/run/nscd/socket"  # where a C library looks a user of this machine up
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}

_STRACE = ("strace", "-D", "-f", "-e", "connect,sendto,sendmsg,sendmmsg", "-o")

Reached = set[tuple[str, int]]


class Traced:
    """A service under strace over a small site, with an editor."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        if shutil.which("strace") is None:
            pytest.fail("No strace. Get it with: apt-get install strace.", pytrace=False)
        self._trace = folder / "trace"
        site = lay_small_site(folder / "site")
        self.language = site.language
        self.service = Service(
            folder,
            {"FEEDBACK_SITE": str(site.folder), **settings},
            # -D: the service is the child of the test, strace runs beside it
            under=(*_STRACE, str(self._trace)),
        )
        made = self.service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
        assert made.returncode == 0, made.stderr

    def reached(self) -> Reached:
        """Whom it asked for anything, as address and port."""
        told = self._trace.read_text("utf-8", "replace")
        paths = set(re.findall(r'sun_path="([^"]+)"', told))
        assert paths <= {_NAMES_OF_USERS}
        return {(address, int(port)) for port, address in _ADDRESS.findall(told)}

    def act(self, path: str, token: str, **fields: object) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return self.service.ask("POST", f"/api/v1/{path}", fields, headers)


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Callable[..., Traced]]:
    with ExitStack() as ended:

        def start(**settings: str) -> Traced:
            made = Traced(tmp_path, settings)
            made.service.start()
            ended.callback(_end, made.service)
            return made

        yield start


def _end(service: Service) -> None:
    if service.process is not None and service.process.poll() is None:
        service.kill()


def _do_everything(traced: Traced, *, proposes: bool = False, signs_in_elsewhere: str = "") -> None:
    """What readers, commenters and editors do in a day."""
    service, language = traced.service, traced.language
    posted = comment_body(
        language, body="See http://192.0.2.99/", name="Eva", suggestion="Within **9** days."
    )
    sent = service.ask("POST", "/api/v1/comments", {**posted, "email": "eva@example.net"})
    assert sent.status == 201, sent.body
    receipt, comment = sent.body["receipt"], sent.body["id"]
    form = f"/feedback/{language}/complaints-acknowledge"
    own = {"receipt": receipt}
    for path in ("/", form, f"{form}/comments", f"/feedback/{language}/feed.atom", "/review"):
        assert service.ask("GET", path, headers={"Accept": "text/html"}).status < 500
    for path in ("/feedback/receipt", "/feedback/receipt/data"):
        assert service.post_form(path, urlencode(own)).status == 200
    assert service.post_form(form, urlencode(posted)).status < 500
    if signs_in_elsewhere:
        service.ask("GET", signs_in_elsewhere, headers={"Accept": "text/html"})
    session = service.ask("POST", "/api/v1/session", {"name": EDITOR, "passphrase": PASSPHRASE})
    token = session.body["token"]
    shown = service.ask(
        "GET", f"/api/v1/comments/{comment}", headers={"Authorization": f"Bearer {token}"}
    ).body
    decided = traced.act(
        f"comments/{comment}/decision",
        token,
        outcome="accepted",
        reason="You are right.",
        reason_language=language,
        version=shown["version"],
    )
    assert decided.status == 200, decided.body
    if proposes:
        version = decided.body["version"]
        traced.act("proposals", token, comments=[{"id": comment, "version": version}])
    erased = service.post_form("/feedback/receipt/erase", urlencode({**own, "confirm": "yes"}))
    assert erased.status < 500


def test_service_without_features_connects_to_nobody(traced: Callable[..., Traced]) -> None:
    service = traced()

    _do_everything(service)

    assert service.service.end() == 0
    assert service.reached() == set()


def test_service_with_every_feature_connects_to_those_it_was_told_and_nobody_else(
    traced: Callable[..., Traced],
) -> None:
    store, forge, provider = unused_port(), unused_port(), unused_port()
    mails, hooks = MailServer().start(), Receiver()
    with hooks.listening():
        service = traced(
            FEEDBACK_SMTP=f"smtp://127.0.0.1:{mails.port}",
            FEEDBACK_MAIL_FROM="Code of practice <code@example.org>",
            FEEDBACK_WEBHOOKS=hooks.url,
            FEEDBACK_WEBHOOK_SECRET="w" * 32,
            FEEDBACK_LIMITS_STORE=f"redis://127.0.0.1:{store}/0",
            FEEDBACK_LIMIT_COMMENTS="900/minute",
            FEEDBACK_REPOSITORY=f"https://127.0.0.1:{forge}/code.git",
            FEEDBACK_REPOSITORY_AUTHOR="Code of practice <code@example.org>",
            FEEDBACK_REPOSITORY_TOKEN="t" * 20,
            FEEDBACK_OIDC_ISSUER=f"http://127.0.0.1:{provider}",
            FEEDBACK_OIDC_CLIENT_ID="code",
            FEEDBACK_OIDC_CLIENT_SECRET="c" * 32,
            FEEDBACK_OIDC_EDITOR_GROUPS="editors",
        )

        _do_everything(service, proposes=True, signs_in_elsewhere="/review/sign-in/provider")
        hooks.next()
        mails.next("eva@example.net")
        assert service.service.end() == 0
    mails.stop()

    told = (mails.port, hooks.port, store, forge, provider)
    assert service.reached() == {("127.0.0.1", port) for port in told}


def test_trace_notices_a_connection() -> None:
    """As strace writes them: so that an empty set is no blind spot."""
    told: Sequence[str] = (
        'connect(7, {sa_family=AF_INET, sin_port=htons(25), sin_addr=inet_addr("192.0.2.1")}, 16)',
        "connect(7, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
        'sendto(5, "x", 1, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(53), '
        'sin_addr=inet_addr("192.0.2.53")}, 16) = 1',
    )

    assert [found for line in told for found in _ADDRESS.findall(line)] == [
        ("25", "192.0.2.1"),
        ("443", "2001:db8::1"),
        ("53", "192.0.2.53"),
    ]
