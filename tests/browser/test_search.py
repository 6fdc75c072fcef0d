"""The search in the header."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tab import Tab


def _search_for(tab: Tab, path: str, words: str) -> Page:
    page = tab.open(path)
    page.keyboard.press("/")
    page.keyboard.type(words)
    return page


@pytest.mark.parametrize("key", ["/", "s"])
def test_key_opens_the_search_with_the_field_ready(tab: Tab, key: str) -> None:
    page = tab.open("/en/ethics/")

    page.keyboard.press(key)

    expect(page.locator("#cop-search input")).to_be_focused()


def test_key_opens_the_search_on_a_keyboard_without_latin_letters(tab: Tab) -> None:
    page = tab.open("/ru/ethics/")

    page.evaluate(
        """document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ы", code: "KeyS", bubbles: true }))"""
    )

    expect(page.locator("#cop-search input")).to_be_focused()


def test_key_typed_into_a_field_is_only_a_letter(tab: Tab) -> None:
    page = tab.open("/en/complaints/")
    page.locator(".cop-comment-link").first.click()
    field = page.locator(".cop-panel textarea").first
    field.wait_for()

    field.press_sequentially("yes/no")

    expect(field).to_have_value(re.compile("yes/no"))
    expect(page.locator("#cop-search")).to_be_hidden()


def test_nothing_of_the_search_is_loaded_before_it_is_used(tab: Tab) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))

    tab.open("/en/ethics/")
    tab.settle()

    assert [url for url in asked if "pagefind" in url or "search" in url] == []


@pytest.mark.parametrize(
    ("path", "words", "page_name", "section"),
    [
        ("/en/", "acknowledging", "7 Complaints", "complaints-acknowledge"),
        ("/pt/", "reclamacoes", "7 Reclamações", "complaints"),
        ("/ru/", "жалобами", "7 Жалобы", "complaints"),
        ("/ru/", "прием", "6 Оказание услуг", "service-delivery-taking"),
    ],
)
def test_inflected_or_unaccented_words_find_page_and_section(
    tab: Tab, path: str, words: str, page_name: str, section: str
) -> None:
    page = _search_for(tab, path, words)

    found = page.locator("#cop-search li", has=page.locator(f"a[href*='#{section}']")).first

    expect(found).to_contain_text(page_name)


def test_result_is_chosen_by_arrows_and_enter(tab: Tab) -> None:
    page = _search_for(tab, "/en/", "complaint")
    first = page.locator("#cop-search li a").first
    first.wait_for()

    page.keyboard.press("ArrowDown")

    expect(first).to_be_focused()
    target = first.get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


def test_arrow_up_from_the_first_result_comes_back_to_the_field(tab: Tab) -> None:
    page = _search_for(tab, "/en/", "complaint")
    page.locator("#cop-search li a").first.wait_for()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")

    expect(page.locator("#cop-search input")).to_be_focused()


def test_escape_closes_the_search(tab: Tab) -> None:
    page = _search_for(tab, "/en/", "complaint")

    page.keyboard.press("Escape")

    expect(page.locator("#cop-search")).to_be_hidden()


def test_search_without_result_says_so(tab: Tab) -> None:
    page = _search_for(tab, "/ru/", "ыъыъыъ")

    expect(page.locator("#cop-search [role=status]")).to_contain_text("«ыъыъыъ»")


def test_search_that_cannot_be_loaded_says_so(tab: Tab) -> None:
    tab.page.route("**/pagefind/**", lambda route: route.abort())

    page = _search_for(tab, "/pt/", "reclamação")

    expect(page.locator("#cop-search [role=status]")).to_contain_text("Não foi possível")
