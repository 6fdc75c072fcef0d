"""Reading: weight, no script, languages, colours, links and counts."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.tab import OpenTab, SiteServer, Tab, tools

WEIGHT_BYTES = 6000
FIRST_SCRIPT_BYTES = 1800
SHIFTS = """() => new Promise((done) => {
  let sum = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value
  }).observe({ type: "layout-shift", buffered: true })
  setTimeout(() => done(sum), 200)
})"""


def _assets_of(page: Page) -> list[str]:
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    paths = [urlsplit(name).path for name in names]
    return [path for path in paths if path.startswith("/assets/")]


def test_reader_page_adds_one_style_sheet_and_one_script_of_little_weight(tab: Tab) -> None:
    page = tab.open("/en/complaints/")
    tab.settle()

    paths = _assets_of(page)
    weight = sum(len(gzip.compress((tab.server.site / path[1:]).read_bytes())) for path in paths)

    assert sorted(path.rsplit(".", 1)[1] for path in paths) == ["css", "js"]
    assert weight <= WEIGHT_BYTES


def test_first_script_is_small(site_server: SiteServer) -> None:
    (script,) = site_server.site.glob("assets/practice.*.js")

    assert len(gzip.compress(script.read_bytes())) <= FIRST_SCRIPT_BYTES


def test_page_without_script_has_everything_to_read_and_to_comment(open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False)

    page = tab.open("/pt/complaints/")

    expect(page.locator("main h1")).to_contain_text("Reclamações")
    link = tools(page, "complaints-acknowledge").locator(".cop-comment-link")
    link.click()
    expect(page.locator("form.cop-form textarea[name=body]")).to_be_visible()


def test_menus_without_script_open(open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False, width=390)
    page = tab.open("/ru/ethics/")

    page.click("[popovertarget=cop-nav]")
    page.locator("#cop-nav a[href$='complaints/']").click()
    page.click("[popovertarget=cop-languages]")
    page.locator("#cop-languages [hreflang=en]").click()

    assert page.url.endswith("/en/complaints/")


def test_language_switch_keeps_page_and_named_section(tab: Tab) -> None:
    page = tab.open("/en/complaints/#complaints-answer")

    _switch_language(page, "pt-BR")

    assert page.url.endswith("/pt/complaints/#complaints-answer")


def test_language_switch_keeps_the_section_on_screen(tab: Tab) -> None:
    page = tab.open("/en/complaints/")
    page.locator("#complaints-assess").evaluate("(heading) => heading.scrollIntoView()")

    _switch_language(page, "ru")

    assert page.url.endswith("/ru/complaints/#complaints-assess")


def test_language_switch_is_remembered(tab: Tab) -> None:
    page = tab.open("/en/complaints/")

    _switch_language(page, "ru")

    kept = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert kept["language"]["value"] == "ru"
    assert kept["language"]["path"] == "/"
    assert kept["language"]["sameSite"] == "Lax"
    assert tab.open("/").url.endswith("/ru/")


def _switch_language(page: Page, tag: str) -> None:
    page.click("[popovertarget=cop-languages]")
    page.click(f"#cop-languages [hreflang='{tag}']")
    page.wait_for_url("**/complaints/**")


def test_counts_are_written_in_the_plural_of_the_language(tab: Tab) -> None:
    tab.page.route("**/counts", _answer_counts)

    page = tab.open("/ru/complaints/")

    expect(tools(page, "complaints-what").locator(".cop-count")).to_have_text("1 комментарий")
    expect(tools(page, "complaints-how").locator(".cop-count")).to_have_text("3 комментария")
    expect(tools(page, "complaints-assess").locator(".cop-count")).to_have_text("11 комментариев")
    expect(tools(page, "complaints-answer").locator(".cop-count")).to_be_hidden()


def test_counts_move_nothing(open_tab: OpenTab) -> None:
    tab = open_tab(width=390)
    tab.page.route("**/counts", _answer_counts)

    page = tab.open("/pt/complaints/")
    tab.settle()

    assert page.evaluate(SHIFTS) == 0
    expect(tools(page, "complaints-how").locator(".cop-count")).to_be_visible()


def test_counts_that_cannot_be_had_leave_the_page_whole(tab: Tab) -> None:
    tab.page.route("**/counts", lambda route: route.abort())

    page = tab.open("/en/complaints/")
    tab.settle()

    expect(tools(page, "complaints-what").locator(".cop-count")).to_be_hidden()
    assert not [fault for fault in tab.faults if "ERR_FAILED" not in fault]


def _answer_counts(route: Route) -> None:
    counts = {"complaints-what": 1, "complaints-how": 3, "complaints-assess": 11}
    route.fulfill(json={"page": "complaints", "counts": counts})


def test_page_asks_for_its_counts_once(tab: Tab) -> None:
    asked = []
    tab.page.on("request", lambda request: asked.append(request.url))

    tab.open("/en/complaints/")
    tab.settle()

    assert len([url for url in asked if "/api/" in url]) == 1


def test_copied_link_names_the_section(open_tab: OpenTab) -> None:
    tab = open_tab(permissions=["clipboard-read", "clipboard-write"])
    page = tab.open("/pt/complaints/")
    copy = tools(page, "complaints-answer").locator(".cop-copy")

    copy.click()

    expect(copy).to_have_text("Copiado")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{tab.server.origin}/pt/complaints/#complaints-answer"


def test_chosen_colours_are_kept_on_the_site_and_on_the_service(tab: Tab) -> None:
    page = tab.open("/en/complaints/")

    page.click(".cop-colours")

    assert _colours(page) == "dark"
    assert _colours(tab.open("/ru/ethics/")) == "dark"
    assert _colours(tab.open("/feedback/receipt")) == "dark"


def _colours(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).colorScheme"))


def test_system_colours_need_no_script(open_tab: OpenTab) -> None:
    tab = open_tab(scheme="dark", java_script_enabled=False)

    page = tab.open("/en/complaints/")

    red = page.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
    assert red == "rgb(21, 25, 27)"


def test_printed_page_has_the_text_and_no_tools(tab: Tab) -> None:
    page = tab.open("/en/complaints/")

    page.emulate_media(media="print")

    expect(page.locator("main h1")).to_be_visible()
    for name in (".cop-header", ".cop-tools", ".cop-nav", ".cop-footer", ".cop-next"):
        expect(page.locator(name).first).to_be_hidden()


def test_list_of_sections_follows_the_reader(tab: Tab) -> None:
    page = tab.open("/en/complaints/")

    page.locator("#complaints-assess").evaluate("(heading) => heading.scrollIntoView()")

    expect(page.locator(".cop-toc [aria-current]")).to_have_attribute("href", "#complaints-assess")
