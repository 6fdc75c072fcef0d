"""The languages of the code: a folder `languages/<code>/` each, with a `language.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NewType

from practice.problem import Problem, ProblemsFoundError
from practice.yaml_file import read_mapping

LanguageCode = NewType("LanguageCode", str)

FOLDER = Path("languages")
_TEXTS = ("name", "tag", "locale", "direction")
_TOOLS = ("stemmer", "spelling", "identification")
_KEYS = {*_TEXTS, *_TOOLS, "source", "order", "menu"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """`tag` is BCP 47 for HTML, `locale` is Babel's; the tool names may be None: no such tool."""

    code: LanguageCode
    name: str
    tag: str
    locale: str
    direction: str
    source: bool
    order: int
    stemmer: str | None
    spelling: str | None
    identification: str | None
    menu: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Relative to the repository."""
        return FOLDER / self.code

    @property
    def pages_folder(self) -> Path:
        """Where this language's pages are, relative to the repository."""
        return Path("docs") / self.code


def read_languages(root: Path) -> tuple[Language, ...]:
    """Every language with a `language.yml`, in its `order`; raises ProblemsFoundError."""
    paths = sorted(path.relative_to(root) for path in (root / FOLDER).glob("*/language.yml"))
    problems: list[Problem] = []
    languages: list[Language] = []
    for path in paths:
        try:
            languages.append(_language(path, read_mapping(root, path)))
        except ProblemsFoundError as found:
            problems.extend(found.problems)
    if not problems and sum(language.source for language in languages) != 1:
        message = "Exactly one language is the source: give one language.yml `source: true`."
        problems.append(Problem(FOLDER, 1, "source-language", message))
    if problems:
        raise ProblemsFoundError(problems)
    return tuple(sorted(languages, key=lambda language: (language.order, language.code)))


def _language(path: Path, content: dict[str, object]) -> Language:
    faults = list(_faults(content))
    if faults:
        raise ProblemsFoundError(Problem(path, 1, "language-file", fault) for fault in faults)
    menu = content.get("menu") or {}
    return Language(
        code=LanguageCode(path.parent.name),
        source=content["source"] is True,
        order=int(str(content["order"])),
        menu=MappingProxyType({str(k): str(v) for k, v in _pairs(menu)}),
        name=str(content["name"]),
        tag=str(content["tag"]),
        locale=str(content["locale"]),
        direction=str(content["direction"]),
        stemmer=_optional(content.get("stemmer")),
        spelling=_optional(content.get("spelling")),
        identification=_optional(content.get("identification")),
    )


def _faults(content: dict[str, object]) -> list[str]:
    faults = [f"Unknown key “{key}”: remove it." for key in sorted(set(content) - _KEYS)]
    for key in _TEXTS:
        value = content.get(key)
        if not isinstance(value, str) or not value.strip():
            faults.append(f"“{key}” is missing or not text: write it, in quotes if need be.")
    for key in _TOOLS:
        if not isinstance(content.get(key), str | None):
            faults.append(f"“{key}” is not text: put it in quotes.")
    if content.get("direction") not in ("ltr", "rtl"):
        faults.append("“direction” is neither ltr nor rtl.")
    if not isinstance(content.get("source"), bool):
        faults.append("“source” is neither true nor false.")
    if type(content.get("order")) is not int:
        faults.append("“order” is not a whole number.")
    if not isinstance(content.get("menu") or {}, dict):
        faults.append("“menu” is not a mapping of menu keys to titles.")
    return faults


def _pairs(menu: object) -> list[tuple[object, object]]:
    return list(menu.items()) if isinstance(menu, dict) else []


def _optional(value: object) -> str | None:
    return str(value) if value else None
