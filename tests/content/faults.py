"""Faults as people make them, planted one at a time into a section of the real text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from practice.text import Code, Language, Section

# A term in some inflection, and a refused word in the same one.
FORBIDDEN = {
    "en": (("customers", "users"), ("representatives", "agents"), ("customer", "user")),
    "pt": (
        ("clientes", "usuários"),
        ("representantes", "agentes"),
        ("reclamações", "queixas"),
        ("cliente", "usuário"),
    ),
    "ru": (
        ("клиентов", "пользователей"),
        ("клиенту", "пользователю"),
        ("клиентом", "пользователем"),
        ("представителю", "агенту"),
        ("представителя", "агента"),
        ("жалобой", "претензией"),
        ("жалобы", "претензии"),
    ),
}
_LINK = re.compile(r"\]\((?P<target>[^)#\s]*\.md#[a-z0-9-]+)\)")
_NUMBER = re.compile(r"(?<![\w.#/-])\d+(?![\w.-])")
_WORD = re.compile(r"(?<![\w-])[^\W\d_]{7,}(?![\w-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`line` of the file, from 0, reads `text` once the fault is there; None: it is gone."""

    kind: str
    language: str
    section: str
    path: Path
    line: int
    text: str | None

    def plant(self, root: Path) -> None:
        """Damage the copy of the text below `root`."""
        lines = (root / self.path).read_text(encoding="utf-8").split("\n")
        lines[self.line : self.line + 1] = [] if self.text is None else [self.text]
        (root / self.path).write_text("\n".join(lines), encoding="utf-8")


