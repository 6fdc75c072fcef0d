"""The interface's messages of one language, from `languages/<code>/messages.po`."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from practice.languages import Language
from practice.problem import Problem, ProblemsFoundError

_SAMPLES = (*range(201), 1000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """`single` maps an English message to its translation.

    `plurals` maps the English singular to one text for each CLDR category of the language.
    """

    single: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    locale: Locale

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: what Babel knows of the locale is read there, if it is needed."""
        plurals = {message: dict(forms) for message, forms in self.plurals.items()}
        return _messages, (dict(self.single), plurals, str(self.locale))

    def text(self, message: str, **values: object) -> str:
        """The message in this language, English where it is not translated, with its values."""
        found = self.single.get(message, message)
        return found % values if values else found

    def counted(self, message: str, count: int, **values: object) -> str:
        """The form of a plural message for `count`, which is also its `%(count)s`."""
        forms = self.plurals.get(message, {"other": message})
        form = forms.get(self.locale.plural_form(count)) or forms["other"]
        return form % {"count": count, **values}


def read_messages(root: Path, language: Language) -> Messages:
    """The catalogue of a language; raises ProblemsFoundError where it cannot be read."""
    path = language.folder / "messages.po"
    try:
        content = (root / path).read_bytes()
        catalog = read_po(io.BytesIO(content), locale=language.locale, abort_invalid=True)
    except (OSError, PoFileError, ValueError) as error:
        line = getattr(error, "lineno", 0) + 1
        message = f"The messages cannot be read ({error}). Correct the entry."
        raise ProblemsFoundError([Problem(path, line, "messages", message)]) from error
    locale = Locale.parse(language.locale)
    # Gettext numbers its forms by a formula of the file, CLDR names them: matched by example.
    number: Callable[[int], int] = c2py(catalog.plural_expr)
    categories: dict[str, int] = {}
    for count in _SAMPLES:
        categories.setdefault(locale.plural_form(count), number(count))
    # Browsers may ask for the form of fractions, which nothing here counts in.
    categories.setdefault("other", number(_SAMPLES[-1]))
    single: dict[str, str] = {}
    plurals: dict[str, Mapping[str, str]] = {}
    for entry in catalog:
        if isinstance(entry.id, (tuple, list)):
            forms = _forms(entry)
            plurals[entry.id[0]] = {
                category: forms[place] for category, place in categories.items()
            }
        elif entry.id:
            single[entry.id] = entry.id if entry.fuzzy else str(entry.string) or entry.id
    return _messages(single, plurals, str(locale))


def _messages(
    single: Mapping[str, str], plurals: Mapping[str, Mapping[str, str]], locale: str
) -> Messages:
    read_only = {message: MappingProxyType(forms) for message, forms in plurals.items()}
    return Messages(
        single=MappingProxyType(single),
        plurals=MappingProxyType(read_only),
        locale=Locale.parse(locale),
    )


def _forms(entry: Message) -> list[str]:
    """As many as the file's formula numbers; English where one is not translated."""
    return [
        entry.id[min(place, 1)] if entry.fuzzy else text or entry.id[min(place, 1)]
        for place, text in enumerate(entry.string or ())
    ]
