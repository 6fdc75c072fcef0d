"""Python-Markdown extension: ids, clause numbers and tools on headings; tasks; no comments.

It knows nothing of MkDocs. The build hands it a SiteMarks; without one, as in a plain
`mkdocs build`, there are no numbers and the labels are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from practice.blocks import normal_words
from practice.comments import without_comments
from practice.markdown_parser import HEADING_ID
from practice.section_marks import ORIGINAL_CLASS, SectionMark, SiteMarks

_SECTION_TAGS = ("h1", "h2", "h3")
_TASK = re.compile(r"^\s*\[[ xX]\]\s+")


class SectionsExtension(Extension):
    """`practice.sections_extension` in `markdown_extensions`."""

    def __init__(self, **kwargs: object) -> None:
        self.config = {"marks": [SiteMarks(), "What the build knows about the sections."]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        marks: SiteMarks = self.getConfig("marks")
        titles: dict[str, str] = {}
        # Before anything reads the lines; normalize_whitespace has 30.
        md.preprocessors.register(_CommentRemover(md), "practice-comments", 29)
        # After inline patterns (20) and before the table of contents (5), which takes ids as found.
        md.treeprocessors.register(_HeadingIds(md, marks, titles), "practice-ids", 15)
        md.treeprocessors.register(_Tasks(md), "practice-tasks", 14)
        # After MkDocs has rewritten links (0): ours lead to the service, not to files.
        md.treeprocessors.register(_Tools(md, marks, titles), "practice-tools", -5)
        if marks.record:
            recorder = _Recorder(md, marks, titles)
            md.treeprocessors.register(recorder.tree, "practice-tree-done", -10)
            md.postprocessors.register(recorder, "practice-record", -10)


def makeExtension(**kwargs: object) -> SectionsExtension:
    """What Python-Markdown calls to load this module by its name."""
    return SectionsExtension(**kwargs)


class _CommentRemover(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return without_comments("\n".join(lines)).text.split("\n")


class _HeadingIds(Treeprocessor):
    def __init__(self, md: Markdown, marks: SiteMarks, titles: dict[str, str]) -> None:
        super().__init__(md)
        self._marks = marks
        self._titles = titles

    def run(self, root: Element) -> None:
        for heading in root:
            if heading.tag in _SECTION_TAGS:
                self._name(heading)

    def _name(self, heading: Element) -> None:
        name = _take_id(heading)
        if name is None:
            return
        heading.set("id", name)
        self._titles[name] = normal_words("".join(heading.itertext()))
        mark = self._marks.sections.get(name, SectionMark())
        spans = [Element("span", {"id": former}) for former in mark.former]
        if mark.number:
            number = Element("span", {"class": "cop-number"})
            number.text = mark.number
            number.tail = " "
            spans.append(number)
        if spans:
            spans[-1].tail = (spans[-1].tail or "") + (heading.text or "")
            heading.text = ""
            heading[:0] = spans


def _take_id(heading: Element) -> str | None:
    """Cut ` { #id }` off the end of the heading's text."""
    last = heading[-1] if len(heading) else None
    text = (heading.text if last is None else last.tail) or ""
    match = HEADING_ID.match(text)
    if not match:
        return None
    if last is None:
        heading.text = match["title"]
    else:
        last.tail = match["title"]
    return match["id"]


class _Tasks(Treeprocessor):
    def run(self, root: Element) -> None:
        for item in root.iter("li"):
            holder = item[0] if _is_loose(item) else item
            if holder.text and _TASK.match(holder.text):
                holder.text = _TASK.sub("", holder.text)
                item.set("class", "cop-task")


def _is_loose(item: Element) -> bool:
    return len(item) > 0 and item[0].tag == "p" and not (item.text or "").strip()


class _Tools(Treeprocessor):
    def __init__(self, md: Markdown, marks: SiteMarks, titles: dict[str, str]) -> None:
        super().__init__(md)
        self._marks = marks
        self._titles = titles

    def run(self, root: Element) -> None:
        content = list(root)
        mark = SectionMark()
        page = ""
        for element in content:
            name = element.get("id", "")
            starts = element.tag in _SECTION_TAGS and name in self._titles
            if starts:
                page = page or name
                mark = self._marks.sections.get(name, SectionMark())
            place = list(root).index(element)
            if mark.tag:
                root[place] = _in_language(element, mark)
            if starts:
                root[place + 1 : place + 1] = self._below(name, mark)
        if retired := self._marks.retired.get(page):
            root.append(self._raw(retired))

    def _below(self, name: str, mark: SectionMark) -> Iterator[Element]:
        yield self._tools(name, mark)
        if mark.notice:
            yield self._raw(mark.notice)

    def _tools(self, name: str, mark: SectionMark) -> Element:
        marks, title = self._marks, self._titles[name]
        tools = Element("div", {"class": "cop-tools", "data-pagefind-ignore": ""})
        tools.set("data-section", name)
        tools.set("data-wording", mark.wording)
        copy = SubElement(tools, "a", {"class": "cop-copy", "href": f"#{name}"})
        copy.set("aria-label", marks.copy_link_to % {"title": title})
        copy.text = marks.copy_link
        form = f"{marks.service}/feedback/{quote(marks.language)}/{quote(name)}"
        query = f"?wording={mark.wording}" if mark.wording else ""
        comment = SubElement(tools, "a", {"class": "cop-comment-link", "rel": "nofollow"})
        comment.set("href", form + query)
        section = f"{mark.number} {title}".strip()
        comment.text = marks.comment_on % {"section": section}
        if mark.edit:
            edit = SubElement(tools, "a", {"class": "cop-edit", "rel": "nofollow"})
            edit.set("href", mark.edit)
            edit.set("aria-label", marks.edit_of % {"section": section})
            edit.text = marks.edit
        SubElement(
            tools, "a", {"class": "cop-count", "hidden": "hidden", "href": f"{form}/comments"}
        )
        return tools

    def _raw(self, block: str) -> Element:
        holder = Element("p")
        holder.text = self.md.htmlStash.store(block)
        return holder


def _in_language(element: Element, mark: SectionMark) -> Element:
    if HTML_PLACEHOLDER_RE.match(element.text or ""):
        # What was put aside, such as code, comes back in place of the whole paragraph.
        wrapper = Element("div")
        wrapper.append(element)
        element = wrapper
    element.set("lang", mark.tag)
    element.set("dir", mark.direction)
    element.set("class", f"{element.get('class', '')} {ORIGINAL_CLASS}".strip())
    return element


class _TreeDone(Treeprocessor):
    done = False

    def run(self, root: Element) -> None:
        self.done = True


class _Recorder(Postprocessor):
    """Hands on the page's HTML, and not the table of contents, which takes the same way earlier.

    The id of a page is that of its first heading.
    """

    def __init__(self, md: Markdown, marks: SiteMarks, titles: dict[str, str]) -> None:
        super().__init__(md)
        self._marks = marks
        self._titles = titles
        self.tree = _TreeDone(md)

    def run(self, text: str) -> str:
        if self.tree.done and self._marks.record:
            self._marks.record(next(iter(self._titles), ""), text)
        return text
