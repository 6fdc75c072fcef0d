"""The long text that the building of the site is measured with."""

import re
from collections import Counter
from pathlib import Path

from bench.site_text import SECTIONS_OF_A_PAGE, languages, new_pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = 12
_ID = re.compile(r"\{ #([a-z0-9-]+) \}$", re.MULTILINE)


def test_pages_are_alike_in_all_languages_and_no_section_stands_twice() -> None:
    pages = new_pages(ROOT, PAGES)

    named = [{code: _ID.findall(text) for code, text in page.texts.items()} for page in pages]
    assert all(set(names) == set(languages(ROOT)) for names in named)
    assert all(len({tuple(ids) for ids in names.values()}) == 1 for names in named)
    ids = Counter(name for names in named for name in next(iter(names.values())))
    assert len(ids) == PAGES * (SECTIONS_OF_A_PAGE + 1)
    assert set(ids.values()) == {1}


def test_a_former_page_says_something_else_in_one_section_of_each_language() -> None:
    page = new_pages(ROOT, 1)[0]

    for code, text in page.texts.items():
        before, after = page.former[code].splitlines(), text.splitlines()
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert [line.startswith("## ") for line in changed] == [True]
