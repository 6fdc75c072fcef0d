"""Commenting under the section, without leaving the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.tab import OpenTab, Tab, fill_comment, send, sign_in, tools

SECTION = "complaints-answer"
FORM = ".cop-panel form.cop-form"
RECEIPT = re.compile(r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}$")


def _open_form(tab: Tab, path: str = "/pt/complaints/") -> Page:
    page = tab.open(path)
    tools(page, SECTION).locator(".cop-comment-link").click()
    page.wait_for_selector(FORM)
    return page


def test_form_opens_below_its_section_and_takes_the_focus(tab: Tab) -> None:
    page = _open_form(tab)

    panel = page.locator(".cop-panel")
    assert panel.evaluate("(panel) => panel.contains(document.activeElement)")
    assert panel.evaluate("(panel) => panel.nextElementSibling.id") == "complaints-second-stage"
    assert page.url.endswith("/pt/complaints/")


def test_form_quotes_the_wording_and_offers_it_for_change(tab: Tab) -> None:
    page = _open_form(tab)

    page.locator(f"{FORM} summary").first.click()

    expect(page.locator(f"{FORM} .cop-quote")).to_contain_text("10 dias úteis")
    expect(page.locator(f"{FORM} .cop-quote")).to_be_visible()
    expect(page.locator(f"{FORM} [name=suggestion]")).to_have_value(re.compile("10 dias úteis"))


def test_sent_comment_gives_a_receipt_that_opens_the_comment(tab: Tab) -> None:
    page = _open_form(tab)
    fill_comment(page.locator(FORM), "Em quantos dias chega a resposta?")

    send(page.locator(FORM))

    shown = page.locator(".cop-panel .cop-receipt")
    expect(shown).to_have_text(RECEIPT)
    receipt = shown.inner_text()
    tab.open("/feedback/receipt?language=pt")
    page.fill("[name=receipt]", receipt)
    send(page.locator("form.cop-form"))
    expect(page.locator("main")).to_contain_text("Em quantos dias chega a resposta?")


def test_receipt_is_copied(open_tab: OpenTab) -> None:
    tab = open_tab(permissions=["clipboard-read", "clipboard-write"])
    page = _open_form(tab)
    fill_comment(page.locator(FORM), "Uma dúvida.")
    send(page.locator(FORM))

    page.locator(".cop-panel [data-copy]").click()

    expect(page.locator(".cop-panel [data-copy]")).to_have_text("Copiado")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.inner_text(".cop-receipt")


def test_receipt_is_saved_as_a_file(tab: Tab) -> None:
    page = _open_form(tab)
    fill_comment(page.locator(FORM), "Uma dúvida.")
    send(page.locator(FORM))
    receipt = page.inner_text(".cop-receipt")

    with page.expect_download() as download:
        page.locator(".cop-panel form[data-plain] button[type=submit]").click()

    assert receipt in download.value.path().read_text(encoding="utf-8")
    expect(page.locator(".cop-receipt")).to_be_visible()


def test_refused_comment_keeps_what_was_typed_and_names_the_fault(tab: Tab) -> None:
    page = _open_form(tab)
    page.locator(f"{FORM} [name=name]").fill("Иван Silva")

    send(page.locator(FORM))

    expect(page.locator(f"{FORM} .cop-fault").first).to_be_visible()
    expect(page.locator(f"{FORM} [name=name]")).to_have_value("Иван Silva")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def _lose_connection(route: Route) -> None:
    route.abort()


def _answer_without_a_form(route: Route) -> None:
    route.fulfill(status=503, content_type="application/problem+json", body="{}")


@pytest.mark.parametrize("fail", [_lose_connection, _answer_without_a_form])
def test_failure_on_the_way_keeps_what_was_typed_and_says_so(
    tab: Tab, fail: Callable[[Route], None]
) -> None:
    page = _open_form(tab, "/ru/complaints/")
    fill_comment(page.locator(FORM), "Когда придёт ответ?")
    page.route("**/feedback/**", fail)

    send(page.locator(FORM))

    expect(page.locator(f"{FORM} [role=alert]")).to_contain_text("Комментарий не отправлен")
    expect(page.locator(f"{FORM} [name=body]")).to_have_value("Когда придёт ответ?")


def test_comment_is_stored_once_when_sent_again_after_a_lost_answer(tab: Tab) -> None:
    page = _open_form(tab)
    fill_comment(page.locator(FORM), "Enviado duas vezes, guardado uma vez.")
    lost: list[APIResponse] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route("**/feedback/**", lose_the_first_answer)
    send(page.locator(FORM))
    expect(page.locator(f"{FORM} [role=alert]")).to_be_visible()
    send(page.locator(FORM))
    page.wait_for_selector(".cop-receipt")

    sign_in(tab)
    tab.open("/review?text=Enviado")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_draft_outlives_a_reload(tab: Tab) -> None:
    page = _open_form(tab)
    fill_comment(page.locator(FORM), "Ainda não enviado.")

    page.reload()
    _open_form(tab)

    expect(page.locator(f"{FORM} [name=body]")).to_have_value("Ainda não enviado.")
    expect(page.locator(f"{FORM} [name=kind]").first).to_be_checked()


def test_draft_of_a_sent_comment_is_gone(tab: Tab) -> None:
    page = _open_form(tab)
    fill_comment(page.locator(FORM), "Enviado.")
    send(page.locator(FORM))
    page.wait_for_selector(".cop-receipt")

    _open_form(tab)

    expect(page.locator(f"{FORM} [name=body]")).to_have_value("")


def test_closed_form_gives_the_focus_back(tab: Tab) -> None:
    page = _open_form(tab)

    page.locator(".cop-panel__close").click()

    expect(page.locator(".cop-panel")).to_have_count(0)
    expect(tools(page, SECTION).locator(".cop-comment-link")).to_be_focused()


def test_form_that_cannot_be_fetched_opens_as_a_page(tab: Tab) -> None:
    page = tab.open("/pt/complaints/")
    page.route("**/feedback/**part=1**", lambda route: route.abort())

    tools(page, SECTION).locator(".cop-comment-link").click()

    page.wait_for_url(f"**/feedback/pt/{SECTION}**")


def test_comments_let_through_are_read_in_place_in_their_own_language(tab: Tab) -> None:
    page = _open_form(tab, "/ru/complaints/")
    fill_comment(page.locator(FORM), "Понятно и коротко.")
    send(page.locator(FORM))
    page.wait_for_selector(".cop-receipt")
    sign_in(tab)
    tab.open("/review?text=Понятно")
    page.locator("[data-row]").first.click()
    page.locator('form[action$="/publicity"] button').click()

    tab.open("/pt/complaints/")
    tools(page, SECTION).locator(".cop-count").click()

    said = page.locator(".cop-panel .cop-comment", has_text="Понятно и коротко.")
    expect(said.locator("[lang=ru]").first).to_contain_text("Понятно и коротко.")
