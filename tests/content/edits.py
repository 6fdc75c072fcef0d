"""Families of edits as drift benchmarks name them, for Markdown pages with section ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_HEADING = re.compile(r"^#{1,3} .*\{ #(?P<id>[a-z0-9-]+) \}$", re.MULTILINE)
_ITEM = re.compile(r"^(?:[-*+]|\d+\.) .*(?:\n(?!\s*$|[-*+] |\d+\. |#).*)*\n?", re.MULTILINE)
_PLAIN = re.compile(r"^(?![-*+#>|!`\s]|\d+\. |<!--).+", re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()(?!https?:)[^)\s]+(?=\))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A page cut into what precedes one section's own text, that text, and what follows."""

    before: str
    body: str
    after: str

    def with_body(self, body: str) -> str:
        return self.before + body + self.after


def part(page: str, section: str) -> Part:
    """`before` ends with the section's heading."""
    headings = list(_HEADING.finditer(page))
    place = next(i for i, match in enumerate(headings) if match["id"] == section)
    start = headings[place].end() + 1
    end = headings[place + 1].start() if place + 1 < len(headings) else len(page)
    return Part(before=page[:start], body=page[start:end], after=page[end:])


Edit = Callable[[str, str], str]


def _on_body(change: Callable[[str], str]) -> Edit:
    def edit(page: str, section: str) -> str:
        cut = part(page, section)
        return cut.with_body(change(cut.body))

    return edit


def _swap_emphasis(body: str) -> str:
    swapped = re.sub(r"(?<![*\w])\*(?![*\s])([^*\n]+)\*(?!\*)", r"_\1_", body)
    return re.sub(r"(?<=[^\W\d_]) ([^\W\d_]{4,}) (?=[^\W\d_])", r" **\1** ", swapped, count=1)


def _canonical_links(body: str) -> str:
    return _LINK.sub(lambda match: f"https://handbook.example/{match[0].replace('.md', '/')}", body)


def _reflow(body: str) -> str:
    """Every other space of plain lines becomes a line break; broken lines are joined."""

    def broken(match: re.Match[str]) -> str:
        words = match[0].split(" ")
        return "".join(
            word + ("\n" if place % 7 == 6 and _may_begin_line(words[place + 1 :]) else " ")
            for place, word in enumerate(words)
        ).rstrip()

    if "|" in body or "```" in body:
        return body
    joined = re.sub(r"(?<=[^\n])\n(?=[^\W\d_])", " ", body)
    return _PLAIN.sub(broken, joined)


def _may_begin_line(rest: list[str]) -> bool:
    """Some characters would begin a block, or stand inside a link."""
    return bool(rest) and rest[0][:1].isalpha() and "](" not in " ".join(rest).partition("[")[0]


def _extend(body: str) -> str:
    match = _PLAIN.search(body)
    assert match
    return f"{body[: match.end()]} An exception needs a written reason.{body[match.end() :]}"


def _rewrite(body: str) -> str:
    match = _PLAIN.search(body)
    assert match
    return f"{body[: match.start()]}Whoever is on duty decides.{body[match.end() :]}"


def _remove(body: str) -> str:
    match = re.search(r"(?:^(?![-*+#>|!`\s]|\d+\. |<!--).+\n)+", body, re.MULTILINE)
    assert match
    return body[: match.start()] + body[match.end() :]


def _add_item(body: str) -> str:
    match = list(_ITEM.finditer(body))[-1]
    item = match[0].rstrip("\n")
    mark = re.match(r"(?:[-*+]|\d+\.) ", item)
    assert mark
    return f"{body[: match.start()]}{item}\n{mark[0]}one more thing\n{body[match.end() :]}"


def _drop_item(body: str) -> str:
    match = list(_ITEM.finditer(body))[-1]
    return body[: match.start()] + body[match.end() :]


def _change_number(body: str) -> str:
    match = re.search(r"(?<![\w.#/(-])\d+(?![\w.)-])", body)
    assert match
    return f"{body[: match.start()]}{int(match[0]) + 7}{body[match.end() :]}"


def _rename(page: str, section: str) -> str:
    return re.sub(rf"^(#+ ).*(?= \{{ #{section} \}})", r"\1Renamed", page, count=1, flags=re.M)


def _move_to_end(page: str, section: str) -> str:
    cut = part(page, section)
    heading = cut.before.rstrip("\n").rpartition("\n")[2]
    rest = cut.before[: -len(heading) - 1] + cut.after
    return f"{rest.rstrip()}\n\n{heading}\n\n{cut.body.strip()}\n"


def _comment(body: str) -> str:
    return f"\n<!-- who reads this: translators -->\n{body}"


COSMETIC: dict[str, Edit] = {
    "emphasis swapped": _on_body(_swap_emphasis),
    "links canonicalised": _on_body(_canonical_links),
    "reflowed": _on_body(_reflow),
    "section moved": _move_to_end,
    "comment added": _on_body(_comment),
    "all of these": lambda page, section: _move_to_end(
        _on_body(lambda body: _comment(_reflow(_canonical_links(_swap_emphasis(body)))))(
            page, section
        ),
        section,
    ),
}
MEANT: dict[str, Edit] = {
    "paragraph extended": _on_body(_extend),
    "paragraph rewritten": _on_body(_rewrite),
    "paragraph removed": _on_body(_remove),
    "heading renamed": _rename,
    "item added": _on_body(_add_item),
    "item removed": _on_body(_drop_item),
    "number changed": _on_body(_change_number),
    "combined": lambda page, section: _rename(
        _on_body(lambda body: _swap_emphasis(_reflow(_add_item(_extend(body)))))(page, section),
        section,
    ),
}
NEEDS = {
    "paragraph extended": _PLAIN,
    "paragraph rewritten": _PLAIN,
    "paragraph removed": _PLAIN,
    "item added": _ITEM,
    "item removed": _ITEM,
    "number changed": re.compile(r"(?<![\w.#/(-])\d+(?![\w.)-])"),
    "combined": re.compile(r"(?=[\s\S]*^[-*+] )(?=[\s\S]*^[A-ZА-Я])", re.MULTILINE),
}


def applies(name: str, page: str, section: str) -> bool:
    """Whether the section has what the edit changes."""
    body = part(page, section).body
    plain = body if "|" not in body and "```" not in body else ""
    return name not in NEEDS or NEEDS[name].search(plain) is not None
