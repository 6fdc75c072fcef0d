"""Checklists: ticks kept in the browser, and plain lists without script."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.tab import OpenTab, Tab

PATH = "/ru/checklists/training/"
BOX = ".cop-task input[type=checkbox]"


def test_tick_is_remembered_in_every_language(tab: Tab) -> None:
    page = tab.open(PATH)
    page.locator(BOX).nth(2).check()

    page = tab.open("/pt/checklists/training/")

    expect(page.locator(BOX).nth(2)).to_be_checked()
    expect(page.locator(BOX).nth(1)).not_to_be_checked()


def test_progress_counts_the_ticks(tab: Tab) -> None:
    page = tab.open(PATH)
    count = page.locator(BOX).count()

    page.locator(BOX).nth(0).check()
    page.locator(BOX).nth(3).check()

    expect(page.locator("#cop-checklist output")).to_have_text(f"Выполнено: 2 из {count}")


def test_all_ticks_are_cleared(tab: Tab) -> None:
    page = tab.open(PATH)
    page.locator(BOX).nth(0).check()

    page.locator("[data-action=clear]").click()

    expect(page.locator(BOX).nth(0)).not_to_be_checked()
    expect(tab.open(PATH).locator(f"{BOX}:checked")).to_have_count(0)


def test_item_is_named_by_its_text(tab: Tab) -> None:
    page = tab.open("/en/checklists/training/")
    text = page.locator(".cop-task").first.inner_text().strip()

    expect(page.get_by_role("checkbox", name=text)).to_be_visible()


def test_checklist_without_script_is_a_plain_list(open_tab: OpenTab) -> None:
    page = open_tab(java_script_enabled=False).open(PATH)

    expect(page.locator(".cop-task").first).to_be_visible()
    expect(page.locator(BOX)).to_have_count(0)
    expect(page.locator("#cop-checklist")).to_be_hidden()
