"""What came of applying comments, for machines and for the person at the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from practice.apply_batch import Applied, Committed, Refusal
from practice.apply_refusal import SENTENCES

_SHORT_HASH = 12


def applied_record(applied: Applied) -> dict[str, object]:
    """The JSON of `review apply --json`; `section` and `language` are null where there are several.

    `message` of a refusal is a key of the message catalogue.
    """
    return {
        "commits": [_commit_record(commit) for commit in applied.commits],
        "refused": [_refusal_record(refusal) for refusal in applied.refused],
        "behind": [
            {"section": section, "languages": list(languages)}
            for section, languages in applied.behind
        ],
        "branch": applied.branch,
    }


def applied_lines(applied: Applied) -> Iterator[str]:
    """The same to be read; nothing of what others wrote can steer a terminal."""
    for commit in applied.commits:
        yield f"{commit.sha[:_SHORT_HASH]} {commit.subject}"
    for refusal in applied.refused:
        yield from _refusal_lines(refusal)
    for section, languages in applied.behind:
        for language in languages:
            yield (
                f"{section} ({language}) is behind now: scripts/translate diff {section} {language}"
            )
    if applied.branch:
        yield (
            f"You are on the new branch {applied.branch}. Look at it with git show, then:"
            " scripts/review propose"
        )


def _commit_record(commit: Committed) -> dict[str, object]:
    return {
        "sha": commit.sha,
        "comments": [change.comment.id for change in commit.changes],
        "section": _only([str(change.section.id) for change in commit.changes]),
        "language": _only([str(change.section.language) for change in commit.changes]),
        "subject": commit.subject,
        "changes": [
            {
                "comment": change.comment.id,
                "section": change.section.id,
                "language": change.section.language,
                "editorial": change.editorial,
            }
            for change in commit.changes
        ],
    }


def _only(names: Sequence[str]) -> str | None:
    return names[0] if len(set(names)) == 1 else None


def _refusal_record(refusal: Refusal) -> dict[str, object]:
    error = refusal.error
    return {
        "comment": refusal.comment,
        "code": error.code.value,
        "message": SENTENCES[error.code],
        "detail": error.detail,
        "theirs": error.theirs,
        "ours": error.ours,
    }


def _refusal_lines(refusal: Refusal) -> Iterator[str]:
    error = refusal.error
    yield f"{refusal.comment}: {error.code} {SENTENCES[error.code]}"
    yield from _indented(error.detail)
    if error.theirs is not None and error.ours is not None:
        yield "  The suggestion:"
        yield from _indented(error.theirs)
        yield "  The present text:"
        yield from _indented(error.ours)


def _indented(text: str) -> Iterator[str]:
    for line in text.split("\n") if text else ():
        yield "    " + "".join(one if one.isprintable() else "�" for one in line)
