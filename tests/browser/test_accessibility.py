"""Every kind of page: axe-core finds nothing, nothing scrolls sideways, nothing complains."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page

from feedback_api.tables.ods_file import write_ods
from feedback_api.tables.reading import read_table
from feedback_api.tables.table import Column, Table
from tests.browser.tab import OpenTab, Tab, comment, fill_comment, send, sign_in, tools

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(path.parent.name for path in ROOT.glob("languages/*/language.yml"))
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SECTION = "complaints-acknowledge"
PAGES = (
    "",
    "about/",
    "service-delivery/",
    "checklists/training/",
    "standards/",
    "print/",
    "404.html",
)
# Each language with each width and each scheme, each width with each scheme; all three at once
# would take twice as long.
VIEWS = [
    (language, width, scheme)
    for number, language in enumerate(LANGUAGES)
    for width, scheme in (
        ((1280, "light"), (390, "dark")) if number % 2 == 0 else ((1280, "dark"), (390, "light"))
    )
]
# Chromium reports every 4xx as an error of the console, also where it is the right answer.
NOT_A_FAULT = "the server responded with a status of 4"


def _pages_of_the_code(tab: Tab, language: str) -> None:
    folder = tab.server.site / language
    cycles = [f"{path.parent.relative_to(folder)}/" for path in folder.glob("cycles/**/index.html")]
    histories = [f"history/{path.parent.name}/" for path in folder.glob(f"history/{SECTION}/*")]
    for path in (*PAGES, *cycles, *histories):
        tab.open(f"/{language}/{path}")
        _check(tab.page)


def _search(tab: Tab, language: str) -> None:
    page = tab.open(f"/{language}/complaints/")
    page.keyboard.press("/")
    page.keyboard.type(page.locator("main h1").inner_text().split()[-1])
    page.wait_for_selector("#cop-search li")
    _check(page)


def _menus(tab: Tab, language: str) -> None:
    page = tab.open(f"/{language}/ethics/")
    page.click("[popovertarget=cop-languages]")
    _check(page)
    page.keyboard.press("Escape")
    if page.locator("[popovertarget=cop-nav]").is_visible():
        page.click("[popovertarget=cop-nav]")
        _check(page)


def _form_and_receipt(tab: Tab, language: str) -> None:
    page = tab.open(f"/feedback/{language}/{SECTION}")
    _check(page)
    send(page.locator("form.cop-form"))
    page.wait_for_selector(".cop-fault")
    _check(page)
    fill_comment(page.locator("form.cop-form"), "A comment from its own page.")
    send(page.locator("form.cop-form"))
    receipt = page.inner_text(".cop-receipt")
    _check(page)
    tab.open(f"/feedback/receipt?language={language}")
    _check(page)
    page.fill('[name="receipt"]', receipt)
    send(page.locator("form.cop-form"))
    page.wait_for_selector(".cop-history")
    _check(page)


def _form_in_place(tab: Tab, language: str) -> None:
    page = tab.open(f"/{language}/complaints/")
    tools(page, SECTION).locator(".cop-comment-link").click()
    form = page.locator(".cop-panel form.cop-form")
    form.wait_for()
    _check(page)
    send(form)
    page.wait_for_selector(".cop-fault")
    _check(page)
    fill_comment(form, "A comment in place.")
    send(form)
    page.wait_for_selector(".cop-receipt")
    _check(page)


def _board(tab: Tab, language: str) -> None:
    comment(tab, "A comment for the board.")
    page = tab.open(f"/review/sign-in?language={language}")
    _check(page)
    sign_in(tab)
    _check(page)
    page.locator("[data-row]").first.click()
    page.wait_for_selector(".cop-columns")
    _check(page)


def _dashboard(tab: Tab, language: str) -> None:
    comment(tab, "A comment to be counted.")
    tab.open(f"/review/sign-in?interface={language}")
    sign_in(tab)
    page = tab.open("/review/dashboard")
    _check(page)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    _check(page)


def _cycles(tab: Tab, language: str) -> None:
    comment(tab, "A comment on the agenda.")
    tab.open(f"/review/sign-in?interface={language}")
    sign_in(tab)
    page = tab.open("/review/cycles")
    _check(page)
    cycle = page.locator("[data-row]").first.get_attribute("href") or ""
    for path in (cycle, f"{cycle}/summaries/{SECTION}", f"/review/sections/{SECTION}"):
        _check(tab.open(path))
    page = tab.open(cycle)
    send(page.locator('form[action$="/close"]'))
    page.wait_for_selector(".cop-notice--warning")
    _check(page)


def _collecting(tab: Tab, language: str) -> None:
    """A form with a good row and a bad one, of a text of its own in each test."""
    tab.open(f"/review/sign-in?interface={language}")
    sign_in(tab)
    cycle = tab.open("/review/cycles").locator("[data-row]").first.get_attribute("href") or ""
    form = tab.page.context.request.get(f"{tab.server.origin}{cycle}/form.ods").body()
    head, first, *_ = read_table(form)
    said = {"role": "staff", "kind": "praise", "comment": f"Long {'word' * 60} {uuid.uuid4()}"}
    rows = []
    for cells in (said, {**said, "role": "king"}):
        keys = [heading.rpartition("[")[2].rstrip("]") for heading in head.cells]
        rows.append([cells.get(key, first.cells[0] if key == "reference" else "") for key in keys])
    columns = [Column(heading=heading) for heading in head.cells]
    filled = write_ods(Table(name="form", tag=language, columns=columns, rows=rows))
    page = tab.open(f"{cycle}/collect")
    _check(page)
    for content in (b"PK", filled):
        file = FilePayload(name="form.ods", mimeType="application/octet-stream", buffer=content)
        page.set_input_files('[name="file"]', file)
        send(page.locator('form[action$="/collect"]'))
        page.wait_for_selector(".cop-notice--warning")
        _check(page)
    send(page.locator('form[action$="/collect"]'))
    page.wait_for_selector(".cop-receipt")
    _check(page)


def _templates(tab: Tab, language: str) -> None:
    tab.open(f"/review/sign-in?interface={language}")
    sign_in(tab)
    page = tab.open("/review/templates")
    _check(page)
    send(page.locator('form[action="/review/templates"]'))
    page.wait_for_selector(".cop-fault")
    _check(page)


def _programs(tab: Tab, language: str) -> None:
    tab.open(f"/feedback/api?language={language}")
    _check(tab.page)


def _root_of_the_site(tab: Tab, language: str) -> None:
    for path in ("/index.html", "/404.html", f"/{language}/no-such-page/"):
        tab.open(path)
        _check(tab.page)


def _check(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
    )
    violations = [
        (page.url, violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found["violations"]
    ]
    assert violations == []
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"


KINDS = (
    _pages_of_the_code,
    _search,
    _menus,
    _form_and_receipt,
    _form_in_place,
    _board,
    _dashboard,
    _cycles,
    _collecting,
    _templates,
    _programs,
    _root_of_the_site,
)


@pytest.mark.parametrize(("language", "width", "scheme"), VIEWS)
@pytest.mark.parametrize("visit", KINDS, ids=lambda visit: visit.__name__.lstrip("_"))
def test_kind_of_page_is_accessible_and_quiet(
    open_tab: OpenTab, visit: Callable[[Tab, str], None], language: str, width: int, scheme: str
) -> None:
    tab = open_tab(width=width, scheme=scheme)

    visit(tab, language)
    tab.settle()

    assert [fault for fault in tab.faults if NOT_A_FAULT not in fault] == []
