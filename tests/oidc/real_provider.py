"""The certified provider as a process, and a person before it whose browser runs no scripts."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.web.reading import page_of

PROGRAM = Path(__file__).with_name("provider")
CLIENT = "code-of-practice"
CLIENT_SECRET = "a secret with + and % and : in it"
HOW_TO_GET = (
    "The OpenID provider of these tests is not installed. scripts/test installs it; "
    "by hand: .venv/bin/npm ci --prefix tests/oidc/provider --ignore-scripts"
)


class RealProvider:
    """One process; everything about it can be changed while it runs."""

    def __init__(self, *, method: str = "client_secret_basic") -> None:
        if not (PROGRAM / "node_modules" / "oidc-provider").is_dir():
            raise FileNotFoundError(HOW_TO_GET)
        client = {
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
            "token_endpoint_auth_method": method,
        }
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("node"), PROGRAM / "provider.js", json.dumps(client)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.issuer: str = self._answer()["issuer"]

    def tell(self, **wishes: Any) -> None:
        """See provider.js."""
        if self._process.stdin is None:
            raise RuntimeError
        self._process.stdin.write(json.dumps(wishes) + "\n")
        self._process.stdin.flush()
        self._answer()

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        if self._process.stdout is None:
            raise RuntimeError
        return json.loads(self._process.stdout.readline())


class Person:
    """Fills in what the provider asks, and stops where it sends them back to the service."""

    def __init__(self, provider: RealProvider, login: str) -> None:
        # Nothing is kept open: whoever fails a test leaves without closing the door.
        self._client = httpx2.Client(
            verify=SSLContext(PROTOCOL_TLS_CLIENT),  # of which there is none here: quick to make
            trust_env=False,
            headers={"connection": "close"},
        )
        self._at = urlsplit(provider.issuer).netloc
        self._login = login

    def go(self, url: str) -> str:
        """From the provider's authorization page to the URL that leads back to the service."""
        answer = self._client.get(url)
        for _ in range(12):
            if answer.is_redirect:
                following = str(answer.url.join(answer.headers["location"]))
                if urlsplit(following).netloc != self._at:
                    return following
                answer = self._client.get(following)
            else:
                answer = self._submit(answer, {"login": self._login, "password": "any"})
        raise AssertionError(answer.text)

    def cancel(self, url: str) -> str:
        """As `go`, but denying it."""
        answer = self._client.get(url, follow_redirects=True)
        links = [link.get("href") or "" for link in page_of(answer).iter("a")]
        (abort,) = (link for link in links if "abort" in link)
        answer = self._client.get(str(answer.url.join(abort)))
        while urlsplit(following := answer.headers["location"]).netloc == self._at:
            answer = self._client.get(following)
        return str(following)

    def sign_out(self, url: str) -> str:
        """Confirm it at the provider; where that leads."""
        answer = self._submit(self._client.get(url), {"logout": "yes"})
        return str(answer.headers["location"])

    def _submit(self, answer: httpx2.Response, typed: Mapping[str, str]) -> httpx2.Response:
        (form, *_) = page_of(answer).forms
        wanted = {name: value or "" for name, value in form.form_values()}
        named = {field.get("name") for field in form.iter("input")}
        given = {name: value for name, value in typed.items() if name in named or name == "logout"}
        return self._client.post(str(answer.url.join(form.action)), data={**wanted, **given})
