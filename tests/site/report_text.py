"""A dispositions.json that is right, for tests to change one thing of."""

from __future__ import annotations

import copy
from typing import Any

from practice.report_reader import report_text

from .conftest import Project

PATH = "cycles/2027-1/dispositions.json"
MARKDOWN = "cycles/2027-1/you-said-we-did.{}.md"
FIRST = "11111111-1111-4111-8111-111111111111"
SECOND = "22222222-2222-4222-8222-222222222222"
THIRD = "33333333-3333-4333-8333-333333333333"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def decision(outcome: str, reason: str, **more: Any) -> dict[str, Any]:
    """Taken on 1 August 2027, with its reason in English."""
    return {
        "outcome": outcome,
        "reason": reason,
        "reason_language": "en",
        "decided_on": "2027-08-01",
        "duplicate_of": None,
        "deferred_to": None,
        **more,
    }


def comment(name: str, body: str, /, **more: Any) -> dict[str, Any]:
    """A customer's problem with a rule, in English, declined."""
    return {
        "id": name,
        "language": "en",
        "role": "customer",
        "role_verified": False,
        "kind": "problem",
        "about": "rule",
        "body": body,
        "suggestion": None,
        "wording": "0123456789abcdef",
        "collected": False,
        "support": 0,
        "submitted_on": "2027-02-01",
        "objected": False,
        "decision": decision("declined", "It stays."),
        "earlier_decisions": [],
        "commit": None,
        **more,
    }


def section(name: str, number: str, *comments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A section of the page of complaints, of which nothing was asked."""
    return {
        "section": name,
        "page": "complaints",
        "number": number,
        "asked": [],
        "summaries": {},
        "comments": list(comments),
        **more,
    }


_DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "cycle": "2027-1",
    "closed_at": "2027-08-10T12:00:00Z",
    "closed_again_at": [],
    "sections": [
        section(
            "complaints-answer",
            "1.2",
            comment(
                FIRST,
                "Слишком долго.\n\nПочему?",
                language="ru",
                suggestion="Пять дней.",
                support=3,
                decision=decision("accepted-in-part", "Passa a 7 dias.", reason_language="pt"),
                commit=COMMIT,
            ),
            comment(
                SECOND,
                "É demais.",
                language="pt",
                role="staff",
                role_verified=True,
                kind="suggestion",
                about="translation",
                collected=True,
                decision=decision("duplicate", "The same.", duplicate_of=FIRST),
            ),
            asked=[{"en": "Too long?", "pt": "Longo demais?", "ru": "Слишком долго?"}],
            summaries={"en": "Most agree.", "pt": "A maioria concorda.", "ru": "Согласны."},
        ),
        section(
            "complaints-gone",
            "",
            comment(THIRD, "Later?", decision=decision("deferred", "Yes.", deferred_to="2028-1")),
        ),
    ],
    "figures": {
        "comments": 12,
        "by_outcome": {"accepted-in-part": 7, "declined": 5},
        "by_role": {"customer": 7, "staff": None},
        "by_language": {"ru": 12},
        "by_kind": {},
    },
}


def document(**changes: Any) -> dict[str, Any]:
    """The content of the file; `changes` replace what stands at its top."""
    return {**copy.deepcopy(_DOCUMENT), **changes}


def write_report(project: Project, content: dict[str, Any] | None = None) -> None:
    """Add dispositions.json, without its Markdown, to a project that has the cycle."""
    text = report_text(document() if content is None else content)
    project.path(PATH).write_text(text, encoding="utf-8")
