"""The editors' board by keyboard, and on a phone."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import Dialog, Page, expect

from tests.browser.tab import OpenTab, Tab, comment, sign_in


def _open_board(tab: Tab) -> Page:
    comment(tab, "A first comment for the board.")
    comment(tab, "A second comment for the board.")
    return sign_in(tab)


def test_keys_go_down_and_up_and_open(tab: Tab) -> None:
    page = _open_board(tab)

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-row]").nth(0)).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_selector(".cop-columns")


def test_slash_goes_to_the_words_filter(tab: Tab) -> None:
    page = _open_board(tab)

    page.keyboard.press("/")

    expect(page.locator("[data-find]")).to_be_focused()


def test_rows_on_a_phone_name_their_columns(open_tab: OpenTab) -> None:
    tab = open_tab(width=390)

    page = _open_board(tab)

    label = page.locator("td[data-label]").first
    shown = label.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert label.get_attribute("data-label") in shown


def test_words_in_another_form_are_not_lost_unasked(tab: Tab) -> None:
    page = _open_board(tab)
    page.locator("[data-row]").first.click()
    asked: list[str] = []
    page.on("dialog", partial(_note_and_dismiss, asked))
    page.fill("#decide-reason", "A long answer.")

    page.click("form[action$='/take'] button")

    expect(page.locator("#decide-reason")).to_have_value("A long answer.")
    assert asked == ["confirm"]


def _note_and_dismiss(asked: list[str], dialog: Dialog) -> None:
    asked.append(dialog.type)
    dialog.dismiss()
