"""A code of one page whose one section reads as a test wants it to, in every language."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from practice.problem import Problem
from practice.text import Code, read_code
from tests.content.copies import ROOT

_FRONT = """---
title: {title}
owner: code owner
version: "1.0"
effective_on: 2027-01-04
last_reviewed_on: 2026-11-20
review_every: 12
---

# {title} {{ #guide }}

"""
TITLES = {"en": "Guide", "pt": "Guia", "ru": "Руководство"}
DATA = ("language.yml", "duty.yml", "quantities.yml", "words.txt", "messages.po")


def small_code(folder: Path, texts: Mapping[str, str]) -> Code:
    """`texts` maps a language's code to the page's text below its heading."""
    for path in (ROOT / "languages").glob("*/language.yml"):
        target = folder / "languages" / path.parent.name
        target.mkdir(parents=True, exist_ok=True)
        for name in DATA:
            shutil.copy(path.with_name(name), target / name)
    (folder / "mkdocs.yml").write_text("nav:\n  - guide.md\n", encoding="utf-8")
    for name, text in texts.items():
        pages = folder / "docs" / name
        pages.mkdir(parents=True, exist_ok=True)
        front = _FRONT.format(title=TITLES[name])
        (pages / "guide.md").write_text(f"{front}{text}\n", encoding="utf-8")
    return read_code(folder)


def places(problems: list[Problem]) -> list[tuple[str, str, int]]:
    """(language, code, line of the text below the heading, from 1) of each problem."""
    first = _FRONT.count("\n")
    return sorted((p.path.parts[1], p.code, p.line - first) for p in problems)
