"""Python-Markdown extension: each cell of a table names its column.

A narrow screen then shows a row as a block of named lines, and nothing scrolls sideways.
The alignment that the table syntax writes as an inline style is taken out: the policy allows none.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class TablesExtension(Extension):
    """`practice.tables_extension` in `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After inline patterns (20), so that a heading cell with emphasis is read as its words.
        md.treeprocessors.register(_ColumnNames(md), "practice-tables", 12)


class _ColumnNames(Treeprocessor):
    def run(self, root: ElementTree.Element) -> None:
        for table in root.iter("table"):
            names = ["".join(cell.itertext()).strip() for cell in table.iter("th")]
            for row in table.iter("tr"):
                for name, cell in zip(names, row.findall("td"), strict=False):
                    cell.set("data-label", name)
                for cell in row:
                    cell.attrib.pop("style", None)


def makeExtension(**kwargs: object) -> TablesExtension:
    """What Python-Markdown calls to load this module by its name."""
    return TablesExtension(**kwargs)
