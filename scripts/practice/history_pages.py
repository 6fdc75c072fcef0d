"""The pages of the sections' histories, and the line under a section that leads to its own.

There are as many as sections, all alike but for their middle: MkDocs makes one page with all the
middles in a row, and each takes its own out of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from practice.edition import Edition, page_address
from practice.history_views import FOLDER, SectionHistory, WordingView, history_address
from practice.messages import Messages
from practice.text import SectionId

REVISED_CLASS = "cop-revised"
# Stands for the section wherever a page names itself; no section is called so: ids have no dots.
_ANY = "any.section"
_ANY_TITLE = "any.title"
_CUT = "<!--cop:history-->"
_REVISED = "Last revised on %(date)s"
_REVISED_AFTER = "Last revised on %(date)s after %(count)s comment"


def history_templates(histories: Sequence[SectionHistory]) -> dict[Path, str]:
    """The Jinja template of the one page, by its path below the language's folder."""
    if not histories:
        return {}
    names = f'{{% set address = "{history_address(_ANY)}" %}}{{% set cut = "{_CUT}" %}}'
    return {Path(FOLDER) / _ANY / "index.html": f'{{% extends "history.html" %}}{names}\n'}


def write_history_pages(site: Path, histories: Sequence[SectionHistory]) -> None:
    """Make the pages of one language's site out of the one that MkDocs made."""
    folder = site / FOLDER / _ANY
    if not histories or not folder.exists():
        return
    head, *middles, foot = (folder / "index.html").read_text(encoding="utf-8").split(_CUT)
    for history, middle in zip(histories, middles, strict=True):
        page = site / history_address(history.page) / "index.html"
        page.parent.mkdir(parents=True)
        named = head.replace(_ANY, history.section.id).replace(_ANY_TITLE, _title(history))
        # The space between two middles depends on which others there are.
        text = f"{named}{middle.strip()}\n{foot.replace(_ANY, history.section.id)}"
        page.write_text(text, encoding="utf-8")
    shutil.rmtree(folder)


def revised_lines(
    histories: Sequence[SectionHistory], edition: Edition, messages: Messages
) -> Mapping[SectionId, str]:
    """HTML for each section that was ever revised: when, and after how many public comments."""
    depths = {
        shown.section.id: page_address(edition.source_page(shown.section.page)).count("/")
        for shown in edition.sections()
    }
    return {
        history.section.id: _line(history, depths[history.section.id], messages)
        for history in histories
        if len(history.wordings) > 1 and history.compared is None
    }


def _line(history: SectionHistory, depth: int, messages: Messages) -> str:
    href = "../" * depth + history_address(history.page)
    words = escape(_revised(history.wordings[0], messages))
    which = f'<span class="cop-hidden">: {escape(history.section.label)}</span>'
    return (
        f'<p class="{REVISED_CLASS}" data-pagefind-ignore><a href="{href}">{words}{which}</a></p>'
    )


def _revised(present: WordingView, messages: Messages) -> str:
    date = present.day.text
    if not present.causes:
        return messages.text(_REVISED, date=date)
    return messages.counted(_REVISED_AFTER, len(present.causes), date=date)


def _title(history: SectionHistory) -> str:
    return escape(history.section.label)
