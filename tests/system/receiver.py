"""An editors' system: a real HTTP server on a socket that answers as a test wants it to."""

import base64
import hashlib
import hmac
import json
import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WAIT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One request as it came."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, key: bytes) -> bool:
        """By the letter of the specification: HMAC-SHA256 of id, time and body."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{expected}"


class Receiver:
    """Answers with the statuses in `answers`, one each, then with 204; 0 hangs until the end."""

    def __init__(self, *answers: int, port: int = 0) -> None:
        self._told: queue.Queue[Told] = queue.Queue()
        self._answers = list(answers)
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook/of-editors"

    def next(self) -> Told:
        """The next request. Raises queue.Empty when none comes."""
        return self._told.get(timeout=WAIT_SECONDS)

    def all(self) -> list[Told]:
        """Those that came and were not asked for yet."""
        found = []
        while not self._told.empty():
            found.append(self._told.get())
        return found

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        """At its port until the end of the block."""
        serving = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._server.shutdown()
            self._server.server_close()
            serving.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                named = {name.lower(): value for name, value in self.headers.items()}
                receiver._answer(self, Told(named, self.rfile.read(length)))

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, told: Told) -> None:
        status = self._answers.pop(0) if self._answers else 204
        self._told.put(told)
        if status == 0:
            self._ended.wait(WAIT_SECONDS)
            return
        handler.send_response(status)
        handler.send_header("content-length", "0")
        handler.end_headers()


def unused_port() -> int:
    """One at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
