"""The comments on some sections that readers see now, asked for with an editor's token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from practice.closing_service import Service, ServiceError, ServiceRefusedError
from practice.languages import LanguageCode
from practice.propose_changes import PublicComment
from practice.text import SectionId

_AT_ONCE = 200
# A section that the branch brings, or one that the service never published.
_UNKNOWN = (400, 404, 410, 422)


def public_comments(
    service: Service, sections: Iterable[SectionId], *, token: str
) -> tuple[PublicComment, ...]:
    """Raises ServiceError, and ServiceRefusedError where the token is not an editor's.

    A pull request may be read by anybody: what is not public is never even asked for.
    """
    found: dict[str, PublicComment] = {}
    for section in sections:
        try:
            for content in _listed(service, section, token):
                if _is_public(content):
                    comment = _comment(content)
                    found[comment.id] = comment
        except ServiceRefusedError as refused:
            if refused.status not in _UNKNOWN:
                raise
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceError(f"{service.origin} answers in an unknown form ({error}).") from error
    return tuple(found.values())


def _listed(service: Service, section: SectionId, token: str) -> Iterator[Mapping[str, Any]]:
    """Page after page; a comment that moves meanwhile comes twice and counts once."""
    offset = 0
    while True:
        asked = {"section": section, "public": "true", "limit": _AT_ONCE, "offset": offset}
        answer = service.ask("GET", f"/api/v1/comments?{urlencode(asked)}", token=token)
        comments = answer.get("comments") or []
        yield from comments
        offset += len(comments)
        if not comments or offset >= int(answer.get("total") or 0):
            return


def _is_public(content: Mapping[str, Any]) -> bool:
    """As the service's own Comment.is_public says it; it lists no comment that was erased."""
    shown = content["public"] is True and content["visibility"] == "public"
    return shown and content["state"] != "withdrawn"


def _comment(content: Mapping[str, Any]) -> PublicComment:
    return PublicComment(
        id=str(content["id"]).lower(),
        section=SectionId(str(content["section"])),
        language=LanguageCode(str(content["language"])),
        wording=str(content["wording"]),
        body=str(content["body"]),
    )
