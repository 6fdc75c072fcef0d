"""Interface messages by gettext, and dates and numbers in the reader's form."""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from feedback_api.domain.errors import SettingsRefused
from feedback_api.domain.identity import LanguageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The interface messages of one language."""

    language: LanguageCode
    locale: Locale
    translations: gettext.NullTranslations

    @property
    def tag(self) -> str:
        """BCP 47."""
        return str(self.locale).replace("_", "-")

    def say(self, msgid: str, /, **params: object) -> str:
        """The message in this language; one not yet translated is said as written in the code."""
        text = self.translations.gettext(msgid)
        return text % params if params else text

    def count(self, singular: str, plural: str, number: int, /, **params: object) -> str:
        """The message in the plural form that `number` asks for; `%(count)s` is always given."""
        text = self.translations.ngettext(singular, plural, number)
        return text % {"count": format_decimal(number, locale=self.locale), **params}

    def moment(self, at: datetime) -> str:
        """A moment in the reader's form; in UTC and saying so, for no reader's zone is known."""
        day = format_date(at, "long", locale=self.locale)
        return f"{day}, {format_time(at, 'short', locale=self.locale)} UTC"


def read_messages(folder: Path) -> Mapping[LanguageCode, Messages]:
    """Every `<folder>/<code>/messages.po`. Raises SettingsRefused for one of no known language.

    Read from the source catalogue at start: three catalogues take some 0.1 s, and no compiled
    file can then be older than its source.
    """
    found = sorted(folder.glob("*/messages.po"))
    return {LanguageCode(path.parent.name): _read_catalogue(path) for path in found}


def _read_catalogue(path: Path) -> Messages:
    with path.open("rb") as source:
        catalogue = read_po(source)
    if catalogue.locale is None:
        raise SettingsRefused(f"{path}: the header must name a Language that CLDR knows.")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Messages(
        language=LanguageCode(path.parent.name),
        locale=catalogue.locale,
        translations=gettext.GNUTranslations(compiled),
    )


def mark(msgid: str) -> str:
    """The message itself, marked for the test of completeness where it is not said yet."""
    return msgid
