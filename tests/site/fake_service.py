"""As much of the feedback service as closing a cycle asks for, over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME, PASSPHRASE, TOKEN = "ana", "correct horse", "token-of-ana"


@dataclass
class FakeService:
    """`answers` are status and body by method and path; `asked` is what came, with its token."""

    origin: str
    answers: dict[tuple[str, str], tuple[int, bytes]]
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def answer(self, method: str, path: str, status: int, content: Any) -> None:
        """What the service says from now on."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.answers[method, path] = (status, body)

    def closes(self, cycle: str, dispositions: dict[str, Any]) -> None:
        """Let the cycle be closed, with this to publish."""
        self.answer("POST", f"/api/v1/cycles/{cycle}/close", 200, {"id": cycle})
        path = f"/api/v1/cycles/{cycle}/dispositions?format=json"
        self.answer("GET", path, 200, dispositions)

    def refuses(self, cycle: str, status: int, code: str) -> None:
        """Let it not be closed."""
        problem = {"code": code, "status": status, "title": "No.", "detail": "Not now."}
        self.answer("POST", f"/api/v1/cycles/{cycle}/close", status, problem)


@contextmanager
def fake_service() -> Iterator[FakeService]:
    """Knows nothing but who may sign in."""
    fake = FakeService(origin="", answers={})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say()

        def do_POST(self) -> None:
            self._say()

        def log_message(self, *_: object) -> None:
            pass

        def _say(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            fake.asked.append((self.command, self.path, self.headers.get("Authorization") or ""))
            status, body = self._answer(sent)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{fake.origin}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answer(self, sent: bytes) -> tuple[int, bytes]:
            if self.path == "/api/v1/session":
                known = json.loads(sent) == {"name": NAME, "passphrase": PASSPHRASE}
                if known:
                    return 201, json.dumps({"token": TOKEN}).encode()
                return 401, b'{"code": "sign-in-refused"}'
            return fake.answers.get((self.command, self.path), (404, b'{"code": "not-found"}'))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
