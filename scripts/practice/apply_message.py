"""What the commit of an accepted wording says: STYLE's subject, what was decided, the trailers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from practice.apply_document import DecidedComment
from practice.text import Language, Section

_MOST_PLACES = 3
_LONGEST_NAME = 100
_OUTCOMES = {"accepted": "accepted", "accepted-in-part": "accepted in part"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One section's wording changed as a comment suggested.

    `editorial`: its fingerprint is the same; `title` is the section's in the source language.
    """

    comment: DecidedComment
    section: Section
    language: Language
    editorial: bool
    title: str


def commit_subject(changes: Sequence[Change]) -> str:
    """As `Normative(complaints): “Answer and remedies” as a comment suggested`."""
    return f"{_kind(changes)}: {_what(changes)}"


def commit_message(changes: Sequence[Change], reviewer: str) -> str:
    """`reviewer` is name and address as git has them; no other address is ever in it."""
    lines = [commit_subject(changes), "", *_body(changes), ""]
    for change in changes:
        lines += _trailers(change.comment)
    lines.append(f"Reviewed-by: {_one_line(reviewer)}")
    return "\n".join(lines) + "\n"


def _kind(changes: Sequence[Change]) -> str:
    """The word that says most of what changed, and the places."""
    normative = [change for change in changes if not change.editorial]
    source = [change for change in normative if change.language.source]
    if source:
        return f"Normative({_places(changes)})"
    return f"{'Translation' if normative else 'Editorial'}({_places(changes)})"


def _places(changes: Sequence[Change]) -> str:
    places = list(dict.fromkeys(map(_place, changes)))
    if len(places) > _MOST_PLACES:
        return f"{len(places)} pages"
    return ", ".join(places)


def _place(change: Change) -> str:
    page = str(change.section.page)
    return page if change.language.source else f"{change.language.code}/{page}"


def _what(changes: Sequence[Change]) -> str:
    titles = list(dict.fromkeys(change.title for change in changes))
    how = "as a comment suggested" if len(changes) == 1 else "as comments suggested"
    if len(titles) == 1:
        return f"“{titles[0]}” {how}"
    return f"{len(changes)} wordings {how}"


def _body(changes: Sequence[Change]) -> Iterator[str]:
    yield "Decided by editors, and committed by scripts/review apply:"
    for change in changes:
        comment = change.comment
        outcome = _OUTCOMES.get(comment.outcome or "", "decided")
        when = comment.decided_at[:10] if comment.decided_at else ""
        on = f" on {when}" if re.fullmatch(r"\d{4}-\d\d-\d\d", when) else ""
        yield f"- {comment.section} ({comment.language}): {outcome}{on}"


def _trailers(comment: DecidedComment) -> Iterator[str]:
    yield f"Feedback: {comment.id}"
    yield f"Feedback-Cycle: {comment.cycle}"
    proof = "verified" if comment.role_verified else "as stated"
    yield f"Feedback-Role: {comment.role} ({proof})"
    if name := _shown_name(comment):
        yield f"Suggested-by: {name}"


def _shown_name(comment: DecidedComment) -> str:
    """Only with consent, and never what somebody could be written to."""
    name = _one_line(comment.name or "") if comment.public else ""
    return "" if "@" in name else name[:_LONGEST_NAME]


def _one_line(text: str) -> str:
    return " ".join("".join(_visible(text)).split())


def _visible(text: str) -> Iterable[str]:
    return (character if character.isprintable() else " " for character in text)
