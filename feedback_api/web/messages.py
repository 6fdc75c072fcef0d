"""Interface messages by gettext, and dates and numbers in the reader's form."""

import gettext
import io
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from feedback_api.domain.errors import SettingsRefused
from feedback_api.domain.identity import LanguageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The interface messages of one language."""

    language: LanguageCode
    locale: Locale
    translations: Callable[[], gettext.NullTranslations]

    @property
    def tag(self) -> str:
        """BCP 47."""
        return str(self.locale).replace("_", "-")

    def say(self, msgid: str, /, **params: object) -> str:
        """The message in this language; one not yet translated is said as written in the code."""
        text = self.translations().gettext(msgid)
        return text % params if params else text

    def count(self, singular: str, plural: str, number: int, /, **params: object) -> str:
        """The message in the plural form that `number` asks for; `%(count)s` is always given."""
        text = self.translations().ngettext(singular, plural, number)
        return text % {"count": format_decimal(number, locale=self.locale), **params}

    def moment(self, at: datetime) -> str:
        """A moment in the reader's form; in UTC and saying so, for no reader's zone is known."""
        day = format_date(at, "long", locale=self.locale)
        return f"{day}, {format_time(at, 'short', locale=self.locale)} UTC"


def read_messages(folder: Path) -> Mapping[LanguageCode, Messages]:
    """Every `<folder>/<code>/messages.po`. Raises SettingsRefused for one of no known language.

    From the source catalogues at start, so that no compiled file can be older than its source; all
    but their headers once something is said in the language, as three take some 0.05 s and 2 MB.
    """
    found = sorted(folder.glob("*/messages.po"))
    return {LanguageCode(path.parent.name): _read_catalogue(path) for path in found}


def _read_catalogue(path: Path) -> Messages:
    content = path.read_bytes()
    content.decode()  # what is damaged is found at the start
    header, _, _ = content.partition(b"\n\n")
    locale = _parsed(header).locale or _parsed(content).locale
    if locale is None:
        raise SettingsRefused(f"{path}: the header must name a Language that CLDR knows.")
    return Messages(
        language=LanguageCode(path.parent.name),
        locale=locale,
        translations=cache(partial(_translations, content)),
    )


def _translations(content: bytes) -> gettext.NullTranslations:
    return gettext.GNUTranslations(_compiled(_parsed(content)))


def _parsed(content: bytes) -> Catalog:
    return read_po(io.BytesIO(content))


def _compiled(catalogue: Catalog) -> io.BytesIO:
    """The catalogue as gettext reads it, translated messages alone.

    Not by Babel: it sorts them, slowly, for programs that search in the file itself.
    """
    pairs = [
        ("\0".join(_forms(one.id)).encode(), "\0".join(_translated(one)).encode())
        for one in catalogue
        if one.id == "" or (one.string and not one.fuzzy)
    ]
    numbers = [0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0]
    at = 28 + 16 * len(pairs)
    texts = [pair[column] for column in (0, 1) for pair in pairs]
    for text in texts:
        numbers += (len(text), at)
        at += len(text) + 1
    packed = struct.pack(f"<{len(numbers)}I", *numbers)
    return io.BytesIO(packed + b"\0".join(texts) + b"\0")


def _translated(message: Message) -> Sequence[str]:
    """With the source's form where one is missing."""
    ids = _forms(message.id)
    return [
        text or ids[min(place, len(ids) - 1)] for place, text in enumerate(_forms(message.string))
    ]


def _forms(said: Sequence[str] | str | None) -> Sequence[str]:
    return (said,) if isinstance(said, str) else tuple(said or ())


def mark(msgid: str) -> str:
    """The message itself, marked for the test of completeness where it is not said yet."""
    return msgid
