"""Visible exceptions: `<!-- allow CODE: reason -->` on a line of its own before a block.

A mark lets problems of that code pass in the block that follows it; right under a heading, also
those that are reported on the heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from practice.problem import Problem
from practice.text import Code, Page

_MARK = re.compile(r"^\s*<!--\s*allow\b(?P<rest>.*?)-->\s*$")
_ANY_MARK = re.compile(r"<!--\s*allow\b")
_FORM = re.compile(r"^\s*(?P<code>[a-z][a-z-]*)\s*(?::\s*(?P<reason>.*?))?\s*$", re.DOTALL)
_HEADING = re.compile(r"#{1,6} ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One mark: it stands on `line` and covers lines `first` to `last` of its file."""

    path: Path
    line: int
    code: str
    reason: str
    first: int
    last: int

    def covers(self, problem: Problem) -> bool:
        """Whether this mark lets the problem pass."""
        return (
            problem.path == self.path
            and problem.code == self.code
            and self.first <= problem.line <= self.last
        )


def apply_exceptions(
    code: Code, problems: Iterable[Problem], known: Sequence[str]
) -> Iterator[Problem]:
    """The problems that no mark lets pass, and what is wrong with the marks themselves.

    `known` are the codes that may be allowed.
    """
    marks: list[Exemption] = []
    for pages in code.pages.values():
        for page in pages.values():
            for found in _marks(page, known):
                if isinstance(found, Exemption):
                    marks.append(found)
                else:
                    yield found
    used: set[Exemption] = set()
    for problem in problems:
        covering = [mark for mark in marks if mark.covers(problem)]
        used.update(covering)
        if not covering:
            yield problem
    for mark in marks:
        if mark not in used:
            message = f"Nothing here needs the exception for {mark.code}: remove the mark."
            yield Problem(mark.path, mark.line, "allow-unused", message)


def _marks(page: Page, known: Sequence[str]) -> Iterator[Exemption | Problem]:
    lines = page.source.lines
    code_lines = {
        line
        for token in page.source.tokens
        if token.type in ("fence", "code_block") and token.map
        for line in range(*token.map)
    }
    for number, text in enumerate(lines):
        if number in code_lines or not _ANY_MARK.search(text):
            continue
        match = _MARK.match(text)
        form = _FORM.match(match["rest"]) if match else None
        fault = _fault(form, known)
        if fault or form is None:
            code, message = fault or ("", "")
            yield Problem(page.path, number + 1, code, message)
            continue
        first, last = _covered(lines, number)
        yield Exemption(
            path=page.path,
            line=number + 1,
            code=form["code"],
            reason=form["reason"],
            first=first + 1,
            last=last + 1,
        )


def _fault(form: re.Match[str] | None, known: Sequence[str]) -> tuple[str, str] | None:
    if form is None:
        message = "Write the mark on a line of its own: <!-- allow CODE: reason -->."
        return "allow-form", message
    if form["code"] not in known:
        message = f"“{form['code']}” cannot be allowed: use one of {', '.join(known)}."
        return "allow-unknown-code", message
    if not form["reason"]:
        message = f"Say why: <!-- allow {form['code']}: reason -->."
        return "allow-without-reason", message
    return None


def _covered(lines: Sequence[str], mark: int) -> tuple[int, int]:
    """The heading above if nothing but marks stands between, to the end of the block below."""
    first = mark
    above = mark - 1
    while above >= 0 and (not lines[above].strip() or _MARK.match(lines[above])):
        above -= 1
    if above >= 0 and _HEADING.match(lines[above]):
        first = above
    last = mark + 1
    while last < len(lines) and (not lines[last].strip() or _MARK.match(lines[last])):
        last += 1
    while last + 1 < len(lines) and _continues(lines, last + 1):
        last += 1
    return first, last


def _continues(lines: Sequence[str], number: int) -> bool:
    """An empty line ends a block, unless indented lines follow: more of an item or a note."""
    line = lines[number]
    if line.strip():
        return not _HEADING.match(line) and not _MARK.match(line)
    following = next((text for text in lines[number + 1 :] if text.strip()), "")
    return following.startswith("    ")
