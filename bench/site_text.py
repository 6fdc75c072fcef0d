"""Makes a long code of practice out of the real one: more pages, with sections that are there.

A section that is lent to a page keeps its words in every language, so that all rules of the text
hold for it; a number after its title makes it a wording of its own.
Each language's pages are handled alike, and none is named here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

SECTIONS_OF_A_PAGE = 5
_SECTION = re.compile(r"^(#{1,3}) (?P<title>.+?) \{ #(?P<id>[a-z0-9-]+) \}$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n(?P<fields>.*?)^---\n", re.DOTALL | re.MULTILINE)
_NOT_LENT = ("<!--", "[^", ":::")
"""What would be counted twice, or refers to something that stays behind."""
_NAME = "chapter-{number:03d}"
_LAST_OF_MENU = "  - standards.md\n"

Code = str
"""Of a language: the name of its folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A section of the real text; `texts` by language, without headings."""

    name: str
    titles: Mapping[Code, str]
    texts: Mapping[Code, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """`texts` by language; in `former` one section has another title, as if it were revised."""

    name: str
    texts: Mapping[Code, str]
    former: Mapping[Code, str]


def languages(repository: Path) -> tuple[Code, ...]:
    """The languages of the text, the source's first."""
    found = {path.parent.name: path for path in (repository / "languages").glob("*/language.yml")}
    first = [code for code, path in found.items() if yaml.safe_load(path.read_text())["source"]]
    return (*first, *sorted(set(found) - set(first)))


def new_pages(repository: Path, count: int) -> list[NewPage]:
    """`count` pages of several sections each, with lists, tables and links between them."""
    codes = languages(repository)
    passages = list(_passages(repository, codes))
    titled = _front_matters(repository, codes)
    return [_page(number, count, codes, passages, titled) for number in range(1, count + 1)]


def add_to_menu(repository: Path, pages: Sequence[NewPage]) -> None:
    """Put the pages behind the others in `nav` of mkdocs.yml."""
    path = repository / "mkdocs.yml"
    settings = path.read_text(encoding="utf-8")
    lines = "".join(f"  - {page.name}.md\n" for page in pages)
    path.write_text(settings.replace(_LAST_OF_MENU, _LAST_OF_MENU + lines, 1), encoding="utf-8")


def _page(
    number: int,
    count: int,
    codes: Sequence[Code],
    passages: Sequence[_Passage],
    titled: Sequence[Mapping[Code, tuple[str, str]]],
) -> NewPage:
    name = _NAME.format(number=number)
    start = number * SECTIONS_OF_A_PAGE
    own = [passages[place % len(passages)] for place in range(start, start + SECTIONS_OF_A_PAGE)]
    front = titled[number % len(titled)]
    texts, former = {}, {}
    for code in codes:
        title, fields = front[code]
        head = f"---\n{fields.replace(title, f'{title} {number}', 1)}---\n\n"
        top = f"# {title} {number} {{ #{name} }}\n\n{_related(number, count, code, passages)}\n"
        parts = [_section(name, passage, code, start + at) for at, passage in enumerate(own)]
        texts[code] = "\n".join([head + top, *parts])
        parts[0] = _section(name, own[0], code, start + 1_000_000)
        former[code] = "\n".join([head + top, *parts])
    return NewPage(name=name, texts=texts, former=former)


def _section(page: str, passage: _Passage, code: Code, number: int) -> str:
    title = f"{passage.titles[code]} {number}"
    return f"## {title} {{ #{page}-{passage.name} }}\n\n{passage.texts[code]}\n"


def _related(number: int, count: int, code: Code, passages: Sequence[_Passage]) -> str:
    """A list of links to the first sections of three other pages."""
    lines = []
    for other in (number % count + 1, (number + 6) % count + 1, (number + 30) % count + 1):
        page = _NAME.format(number=other)
        passage = passages[other * SECTIONS_OF_A_PAGE % len(passages)]
        lines.append(f"- [{passage.titles[code]}]({page}.md#{page}-{passage.name})\n")
    return "".join(lines)


def _passages(repository: Path, codes: Sequence[Code]) -> Iterator[_Passage]:
    """Sections that can stand elsewhere too: no promise with a number, no footnote, no marker."""
    promised = _promised(repository)
    for path in sorted((repository / "docs" / codes[0]).glob("*.md")):
        pages = {code: _sections(repository / "docs" / code / path.name) for code in codes}
        for name, (_, text) in pages[codes[0]].items():
            found = {code: pages[code][name] for code in codes if name in pages[code]}
            lent = name not in promised and name != path.stem and text.strip()
            if lent and len(found) == len(codes) and not any(mark in text for mark in _NOT_LENT):
                yield _Passage(
                    name=name,
                    titles={code: title for code, (title, _) in found.items()},
                    texts={code: own for code, (_, own) in found.items()},
                )


def _promised(repository: Path) -> frozenset[str]:
    register = yaml.safe_load((repository / "docs/standards.yml").read_text(encoding="utf-8"))
    return frozenset(
        name for entry in register for name in (entry["section"], *entry.get("also_in", ()))
    )


def _sections(path: Path) -> dict[str, tuple[str, str]]:
    """Title and own text by id; empty where there is no such page."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = list(_SECTION.finditer(text))
    ends = [*(heading.start() for heading in found), len(text)]
    return {
        heading["id"]: (heading["title"], text[heading.end() : end].strip("\n"))
        for heading, (_, end) in zip(found, pairwise(ends), strict=True)
    }


def _front_matters(repository: Path, codes: Sequence[Code]) -> list[Mapping[Code, tuple[str, str]]]:
    """Title and front matter of each page, in every language."""
    found: list[Mapping[Code, tuple[str, str]]] = []
    for path in sorted((repository / "docs" / codes[0]).glob("*.md")):
        texts = [(repository / "docs" / code / path.name).read_text("utf-8") for code in codes]
        matches = [_FRONT_MATTER.match(text) for text in texts]
        fields = [match["fields"] for match in matches if match]
        if len(fields) == len(codes):
            titles = [str(yaml.safe_load(one)["title"]) for one in fields]
            found.append(dict(zip(codes, zip(titles, fields, strict=True), strict=True)))
    return found
