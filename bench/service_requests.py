"""What is asked of the service and of Isso, work by work."""

import json
import random
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlencode

from bench.load import NUMBER, Asked
from bench.service_comments import BUSY_SECTION, RARE_WORD, SECTIONS, body
from bench.service_sections import CYCLE, fingerprint, page_of, section, source_language

JSON = {"Content-Type": "application/json"}
BUSY_PAGE = page_of(BUSY_SECTION)
POSTED_TO = section(SECTIONS - 1)


class Work(StrEnum):
    """One kind of request; the name by which `--only` knows it."""

    POST = "post"
    COUNTS = "counts"
    COUNTS_KNOWN = "counts-known"
    SECTION = "section"
    LIST = "list"
    SEARCH = "search"
    EXPORT = "export"


PATHS: Mapping[Work, str] = {
    Work.COUNTS: f"/api/v1/pages/{BUSY_PAGE}/counts",
    Work.SECTION: f"/api/v1/sections/{BUSY_SECTION}",
    Work.LIST: "/api/v1/comments?"
    + urlencode({"state": "received", "role": "customer", "order": "newest"}),
    Work.SEARCH: "/api/v1/comments?" + urlencode({"text": RARE_WORD, "order": "newest"}),
    Work.EXPORT: f"/api/v1/cycles/{CYCLE}/dispositions?" + urlencode({"format": "csv", "all": 1}),
}
FOR_EDITORS = frozenset({Work.LIST, Work.SEARCH, Work.EXPORT})


def asked_of_service(work: Work, port: int, *, token: str, etag: str) -> Asked:
    """`token` of an editor's session; `etag` of the counts as they are now."""
    if work is Work.POST:
        return Asked(
            port=port,
            method="POST",
            paths=["/api/v1/comments"],
            headers=JSON,
            body=_posted(),
            status=201,
        )
    if work is Work.COUNTS_KNOWN:
        known = {"If-None-Match": etag}
        return Asked(port=port, paths=[PATHS[Work.COUNTS]], headers=known, status=304)
    signed = {"Authorization": f"Bearer {token}"} if work in FOR_EDITORS else {}
    return Asked(port=port, paths=[PATHS[work]], headers=signed)


def asked_of_isso(work: Work, port: int) -> Asked | None:
    """None where Isso does no such thing. Counts are asked by a POST there, see its documentation.

    JSON as content type is what its guard against forged requests asks for; a title makes it
    believe in a page that nobody has commented on yet without fetching it.
    """
    if work is Work.POST:
        fields = {"author": None, "email": None, "website": None, "parent": None, "title": "Rule"}
        return Asked(
            port=port,
            method="POST",
            paths=["/new?" + urlencode({"uri": isso_uri(POSTED_TO)})],
            headers=JSON,
            body=json.dumps({**fields, "text": _body()}, ensure_ascii=False),
            status=201,
        )
    if work is Work.COUNTS:
        names = [f"{BUSY_PAGE}-rule{number:02}" for number in range(1, 11)]
        uris = json.dumps([isso_uri(name) for name in names])
        return Asked(port=port, method="POST", paths=["/count"], headers=JSON, body=uris)
    if work is Work.SECTION:
        return Asked(port=port, paths=["/?" + urlencode({"uri": isso_uri(BUSY_SECTION)})])
    return None


def isso_uri(name: str) -> str:
    """What Isso calls the thread of a section."""
    return f"/{name}/"


def _posted() -> str:
    language = source_language()
    fields = {
        "section": POSTED_TO,
        "language": language,
        "wording": fingerprint(POSTED_TO, language),
        "role": "customer",
        "kind": "problem",
        "about": "rule",
        "visibility": "public",
        "body": _body(),
    }
    return json.dumps(fields, ensure_ascii=False)


def _body() -> str:
    return body(random.Random(7), f"Number {NUMBER}.")
