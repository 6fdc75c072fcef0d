"""Seconding a comment under its section, and on the service's page without a script."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.tab import OpenTab, Tab, fill_comment, send, sign_in, tools

PLACE = "/feedback/pt/conduct-abuse"
SECTION = "conduct-abuse"


def _publish(tab: Tab, body: str) -> None:
    """A comment that readers see."""
    page = tab.open(PLACE)
    fill_comment(page.locator("form.cop-form"), body)
    send(page.locator("form.cop-form"))
    page.wait_for_selector(".cop-receipt")
    sign_in(tab)
    tab.open(f"/review?section={SECTION}")
    page.locator("[data-row]", has_text=body).first.click()
    page.locator('form[action$="/publicity"] button').click()
    page.wait_for_selector(".cop-notice--success")


def _open_list(tab: Tab) -> Page:
    page = tab.open("/pt/conduct/")
    tools(page, SECTION).locator(".cop-count").click()
    page.wait_for_selector(".cop-panel .cop-comment")
    return page


def test_comment_is_seconded_in_place_once_and_taken_back(tab: Tab) -> None:
    _publish(tab, "Apoiado no lugar.")
    page = _open_list(tab)
    said = page.locator(".cop-panel .cop-comment", has_text="Apoiado no lugar.")

    said.locator("button").click()
    expect(said.locator("[role=status]")).to_have_text("1 pessoa apoia. Você também apoia.")
    focused = said.locator("button").evaluate("(button) => button == document.activeElement")
    page = _open_list(tab)
    expect(said.locator("button")).to_have_text("Retirar meu apoio")
    said.locator("button").click()

    expect(said.locator("[role=status]")).to_be_empty()
    assert focused
    assert page.url.endswith("/pt/conduct/")
    assert tab.faults == []


def test_comment_that_went_meanwhile_ends_on_the_page_that_says_so(tab: Tab) -> None:
    _publish(tab, "Some daqui.")
    page = _open_list(tab)
    said = page.locator(".cop-panel .cop-comment", has_text="Some daqui.")
    page.route("**/second?part=1", lambda route: route.fulfill(status=404, body=""))

    said.locator("button").click()

    page.wait_for_url(f"**{PLACE}/comments#comment-*")


def test_comment_is_seconded_without_a_script(tab: Tab, open_tab: OpenTab) -> None:
    _publish(tab, "Sem script.")
    plain = open_tab(java_script_enabled=False)
    page = plain.open(f"{PLACE}/comments")
    said = page.locator(".cop-comment", has_text="Sem script.")

    said.locator("button").click()

    expect(said.locator("[role=status]")).to_contain_text("1 pessoa apoia. Você também apoia.")
    kept = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert kept["supporter"]["httpOnly"]
    assert kept["supporter"]["sameSite"] == "Lax"