class Planter:
    """Finds, in one section of one language, a place for each kind of fault."""

    def __init__(self, root: Path, code: Code, language: Language) -> None:
        self._root, self._code, self._language = root, code, language
        folder = root / language.folder
        self._duty: Mapping[str, Sequence[str]] = yaml.safe_load(
            (folder / "duty.yml").read_text(encoding="utf-8")
        )
        quantities = yaml.safe_load((folder / "quantities.yml").read_text(encoding="utf-8"))
        self._units: Mapping[str, Sequence[str]] = quantities["units"]
        self._other = next(lang for lang in code.languages if lang.source != language.source)

    def faults(self, section: Section) -> Iterator[Fault]:
        """At most one fault of each kind."""
        kinds: dict[str, Callable[[str], str | None]] = {
            "number": self._number,
            "unit": self._unit,
            "dropped not": self._dropped_not,
            "weakened": self._weakened,
            "link": self._link,
            "forbidden term": self._forbidden,
            "misspelling": self._misspelt,
            "lost negation": self._lost_negation,
        }
        for kind, change in kinds.items():
            yield from self._line_fault(section, kind, change)
        yield from self._untranslated(section)
        yield from self._missing_item(section)

    def _lines(self, section: Section) -> list[tuple[int, str]]:
        lines = (self._root / section.path).read_text(encoding="utf-8").split("\n")
        body = [(n, lines[n]) for n in range(section.line, section.end_line - 1)]
        return [(n, text) for n, text in body if text.strip() and not text.startswith("<!--")]

    def _line_fault(
        self, section: Section, kind: str, change: Callable[[str], str | None]
    ) -> Iterator[Fault]:
        for number, text in self._lines(section):
            changed = None if "`" in text else change(text)
            if changed is not None and changed != text:
                yield self._fault(section, kind, number, changed)
                return

    def _fault(self, section: Section, kind: str, line: int, text: str | None) -> Fault:
        return Fault(
            kind=kind,
            language=section.language,
            section=section.id,
            path=section.path,
            line=line,
            text=text,
        )

    def _number(self, text: str) -> str | None:
        match = _NUMBER.search(_without_links(text))
        return f"{text[: match.start()]}{int(match[0]) + 1}{text[match.end() :]}" if match else None

    def _unit(self, text: str) -> str | None:
        for name, forms in self._units.items():
            for form in sorted(forms, key=len, reverse=True):
                match = re.search(rf"(?<=\d )({re.escape(form)})(?!\w)", text)
                if match:
                    other = self._units["weeks" if name != "weeks" else "months"][1]
                    return text[: match.start()] + other + text[match.end() :]
        return None

    def _dropped_not(self, text: str) -> str | None:
        for phrase in self._duty["must-not"]:
            match = re.search(rf"(?<!\w){phrase}(?!\w)", text, re.IGNORECASE)
            words = phrase.split()
            negations = self._duty["negation"]
            if match and len(words) == 2:
                kept = str(next(word for word in words if word not in negations))
                return text[: match.start()] + kept + text[match.end() :]
        return None

    def _lost_negation(self, text: str) -> str | None:
        """A denial outside the words of duty."""
        duties = "|".join(
            phrase for force in ("must-not", "should-not") for phrase in self._duty[force]
        )
        blotted = re.sub(duties, lambda match: "\ufffc" * len(match[0]), _without_links(text))
        match = re.search(rf"(?<!\w)(?:{'|'.join(self._duty['negation'])}) (?=\w)", blotted)
        return text[: match.start()] + text[match.end() :] if match else None

    def _weakened(self, text: str) -> str | None:
        must = "|".join(self._duty["must"])
        denied = "|".join(self._duty["negation"])
        pattern = rf"(?<!\w)(?<!не )(?<!não )(?:{must})(?!\w)(?! (?:{denied})\b)"
        match = re.search(pattern, text)
        return (
            text[: match.start()] + self._duty["should"][0] + text[match.end() :] if match else None
        )

    def _link(self, text: str) -> str | None:
        match = _LINK.search(text)
        if not match:
            return None
        others = [
            f"{section.page}.md#{section.id}"
            for section in self._code.sections(self._code.source.code)
            if section.level == 2 and not section.page.startswith("checklists")
        ]
        prefix = "../" if match["target"].startswith("../") else ""
        own = match["target"].removeprefix("../")
        other = next(target for target in others if target != own)
        return text[: match.start("target")] + prefix + other + text[match.end("target") :]

    def _forbidden(self, text: str) -> str | None:
        for term, refused in FORBIDDEN[self._language.code]:
            match = re.search(rf"(?<!\w){term}(?!\w)", _without_links(text))
            if match:
                return text[: match.start()] + refused + text[match.end() :]
        return None

    def _misspelt(self, text: str) -> str | None:
        match = _WORD.search(_without_links(text))
        if not match:
            return None
        place = match.start() + 3
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    def _untranslated(self, section: Section) -> Iterator[Fault]:
        other = self._code.section(self._other.code, section.id)
        if other is None:
            return
        hashes = "#" * section.level
        if other.title.casefold() != section.title.casefold():
            heading = f"{hashes} {other.title} {{ #{section.id} }}"
            yield self._fault(section, "untranslated heading", section.line - 1, heading)
        mine, theirs = self._lines(section), self._lines(other)
        for (number, text), (_, foreign) in zip(mine, theirs, strict=False):
            plain = text.strip("-1. ").split()
            if len(mine) == len(theirs) and len(plain) > 5 and "|" not in text:
                yield self._fault(section, "untranslated sentence", number, foreign)
                return

    def _missing_item(self, section: Section) -> Iterator[Fault]:
        items = [n for n, text in self._lines(section) if re.match(r"(?:- |\d+\. )", text)]
        if len(items) > 1:
            yield self._fault(section, "missing item", items[1], None)


def _without_links(text: str) -> str:
    """The same length, with addresses and ids blotted out."""
    blotted = re.sub(r"\]\([^)]*\)", lambda match: "\ufffc" * len(match[0]), text)
    return re.sub(r"\{ #[^}]*\}|<[^>]*>", lambda match: "\ufffc" * len(match[0]), blotted)
