"""What closing a cycle asks of the feedback service, over HTTP, as an editor."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from practice.cycle import CycleId
from practice.text import SectionId

_TIMEOUT_SECONDS = 60
_LONGEST_ANSWER = 64_000_000
_WORD = re.compile(r"[a-z0-9-]{1,100}")
_TOKEN = re.compile(r"[!-~]{1,4000}")


class ServiceError(Exception):
    """The service did not do what it was asked; the text says why and what to do."""


class ServiceRefusedError(ServiceError):
    """The service answered, and refused. `code` is its permanent one, empty where it gave none."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(f"The service refused it ({status} {code or 'without a code'}).")


@dataclass(frozen=True, slots=True, kw_only=True)
class UndecidedComment:
    """`address` is its page on the editors' board; its text stays where it is."""

    section: SectionId
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Service:
    """The service at an origin, as https://feedback.example.org.

    Every method raises ServiceError, and ServiceRefusedError where the service said no.
    """

    origin: str

    def sign_in(self, name: str, passphrase: str) -> str:
        """A token for the account."""
        answer = self.ask("POST", "/api/v1/session", body={"name": name, "passphrase": passphrase})
        return str(answer.get("token") or "")

    def close(self, cycle: CycleId, *, token: str) -> None:
        """Close the cycle, or close it again after objections."""
        self.ask("POST", f"/api/v1/cycles/{cycle}/close", token=token)

    def undecided(self, cycle: CycleId, *, token: str) -> tuple[UndecidedComment, ...]:
        """What keeps the cycle from being closed."""
        answer = self.ask("GET", f"/api/v1/cycles/{cycle}/undecided", token=token)
        return tuple(
            UndecidedComment(
                section=SectionId(_word(comment.get("section"))),
                state=_word(comment.get("state")),
                address=self.comment_address(_word(comment.get("id"))),
            )
            for comment in answer.get("comments") or ()
        )

    def dispositions(self, cycle: CycleId) -> Mapping[str, Any]:
        """As everybody gets them: without a token, nothing can come that readers may not see."""
        return self.ask("GET", f"/api/v1/cycles/{cycle}/dispositions?format=json")

    def comment_address(self, comment: str) -> str:
        """Where an editor reads and decides it."""
        return f"{self.origin}/review/{comment}"

    def is_safe(self) -> bool:
        """Whether nobody on the way can read a token: by TLS, or within this machine."""
        parts = urlsplit(self.origin)
        if parts.scheme == "https" or parts.hostname == "localhost":
            return True
        try:
            return ip_address(parts.hostname or "").is_loopback
        except ValueError:
            return False

    def ask(
        self, method: str, address: str, *, body: object = None, token: str = ""
    ) -> Mapping[str, Any]:
        """The JSON object that it answers."""
        headers = {"Accept": "application/json"}
        if token:
            if not _TOKEN.fullmatch(token):
                raise ServiceRefusedError(401, "sign-in-needed")
            headers["Authorization"] = f"Bearer {token}"
        sent = None if body is None else json.dumps(body).encode()
        if sent:
            headers["Content-Type"] = "application/json"
        try:
            status, content = self._exchange(method, address, sent, headers)
        except (OSError, http.client.HTTPException) as error:
            message = f"{self.origin} does not answer ({error.__class__.__name__})."
            raise ServiceError(f"{message} Start the service, or name another.") from error
        answer = _json(content)
        if status not in (200, 201):
            code = str(answer.get("code") or "") if answer else ""
            raise ServiceRefusedError(status, code if _WORD.fullmatch(code) else "")
        if answer is None:
            raise ServiceError(f"{self.origin} is not the feedback service: name another.")
        return answer

    def _exchange(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Follows no redirect: a token is for one origin alone."""
        parts = urlsplit(self.origin)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, address, body=body, headers=dict(headers))
            response = connection.getresponse()
            content = response.read(_LONGEST_ANSWER + 1)
        finally:
            connection.close()
        if len(content) > _LONGEST_ANSWER:
            raise http.client.HTTPException("too long")
        return response.status, content


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _word(value: object) -> str:
    """One of the service's permanent words or ids; a terminal is shown nothing else of it."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else "?"
