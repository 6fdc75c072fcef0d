"""Every kind of page: axe-core finds nothing, nothing scrolls sideways, nothing complains."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, StorageState

from feedback_api.tables.ods_file import write_ods
from feedback_api.tables.reading import read_table
from feedback_api.tables.table import Column, Table
from tests.browser.accessible import MANY_ELEMENTS, check, violations
from tests.browser.tab import OpenTab, SiteServer, Tab, comment, fill_comment, send, sign_in, tools

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(path.parent.name for path in ROOT.glob("languages/*/language.yml"))
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
    for path in (*PAGES, *cycles, f"history/{SECTION}/"):
        tab.open(f"/{language}/{path}")
        check(tab.page)


def _search(tab: Tab, language: str) -> None:
    page = tab.open(f"/{language}/complaints/")
    page.keyboard.press("/")
    page.keyboard.type(page.locator("main h1").inner_text().split()[-1])
    page.wait_for_selector("#cop-search li")
    check(page)


def _menus(tab: Tab, language: str) -> None:
    page = tab.open(f"/{language}/ethics/")
    page.click("[popovertarget=cop-languages]")
    check(page)
    page.keyboard.press("Escape")
    if page.locator("[popovertarget=cop-nav]").is_visible():
        page.click("[popovertarget=cop-nav]")
        check(page)


def _form_and_receipt(tab: Tab, language: str) -> None:
    page = tab.open(f"/feedback/{language}/{SECTION}")
    check(page)
    send(page.locator("form.cop-form"))
    page.wait_for_selector(".cop-fault")
    check(page)
    fill_comment(page.locator("form.cop-form"), "A comment from its own page.")
    send(page.locator("form.cop-form"))
    receipt = page.inner_text(".cop-receipt")
    check(page)
    tab.open(f"/feedback/receipt?language={language}")
    check(page)
    page.fill('[name="receipt"]', receipt)
    send(page.locator("form.cop-form"))
    page.wait_for_selector(".cop-history")
    check(page)


def _form_in_place(tab: Tab, language: str) -> None:
    page = tab.open(f"/{language}/complaints/")
    tools(page, SECTION).locator(".cop-comment-link").click()
    form = page.locator(".cop-panel form.cop-form")
    form.wait_for()
    check(page)
    send(form)
    page.wait_for_selector(".cop-fault")
    check(page)
    fill_comment(form, "A comment in place.")
    send(form)
    page.wait_for_selector(".cop-receipt")
    check(page)


def _board(tab: Tab, language: str) -> None:
    comment(tab, "A comment for the board.")
    page = tab.open(f"/review/sign-in?language={language}")
    check(page)
    sign_in(tab)
    check(page)
    page.locator("[data-row]").first.click()
    page.wait_for_selector(".cop-columns")
    check(page)


def _dashboard(tab: Tab, language: str) -> None:
    page = tab.open("/review/dashboard")
    check(page)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    check(page)


def _cycles(tab: Tab, language: str) -> None:
    page = tab.open("/review/cycles")
    check(page)
    cycle = page.locator("[data-row]").first.get_attribute("href") or ""
    for path in (cycle, f"{cycle}/summaries/{SECTION}", f"/review/sections/{SECTION}"):
        check(tab.open(path))
    page = tab.open(cycle)
    send(page.locator('form[action$="/close"]'))
    page.wait_for_selector(".cop-notice--warning")
    check(page)


def _collecting(tab: Tab, language: str) -> None:
    """A form with a good row and a bad one, of a text of its own in each test."""
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
    check(page)
    for content in (b"PK", filled):
        file = FilePayload(name="form.ods", mimeType="application/octet-stream", buffer=content)
        page.set_input_files('[name="file"]', file)
        send(page.locator('form[action$="/collect"]'))
        page.wait_for_selector(".cop-notice--warning")
        check(page)
    send(page.locator('form[action$="/collect"]'))
    page.wait_for_selector(".cop-receipt")
    check(page)


def _templates(tab: Tab, language: str) -> None:
    page = tab.open("/review/templates")
    check(page)
    send(page.locator('form[action="/review/templates"]'))
    page.wait_for_selector(".cop-fault")
    check(page)


def _programs(tab: Tab, language: str) -> None:
    tab.open(f"/feedback/api?language={language}")
    check(tab.page)


def _root_of_the_site(tab: Tab, language: str) -> None:
    for path in ("/index.html", "/404.html", f"/{language}/no-such-page/"):
        tab.open(path)
        check(tab.page)


ANYBODYS_PAGES = (
    _pages_of_the_code,
    _search,
    _menus,
    _form_and_receipt,
    _form_in_place,
    _board,
    _programs,
    _root_of_the_site,
)
EDITORS_PAGES = (_dashboard, _cycles, _collecting, _templates)
views = pytest.mark.parametrize(("language", "width", "scheme"), VIEWS)


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, site_server: SiteServer) -> Callable[[str], StorageState]:
    """What the browser of an editor keeps who signed in in this language; one comment is there."""

    @cache
    def kept(language: str) -> StorageState:
        with chromium.new_context() as context:
            tab = Tab(page=context.new_page(), server=site_server)
            comment(tab, "A comment to be counted, and on the agenda.")
            tab.open(f"/review/sign-in?interface={language}")
            sign_in(tab)
            return context.storage_state()

    return kept


def _kinds(visits: Sequence[Callable[[Tab, str], None]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("visit", visits, ids=lambda visit: visit.__name__.lstrip("_"))


@views
@_kinds(ANYBODYS_PAGES)
def test_kind_of_page_is_accessible_and_quiet(
    open_tab: OpenTab, visit: Callable[[Tab, str], None], language: str, width: int, scheme: str
) -> None:
    _assert_quiet(open_tab(width=width, scheme=scheme), visit, language)


@views
@_kinds(EDITORS_PAGES)
def test_kind_of_page_for_editors_is_accessible_and_quiet(
    open_tab: OpenTab,
    signed_in: Callable[[str], StorageState],
    visit: Callable[[Tab, str], None],
    language: str,
    width: int,
    scheme: str,
) -> None:
    tab = open_tab(width=width, scheme=scheme, storage_state=signed_in(language))

    _assert_quiet(tab, visit, language)

    assert tab.page.locator("html").get_attribute("lang") == tab.server.languages[language]


def _assert_quiet(tab: Tab, visit: Callable[[Tab, str], None], language: str) -> None:
    visit(tab, language)
    tab.settle()
    assert [fault for fault in tab.faults if NOT_A_FAULT not in fault] == []


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("color-contrast", "li:nth-child(47) { color: #888 }"),
        ("color-contrast", "ul:nth-of-type(2) { background: #777 }"),
        ("color-contrast", "li:nth-child(47) { opacity: 0.5 }"),
        ("color-contrast", "li:nth-child(47) { font-size: 10px } li { color: #888 }"),
        ("link-in-text-block", "li:nth-child(47) a { color: #111; text-decoration: none }"),
    ],
)
def test_one_element_of_many_with_other_colours_is_found(tab: Tab, rule: str, broken: str) -> None:
    """By a style that no class shows, on a page of so many that one of each look is measured."""
    items = '<li>A text with <a href="#a">a link to follow</a> in it.</li>' * (MANY_ELEMENTS // 4)
    body = f"<main><h1>Many</h1><ul>{items}</ul><ul>{items}</ul></main>"
    sound = "body { color: #000; background: #fff } a { color: #00e }"
    page = tab.page
    found = []
    for style in (sound, f"{sound} {broken}"):
        page.set_content(
            f'<!doctype html><html lang="en"><title>Many</title><style>{style}</style>{body}</html>'
        )
        found.append({name for name, _ in violations(page)})

    assert found == [set(), {rule}]
