"""Finds whole words and phrases, whatever the case and the white space between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from practice.rules.passages import fold


def phrase_pattern(phrases: Iterable[str]) -> str:
    """A regular expression for any of the phrases as whole words; a longer one wins over a shorter.

    It is meant for text that `fold` has seen, with re.IGNORECASE. Without phrases it never matches.
    """
    longest_first = sorted({fold(phrase) for phrase in phrases}, key=lambda p: (-len(p), p))
    return "|".join(_one(phrase) for phrase in longest_first) or r"(?!)"


def phrase_table(phrases: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """From each phrase, folded and in lower case with single spaces, to the name it stands for."""
    return {spoken(phrase): name for name, listed in phrases.items() for phrase in listed}


def spoken(phrase: str) -> str:
    """The one spelling under which a phrase is looked up."""
    return " ".join(fold(phrase).casefold().split())


def _one(phrase: str) -> str:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    # A unit may follow its digits directly: 24h.
    before = r"(?<![^\W\d])" if phrase[:1].isalnum() else ""
    after = r"(?!\w)" if phrase[-1:].isalnum() else ""
    return f"{before}{words}{after}"
