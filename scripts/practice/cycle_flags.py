"""Reads the flags of `scripts/review open` that say more than one thing at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from practice.text import Code, PageId


class FlagError(ValueError):
    """A flag cannot be read; the text says which and how it is written."""


def texts_of(flags: Iterable[str]) -> dict[str, str]:
    """From `LANG=TEXT`, by language; raises FlagError."""
    texts: dict[str, str] = {}
    for flag in flags:
        language, text = _pair(flag, "LANG=TEXT")
        if language in texts:
            raise FlagError(f"“{flag}” is a second text in that language: leave one out.")
        texts[language] = text
    return texts


def questions_of(flags: Iterable[str]) -> dict[str, list[Mapping[str, str]]]:
    """From `SECTION:LANG=TEXT`; a language that a section's question has begins its next one."""
    questions: dict[str, list[dict[str, str]]] = {}
    for flag in flags:
        place, text = _pair(flag, "SECTION:LANG=TEXT")
        section, _, language = place.rpartition(":")
        if not section or not language:
            raise FlagError(f"“{flag}” cannot be read: write SECTION:LANG=TEXT.")
        asked = questions.setdefault(section, [{}])
        if language in asked[-1]:
            asked.append({})
        asked[-1][language] = text
    return {section: list(asked) for section, asked in questions.items()}


def reviewers_of(flags: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """From `ROLE` or `ROLE=ACCOUNT`."""
    parts = (flag.partition("=") for flag in flags)
    return tuple((role.strip(), account.strip()) for role, _, account in parts)


def sections_of(code: Code, names: Sequence[str], pages: Sequence[str]) -> tuple[str, ...]:
    """The ids as they were given, then those of all sections of the pages; raises FlagError."""
    own = code.pages[code.source.code]
    for page in pages:
        if page not in own:
            raise FlagError(f"There is no page “{page}”: choose from {', '.join(own)}.")
    whole = (section.id for page in pages for section in own[PageId(page)].sections)
    return tuple(dict.fromkeys([*names, *whole]))


def _pair(flag: str, form: str) -> tuple[str, str]:
    name, mark, text = flag.partition("=")
    if not mark or not name.strip() or not text.strip():
        raise FlagError(f"“{flag}” cannot be read: write {form}.")
    return name.strip(), text.strip()
