"""The note that a reader of a wording that is behind finds above it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from babel.dates import format_date

from practice.languages import Language
from practice.messages import Messages
from practice.text import Code
from practice.translation_state import Cause, Standing, State, changes
from practice.wording_diff import Change, Line

_SOURCE_CHANGED = (
    "This translation follows revision %(version)s (accepted on %(date)s)."
    " The original text (%(language)s) has changed since."
)
_CHANGED_FIRST = (
    "The text in %(language)s was changed after revision %(version)s (accepted on %(date)s),"
    " and this text does not follow that change yet."
)
_NEVER_ACCEPTED = (
    "Nobody has confirmed yet that this translation agrees with the original text (%(language)s)."
)
_TEXT_LOST = "Part of the original text (%(language)s) is missing in this translation."
_CURRENT_TEXT = "Read the current text (%(language)s)"
_WHAT_CHANGED = "What has changed in the text in %(language)s"
_TAGS = {Change.ADDED: "ins", Change.REMOVED: "del"}


def behind_notice(standing: Standing, code: Code, *, messages: Messages, address: str) -> str:
    """One HTML block, empty where the standing is not behind.

    `messages` are those of the reader's language. `address` leads to the section in the language of
    `leading_language`, with its anchor.
    """
    if standing.state is not State.BEHIND:
        return ""
    language = leading_language(standing, code)
    name = {"language": language.name}
    link = (
        f'<a href="{escape(address)}" hreflang="{language.tag}">'
        f"{escape(messages.text(_CURRENT_TEXT, **name))}</a>"
    )
    said = f"<p>{escape(_sentence(standing, language, messages))} {link}</p>"
    return (
        '<div class="cop-notice cop-notice--warning" role="note" data-pagefind-ignore>'
        f"{said}{_redline(standing, language, messages)}</div>"
    )


def leading_language(standing: Standing, code: Code) -> Language:
    """The language whose wording the section should follow: the source, or one changed first."""
    code_of = standing.ahead.language if standing.ahead else code.source.code
    return next(language for language in code.languages if language.code == code_of)


def redline(lines: Sequence[Line]) -> str:
    """HTML paragraphs with `<ins>` and `<del>` around the words that were added and removed."""
    return "".join(f"<p>{''.join(_marked(line))}</p>" for line in lines)


def _sentence(standing: Standing, language: Language, messages: Messages) -> str:
    entry = standing.acceptance
    if standing.cause is Cause.TEXT_LOST:
        return messages.text(_TEXT_LOST, language=language.name)
    if entry is None:
        return messages.text(_NEVER_ACCEPTED, language=language.name)
    text = _SOURCE_CHANGED if standing.cause is Cause.SOURCE_CHANGED else _CHANGED_FIRST
    return messages.text(
        text,
        language=language.name,
        version=entry.revision,
        date=format_date(entry.at.date(), format="long", locale=messages.locale),
    )


def _redline(standing: Standing, language: Language, messages: Messages) -> str:
    if standing.ahead is None or standing.before is None:
        return ""
    lines = changes(standing)
    if not lines:
        return ""
    summary = escape(messages.text(_WHAT_CHANGED, language=language.name))
    return (
        f"<details><summary>{summary}</summary>"
        f'<div class="cop-redline" lang="{language.tag}" dir="{language.direction}">'
        f"{redline(lines)}</div></details>"
    )


def _marked(line: Line) -> Iterator[str]:
    for run in line:
        tag = _TAGS.get(run.change)
        yield f"<{tag}>{escape(run.text)}</{tag}>" if tag else escape(run.text)
