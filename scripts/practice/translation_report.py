"""The state of the translations for people at a terminal, for pull requests and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from practice.blocks import read_blocks
from practice.text import Code, Language, PageId
from practice.translation_state import Cause, Standing, Standings, State, changes
from practice.wording_diff import Change, Line, size, word_count, words_changed

_SIZES = ("XS", "S", "M", "L")
_STYLES = {Change.ADDED: "green underline", Change.REMOVED: "red strike", Change.KEPT: ""}
_MARKS = {Change.ADDED: "{+%s+}", Change.REMOVED: "[-%s-]", Change.KEPT: "%s"}


def standing_record(standing: Standing) -> dict[str, object]:
    """One section in one language as JSON; `size` is None where nothing has to be followed."""
    words = words_changed(changes(standing)) if standing.ahead else None
    entry = standing.acceptance
    return {
        "section": standing.section,
        "language": standing.language,
        "state": standing.state,
        "cause": standing.cause,
        "behind": standing.ahead.language if standing.ahead else None,
        "words_changed": words,
        "size": None if words is None else size(words),
        "postponed": standing.postponed,
        "accepted": {
            "source": entry.source,
            "target": entry.target,
            "verdict": entry.verdict,
            "by": entry.by,
            "at": entry.at.isoformat(),
            "revision": entry.revision,
        }
        if entry
        else None,
    }


def status_table(code: Code, found: Standings) -> Table:
    """A row for each page, a column for each language, a total below."""
    table = Table(title="Translations", show_footer=True)
    table.add_column("page", footer="all")
    for language in code.languages:
        own = [s for s in found.values() if s.language == language.code]
        table.add_column(language.name, footer=_summary(own))
    for page in code.order:
        table.add_row(page, *(_cell(code, found, page, language) for language in code.languages))
    return table


def changes_text(standing: Standing, code: Code, *, in_colour: bool) -> Text:
    """What has to be followed; without colour as [-removed-] and {+added+}."""
    text = Text(f"{standing.section} ({standing.language}): {standing.state}\n")
    if standing.state is State.MISSING:
        return text.append("It has not been translated yet.")
    if standing.cause is Cause.NEVER_ACCEPTED:
        return text.append("Nobody has accepted it yet: scripts/translate accept.")
    if standing.cause is Cause.LOCK_REFUSED:
        return text.append("Its entry in the lock is refused: see scripts/translate status.")
    if standing.cause is Cause.TEXT_LOST:
        return text.append("It has lost blocks that the source has: restore them, or accept it.")
    if standing.ahead is None:
        return text.append("Nothing has changed since it was accepted.")
    entry = standing.acceptance
    since = f", accepted by {entry.by} on {entry.at:%Y-%m-%d}" if entry else ""
    text.append(f"Changes in {_name(code, standing.ahead.language)}{since}:\n\n")
    lines = changes(standing)
    if not lines:
        text.append("No words changed, only their arrangement in lists, tables or paragraphs.")
    for line in lines:
        append_line(text, line, in_colour=in_colour)
        text.append("\n")
    return text


def prediction_markdown(code: Code, found: Sequence[Standing]) -> str:
    """A comment for a pull request."""
    if not found:
        return "This branch leaves no translation behind."
    rows = [
        "This branch leaves these translations behind:",
        "",
        "| Section | Language | State | Words | Size |",
        "|---|---|---|---|---|",
    ]
    for standing in found:
        name = _name(code, standing.language)
        words = _words_to_do(code, standing)
        rows.append(
            f"| `{standing.section}` | {name} | {standing.state} | {words} | {size(words)} |"
        )
    return "\n".join(rows)


def _words_to_do(code: Code, standing: Standing) -> int:
    if standing.ahead:
        return words_changed(changes(standing))
    source = code.section(code.source.code, standing.section)
    return word_count(source.title, read_blocks(source.tokens)) if source else 0


def _cell(code: Code, found: Standings, page: PageId, language: Language) -> str:
    sections = code.pages[code.source.code][page].sections
    return _summary([found[section.id, language.code] for section in sections])


def _summary(standings: Iterable[Standing]) -> str:
    states = Counter(_label(standing) for standing in standings)
    order = (
        "current",
        *(f"behind {name}" for name in (*_SIZES, "incomplete", "unaccepted")),
        "missing",
    )
    return ", ".join(f"{states[label]} {label}" for label in order if states[label]) or "–"


def _label(standing: Standing) -> str:
    if standing.state is not State.BEHIND:
        return str(standing.state)
    if standing.ahead is None:
        return "behind incomplete" if standing.cause is Cause.TEXT_LOST else "behind unaccepted"
    return f"behind {size(words_changed(changes(standing)))}"


def append_line(text: Text, line: Line, *, in_colour: bool) -> None:
    """Add one line of a redline to `text`; without colour as [-removed-] and {+added+}."""
    for run in line:
        if in_colour:
            text.append(run.text, _STYLES[run.change])
        else:
            text.append(_MARKS[run.change] % run.text)


def _name(code: Code, name: str) -> str:
    return next(language.name for language in code.languages if language.code == name)
