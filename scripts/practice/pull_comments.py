"""Fetches what editors decided from the feedback service, with the wordings it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from practice.apply_document import DecidedComment, DecidedComments, read_comment
from practice.closing_service import Service, ServiceError, ServiceRefusedError

_AT_ONCE = 200
_ACCEPTED = ("accepted", "accepted-in-part")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_WORDING = ("unknown-wording", "unknown-section", "unknown-language", "retired-section")
_KEPT = (
    *("id", "section", "page", "language", "cycle", "role", "role_verified", "kind", "about"),
    *("public", "state", "suggestion", "wording"),
)
_Base = Mapping[str, object] | None
_Bases = dict[tuple[str, str, str], _Base]


class UnknownCommentError(Exception):
    """The service has no comment of this id; the text is the id."""


def pull_comments(service: Service, *, token: str, named: Iterable[str] = ()) -> DecidedComments:
    """Every accepted comment, and those that are `named` by their ids, whatever was decided.

    Raises UnknownCommentError, ServiceError, and ServiceRefusedError where the service said no.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for state in _ACCEPTED:
        for content in _listed(service, state, token):
            found[str(content.get("id"))] = content
    for name in named:
        if name not in found:
            found[name] = _one(service, name, token)
    bases: _Bases = {}
    try:
        comments = tuple(_decided(service, content, bases) for content in found.values())
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceError(f"{service.origin} answers in an unknown form ({error}).") from error
    at = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return DecidedComments(service=service.origin, pulled_at=at, comments=comments)


def _listed(service: Service, state: str, token: str) -> Iterator[Mapping[str, Any]]:
    """Page after page; a comment that moves meanwhile comes twice, or with the next pull."""
    offset = 0
    while True:
        query = f"state={state}&limit={_AT_ONCE}&offset={offset}"
        answer = service.ask("GET", f"/api/v1/comments?{query}", token=token)
        comments = answer.get("comments") or []
        yield from comments
        offset += len(comments)
        if not comments or offset >= int(answer.get("total") or 0):
            return


def _one(service: Service, name: str, token: str) -> Mapping[str, Any]:
    if not _ID.fullmatch(name):
        raise UnknownCommentError(name)
    try:
        return service.ask("GET", f"/api/v1/comments/{name}", token=token)
    except ServiceRefusedError as refused:
        if refused.status == 404:
            raise UnknownCommentError(name) from refused
        raise


def _decided(service: Service, content: Mapping[str, Any], bases: _Bases) -> DecidedComment:
    """No more than applying needs: what the comment says otherwise stays with the service."""
    decision = content["decision"] or {}
    kept = {field: content[field] for field in _KEPT}
    # Names and words that would make an address are held against their form before they are asked.
    form = read_comment({**kept, **_of_decision(decision), "name": None, "base": None})
    key = (form.section, form.language, form.wording)
    if form.suggestion is not None and key not in bases:
        bases[key] = _base(service, key)
    return read_comment(
        {
            **kept,
            **_of_decision(decision),
            "name": content["name"] if content["public"] else None,
            "base": bases.get(key),
            "translation_behind": content.get("translation_behind"),
        }
    )


def _of_decision(decision: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outcome": decision.get("outcome"),
        "reason": decision.get("reason"),
        "reason_language": decision.get("reason_language"),
        "decided_at": decision.get("at"),
        "decided_by": decision.get("by"),
    }


def _base(service: Service, key: tuple[str, str, str]) -> _Base:
    section, language, wording = key
    path = f"/api/v1/sections/{section}/wordings/{language}/{wording}"
    try:
        answer = service.ask("GET", path)
    except ServiceRefusedError as refused:
        if refused.code in _NO_WORDING:
            return None
        raise
    return {field: answer[field] for field in ("title", "markdown", "text_language")}
