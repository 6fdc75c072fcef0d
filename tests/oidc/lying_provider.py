"""A provider that answers whatever a test wants: what no honest one would ever send."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.oidc.real_provider import CLIENT

KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
SUBJECT = "ana"


@dataclass(slots=True)
class Page:
    """An answer; `parts` of it are sent one by one, with `pause` seconds between."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    pause: threading.Event | None = None


class LyingProvider:
    """`pages`: what each path answers; `asked`: the paths in the order they were asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: dict[str, Page] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                page = outer.pages.get(self.path, Page(status=404))
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for _ in range(page.repeat):
                        self.wfile.write(page.body)
                        if page.pause is not None:
                            self.wfile.flush()
                            page.pause.wait(0.05)
                except OSError:  # the service hung up, as it should
                    pass

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def be_honest(self) -> None:
        """Describe itself and its keys as it should; nothing was asked yet."""
        self.asked.clear()
        self.pages.clear()
        self.describe()
        self.answer("/keys", {"keys": [KEY.as_dict(private=False)]})
        self.answer("/userinfo", {"sub": SUBJECT})

    def describe(self, **changes: object) -> None:
        metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            **changes,
        }
        self.answer("/.well-known/openid-configuration", metadata)

    def answer(self, path: str, value: object, *, status: int = 200) -> None:
        self.pages[path] = Page(json.dumps(value).encode(), status=status)

    def give(self, id_token: object) -> None:
        """Answer any code with it."""
        token = {"access_token": "access", "token_type": "Bearer", "id_token": id_token}
        self.answer("/token", token)

    def claims(self, **changes: object) -> dict[str, Any]:
        """What an honest ID token holds; a change to None leaves the claim out."""
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": SUBJECT,
            "iat": now,
            "exp": now + 300,
            "name": "Ana Alves",
            "groups": ["editors"],
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(claims: dict[str, Any], *, key: RSAKey = KEY, kid: str | None = "first") -> str:
    header = {"alg": "RS256"} | ({"kid": kid} if kid else {})
    return jwt.encode(header, claims, key)


def signed_with_secret(claims: dict[str, Any], secret: bytes) -> str:
    """HS256, whose secret whoever checks it knows as well; made by hand, no library would."""
    signed_part = _unsigned({"alg": "HS256", "kid": "first"}, claims)
    digest = hmac.digest(secret, signed_part.encode(), "sha256")
    return f"{signed_part}.{_encoded(digest)}"


def unsigned(claims: dict[str, Any]) -> str:
    """`alg` none."""
    return _unsigned({"alg": "none"}, claims) + "."


def _unsigned(header: dict[str, str], claims: dict[str, Any]) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
