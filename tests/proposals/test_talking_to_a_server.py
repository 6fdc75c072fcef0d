"""What a server sees of the service's git, and where it cannot lead it."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from feedback_api.domain.proposal import RepositoryUnreachable
from feedback_api.proposals.bare_clone import BareClone
from feedback_api.proposals.git_repository import GitRepository
from feedback_api.proposals.process import Deadline
from feedback_api.repository_settings import RepositorySettings, read_author, read_remote
from feedback_api.services.decided_document import DecidedComment

TOKEN = "ghp_Secret0123456789"


class Server(ThreadingHTTPServer):
    """Sends whoever asks away, and remembers with what they asked."""

    def __init__(self, *, leads_to: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.leads_to = leads_to
        self.seen: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen.append(self.headers.get("Authorization", ""))
        self.send_response(302 if self.server.leads_to else 403)
        if self.server.leads_to:
            self.send_header("Location", self.server.leads_to + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    server = Server()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(elsewhere: Server) -> Iterator[Server]:
    server = Server(leads_to=elsewhere.origin)
    yield server
    server.shutdown()
    server.server_close()


def make_settings(server: Server) -> RepositorySettings:
    return RepositorySettings(
        remote=read_remote(f"{server.origin}/code.git"),
        branch="main",
        author=read_author("Code service <code@example.org>"),
        key=None,
        token=TOKEN,
    )


def test_the_token_reaches_the_configured_server_and_no_other(
    tmp_path: Path, server: Server, elsewhere: Server
) -> None:
    clone = BareClone(tmp_path, make_settings(server), Deadline(30))
    clone.tidy()

    with pytest.raises(RepositoryUnreachable):
        clone.branches()

    expected = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert set(server.seen) == {f"Basic {expected}"}
    assert elsewhere.seen == []


def test_a_server_that_refuses_is_told_without_the_token_and_leaves_nothing(
    tmp_path: Path, elsewhere: Server, caplog: pytest.LogCaptureFixture
) -> None:
    repository = GitRepository(make_settings(elsewhere), tmp_path, service="http://localhost")
    comments: list[DecidedComment] = []

    with pytest.raises(RepositoryUnreachable):
        repository.propose(comments, lambda: None)

    assert "The repository cannot be used" in caplog.text
    assert TOKEN not in caplog.text
    assert list(tmp_path.iterdir()) == []
