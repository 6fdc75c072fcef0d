"""The register of promises as a table for readers in their language, and for machines."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_percent

from practice.edition import page_address
from practice.messages import Messages
from practice.rules.facts import quantities
from practice.rules.passages import CODE_MARK, Passage, passages
from practice.rules.quantities import QuantityReader
from practice.rules.quantity_words import read_quantity_words
from practice.standards import Standard, read_standards
from practice.text import Code, Language, LanguageCode, PageId, Section

MARKER = "<!-- register: standards -->"
PAGE = PageId("standards")
CLASS = "cop-register"
_PROMISES = {
    "minutes": "%(count)s minute",
    "hours": "%(count)s hour",
    "working-days": "%(count)s working day",
    "calendar-days": "%(count)s calendar day",
    "weeks": "%(count)s week",
    "months": "%(count)s month",
}
_COLUMNS = ("Section", "What is promised", "Standard", "In force since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A standard as one language states it; `words` is the sentence or the cell that carries it."""

    standard: Standard
    section: Section
    words: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPromise:
    """What machines are told of a standard in one language; `url` is below the site's root."""

    standard: Standard
    url: str
    title: str
    promise: str
    number: str
    text_language: LanguageCode


def standards_table(code: Code, promised: Sequence[Promise], messages: Messages) -> str:
    """An HTML table, one block, with links relative to the page of the register."""
    page = code.pages[code.source.code].get(PAGE)
    own = page_address(page) if page else ""
    names = [escape(messages.text(name)) for name in _COLUMNS]
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(
        _row(promise, _relative(_address(code, promise.section), own), names, messages.locale)
        for promise in promised
    )
    return (
        f'<div class="{CLASS}"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def told_promises(
    code: Code, language: Language, promised: Sequence[Promise]
) -> tuple[ToldPromise, ...]:
    """The promises as machines are told them."""
    return tuple(
        ToldPromise(
            standard=promise.standard,
            url=f"/{language.code}/{_address(code, promise.section)}",
            title=promise.section.title,
            promise=promise.words,
            number=promise.number,
            text_language=promise.section.language,
        )
        for promise in promised
    )


def standards_json(told: Mapping[LanguageCode, Sequence[ToldPromise]]) -> Any:
    """What `standards.json` holds: each entry of the register, with its words in every language."""
    languages = list(told)
    return {
        "schema": 1,
        "standards": [
            _record(dict(zip(languages, entry, strict=True)))
            for entry in zip(*told.values(), strict=True)
        ],
    }


def promises(root: Path, code: Code, language: Language, messages: Messages) -> tuple[Promise, ...]:
    """Every standard in the register's order; the source's words where a section is missing."""
    readers: dict[LanguageCode, QuantityReader] = {}
    used: dict[tuple[object, ...], int] = {}
    found = []
    for standard in read_standards(root):
        section = code.section(language.code, standard.section) or code.section(
            code.source.code, standard.section
        )
        if section is None:
            continue
        if section.language not in readers:
            told_in = language if section.language == language.code else code.source
            words = read_quantity_words(root, told_in)
            readers[section.language] = QuantityReader(words, told_in.locale)
        key = (standard.section, standard.value, standard.unit)
        place = used[key] = used.get(key, -1) + 1
        found.append(
            Promise(
                standard=standard,
                section=section,
                words=_words(section, readers[section.language], standard, place),
                number=_number(standard, messages),
            )
        )
    return tuple(found)


def _number(standard: Standard, messages: Messages) -> str:
    if standard.unit == "percent":
        return format_percent(standard.value / 100, locale=messages.locale)
    return messages.counted(_PROMISES[standard.unit], standard.value)


def _words(section: Section, reader: QuantityReader, standard: Standard, place: int) -> str:
    """Of several equal promises of a section, the register lists each in the text's order."""
    stated = [
        _around(passage, quantity.start)
        for passage in passages(section)
        for quantity in quantities(reader, passage)
        if (quantity.value, quantity.unit) == (str(standard.value), standard.unit)
    ]
    return stated[min(place, len(stated) - 1)] if stated else section.title


def _around(passage: Passage, offset: int) -> str:
    """The source line around the offset, for one line is one sentence; of a cell, its labels."""
    if passage.labels:
        return _sentence(" — ".join(filter(None, map(_bare, passage.labels))))
    starts = [start for start in passage.starts if start <= offset]
    following = [start for start in passage.starts if start > offset]
    end = following[0] if following else len(passage.words)
    return _sentence(_bare(passage.words[starts[-1] : end]))


def _bare(words: str) -> str:
    """Without inline code, and without the mark that leads on to what follows."""
    return words.replace(CODE_MARK, "").strip(" ,;:")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _row(promise: Promise, address: str, names: Sequence[str], locale: Locale) -> str:
    """Each cell names its column, for screens on which a row is a block."""
    section, standard = promise.section, promise.standard
    name = f"{section.number} {section.title}".strip()
    day = format_date(standard.valid_from, format="medium", locale=locale)
    cells = (
        f'<a href="{escape(address)}">{escape(name)}</a>',
        escape(promise.words),
        escape(promise.number),
        f'<time datetime="{standard.valid_from.isoformat()}">{escape(day)}</time>',
    )
    shown = (
        f'<td data-label="{name}">{cell}</td>' for name, cell in zip(names, cells, strict=True)
    )
    return f"<tr>{''.join(shown)}</tr>"


def _address(code: Code, section: Section) -> str:
    page = code.pages[code.source.code][section.page]
    return f"{page_address(page)}#{section.id}"


def _relative(address: str, own: str) -> str:
    path, _, anchor = address.partition("#")
    return f"{posixpath.relpath(path or '.', own or '.')}/#{anchor}"


def _record(told: Mapping[LanguageCode, ToldPromise]) -> dict[str, object]:
    standard = next(iter(told.values())).standard
    compared = standard.compared_with
    return {
        "id": standard.id,
        "section": standard.section,
        "value": standard.value,
        "unit": standard.unit,
        "valid_from": standard.valid_from.isoformat(),
        "why": standard.why,
        "compared_with": {
            "what": compared.what,
            "checked_on": compared.checked_on.isoformat(),
        }
        if compared
        else None,
        "also_in": list(standard.also_in),
        "languages": {
            name: {
                "url": promise.url,
                "title": promise.title,
                "promise": promise.promise,
                "number": promise.number,
                "text_language": promise.text_language,
            }
            for name, promise in told.items()
        },
    }
