"""What a changed page reads like, to people and to the tools, and whether it is still the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import markdown
from lxml import html
from markdown_it.token import Token

from practice.agreement import page_agreement
from practice.apply_refusal import ApplyRefusedError, RefusalCode
from practice.markdown_parser import parse
from practice.menu import CONFIGURATION
from practice.text import Page, Section, SectionId
from practice.yaml_file import read_mapping

# What MkDocs adds to the extensions that a site names.
_ALWAYS = ("toc", "tables", "fenced_code")
_GUARD = "text-that-follows"
_FOLLOWING = f"\n\n## Text that follows {{ #{_GUARD} }}\n"
_NOTE_NUMBER = re.compile(r'(class="footnote-ref"[^>]*>)[^<]*')


def require_same_outline(before: Page, after: Page) -> None:
    """Raises ApplyRefusedError unless both have the same sections in the same order."""
    if list(_outline(before)) != list(_outline(after)):
        raise _broken("Sections would begin, end or move.")


def require_same_reading(root: Path, before: Page, after: Page, changed: SectionId) -> None:
    """Raises ApplyRefusedError unless `after` differs in the own text of `changed` alone.

    They have the same outline. Both parsers are asked: the one that the tools read with, and the
    one that renders the site.
    """
    own = next(section for section in after.sections if section.id == changed)
    _require_closed(own)
    for old, new in zip(before.sections, after.sections, strict=True):
        if old.id != changed and _reading(old) != _reading(new):
            raise _broken(f"The section {old.id} would read differently.")
    shown = _rendered(root, after)
    problems = list(page_agreement(after.sections, shown))
    if problems:
        raise _broken("\n".join(map(str, problems)))
    old_parts, new_parts = _parts(_rendered(root, before)), _parts(shown)
    notes = {f"fn:{name}" for name in (*_notes(before, changed), *_notes(after, changed))}
    for name in old_parts.keys() | new_parts.keys():
        if name != changed and name not in notes and old_parts.get(name) != new_parts.get(name):
            raise _broken(f"{name} would be shown differently.")


def _broken(detail: str) -> ApplyRefusedError:
    return ApplyRefusedError(RefusalCode.BREAKS_GRAMMAR, detail)


def _outline(page: Page) -> Iterator[tuple[object, ...]]:
    yield (page.id, page.front_matter)
    for section in page.sections:
        yield (section.id, section.parent, section.level, section.number, section.title)


def _require_closed(section: Section) -> None:
    """A fence or a list that is left open would swallow whatever the site puts below."""
    last = parse(section.markdown + _FOLLOWING)[-3:]
    if not last or last[0].attrGet("id") != _GUARD or last[0].level:
        raise _broken("The text has no end: close what it leaves open.")


def _reading(section: Section) -> list[tuple[object, ...]]:
    return [_token(token) for token in section.tokens]


def _token(token: Token) -> tuple[object, ...]:
    children = tuple(_token(child) for child in token.children or ())
    content = "" if children else token.content
    label = str(token.meta.get("label", ""))
    attributes = tuple(sorted((name, str(value)) for name, value in token.attrs.items()))
    return (token.type, token.tag, token.level, attributes, label, content, children)


def _notes(page: Page, section: SectionId) -> Iterator[str]:
    """The names of the footnotes that stand in a section."""
    for own in page.sections:
        if own.id == section:
            for token in own.tokens:
                if token.type == "footnote_reference_open":
                    yield str(token.meta.get("label", ""))


def _rendered(root: Path, page: Page) -> str:
    """The page's HTML as MkDocs would make it, without what the build adds.

    Another heading follows it meanwhile: what it leaves open must not reach there.
    """
    written = read_mapping(root, CONFIGURATION).get("markdown_extensions")
    names: list[str] = list(_ALWAYS)
    settings: dict[str, dict[str, object]] = {}
    for entry in written if isinstance(written, list) else ():
        for name, options in entry.items() if isinstance(entry, dict) else [(entry, None)]:
            names.append(str(name))
            settings[str(name)] = dict(options or {})
    lines = page.source.lines[page.sections[0].line - 1 :]
    markup = markdown.markdown(
        "\n".join(lines) + _FOLLOWING,
        extensions=list(dict.fromkeys(names)),
        extension_configs=settings,
    )
    top = html.fragment_fromstring(markup, create_parent="div")
    guard = top.find(f"h2[@id='{_GUARD}']")
    if guard is None:
        raise _broken("The text has no end: close what it leaves open.")
    top.remove(guard)
    for tools in top.find_class("cop-tools"):
        tools.drop_tree()
    return _markup(list(top))


def _parts(markup: str) -> dict[str, str]:
    """HTML by section, and by footnote, whose numbers change with those before them."""
    top = html.fragment_fromstring(markup, create_parent="div")
    for element in top.find_class("footnote-backref"):
        element.drop_tree()
    parts: dict[str, str] = {}
    name = ""
    for element in list(top):
        if "footnote" in str(element.get("class") or "").split():
            parts.update({str(note.get("id")): _markup([note]) for note in element.iter("li")})
            continue
        if element.tag in ("h1", "h2", "h3"):
            name = str(element.get("id") or "")
        parts[name] = parts.get(name, "") + _NOTE_NUMBER.sub(r"\1", _markup([element]))
    return parts


def _markup(elements: Sequence[html.HtmlElement]) -> str:
    return "".join(html.tostring(element, encoding="unicode") for element in elements)
