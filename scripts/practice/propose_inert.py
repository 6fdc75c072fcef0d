"""Strangers' text for a pull request, in which nothing of it can act on any forge.

Backslashes (CommonMark 2.4) keep Markdown and HTML from reading it. Forges look for mentions,
references, commands and addresses only after that, in the text as it is shown, where no escape
is left: a space of no width parts what they look for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

GAP = "\u200b"
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_MARKS = frozenset("\\`*_{}[]<>#|~&$@!^")
_LEADS = frozenset("@#!$%&~:")
_AT_START = re.compile(r"[-+=/:]|\d+(?=[.)](?:\s|$))")
_REFERENCE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z][A-Z0-9_]*-(?=\d)"  # GH-1, and the keys of issue trackers
    r"|\bwww\."
    # A squashed merge may take the text as its message, and a message has trailers.
    r"|\bfeedback(?=:)|(?<=-)by(?=:)|\breverts\s+(?=commit\b|merge\b)",
    re.IGNORECASE,
)
_COMMIT = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b", re.IGNORECASE)
_SHORTER_THAN_COMMITS = 6
# Joiners, without which some scripts and emoji read differently.
_KEPT = ("\u200c", "\u200d")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_COMBINING = ("Mn", "Me")
_MOST_COMBINING = 4


def inert(line: str) -> str:
    """One line as Markdown that shows what people see of it, and nothing else."""
    words = _REFERENCE.sub(lambda found: found.group() + GAP, _visible(line).strip())
    words = _COMMIT.sub(_parted, words)
    start = _AT_START.match(words)
    shown = "".join(_escaped(words))
    if start is None:
        return shown
    if start.group().isdigit():
        digits = start.group()
        return f"{digits}\\{shown.removeprefix(digits)}"
    # Some programs read the text as it is sent, and take an escape away themselves.
    return f"\\{shown[0]}{GAP}{shown[1:]}" if shown[0] == "/" else f"\\{shown}"


def quote(text: str) -> str:
    """Somebody's words over any number of lines as one quotation."""
    lines = [inert(line) for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    # Two spaces at its end keep a line apart from the next.
    return "\n".join(f"> {line}  " if line else ">" for line in lines) or ">"


def without_addresses(text: str, replacement: str, *, known: Collection[str] = ()) -> str:
    """E-mail addresses other than those `known`, in lower case, give way to `replacement`."""

    def replaced(found: re.Match[str]) -> str:
        return found.group() if found.group().strip(".").lower() in known else replacement

    return _ADDRESS.sub(replaced, text)


def plain_title(text: str, longest: int) -> str:
    """One line that forges show as it is: no Markdown is read there, but mentions may be."""
    line = " ".join(_visible(" ".join(text.split())).split())
    line = re.sub(r"[@#!](?=\w)", lambda found: found.group() + GAP, line)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _parted(found: re.Match[str]) -> str:
    size = _SHORTER_THAN_COMMITS
    word = found.group()
    return GAP.join(word[place : place + size] for place in range(0, len(word), size))


def _escaped(line: str) -> Iterator[str]:
    for place, character in enumerate(line):
        yield f"\\{character}" if character in _MARKS else character
        following = line[place + 1 : place + 2]
        if character in _LEADS and following and not following.isspace():
            yield GAP


def _visible(line: str) -> str:
    """Without what only programs see, and without towers of combining marks."""
    return "".join(_seen(line))


def _seen(line: str) -> Iterator[str]:
    height = 0
    for character in line.replace("\t", " "):
        category = unicodedata.category(character)
        height = height + 1 if category in _COMBINING else 0
        hidden = category in _UNSEEN and character not in _KEPT
        if not hidden and height <= _MOST_COMBINING:
            yield character
