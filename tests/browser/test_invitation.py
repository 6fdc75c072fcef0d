"""An invitation in a browser: by a link, by a printed code, without script and in place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.tab import OpenTab, SiteServer, fill_comment, send, sign_in, tools

ROOT = Path(__file__).resolve().parents[2]
SECTION = "complaints-answer"
IN_PLACE = ".cop-panel form.cop-form"


def _invite(server: SiteServer, *options: str) -> str:
    """What the command line prints beside the running service."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "FEEDBACK_ORIGIN": server.origin,
        "FEEDBACK_SITE": str(server.site),
        "FEEDBACK_LANGUAGES": str(ROOT / "languages"),
        "FEEDBACK_STORE": f"tinydb:{server.site.parent / 'data'}",
    }
    order = ["--role", "staff", "--cycle", "2027-1", "--expires", "2027-02-01"]
    run = [sys.executable, "-m", "feedback_api", "invite", *order, *options]
    return subprocess.run(run, env=environment, text=True, capture_output=True, check=True).stdout


def _link(printed: str) -> str:
    found = re.search(r"http\S+", printed)
    assert found is not None
    return found[0]


def _fill(page: Page, form: str, body: str) -> None:
    """All but the role."""
    role = page.locator(f"{form} [name=role]:checked").input_value()
    fill_comment(page.locator(form), body)
    page.locator(f'{form} [name=role][value="{role}"]').check()


def test_link_opened_without_script_verifies_comments_until_it_is_forgotten(
    open_tab: OpenTab, site_server: SiteServer
) -> None:
    link = _link(_invite(site_server, "--language", "pt", "--section", SECTION))
    tab = open_tab(java_script_enabled=False)
    page = tab.page
    page.goto(link)
    expect(page.locator("main")).to_contain_text("o seu papel nos comentários")
    send(page.locator("main form").first)
    assert "link." not in page.url
    expect(page.locator(".cop-notice--success")).to_contain_text("Funcionário (confirmado)")
    page.locator("main a.cop-button").first.click()
    expect(page.locator("[name=role][value=verified]")).to_be_checked()
    _fill(page, "form.cop-form", "Confirmado, sem script.")
    send(page.locator("form.cop-form"))
    expect(page.locator("main")).to_contain_text("O seu papel aparece como confirmado")

    page.goto(f"{site_server.origin}/feedback/invitation")
    send(page.locator('main form[action*="forget"]'))

    page.goto(f"{site_server.origin}/feedback/pt/{SECTION}")
    expect(page.locator("[name=role][value=verified]")).to_have_count(0)
    sign_in(tab)
    tab.open("/review?verified=true&text=Confirmado&interface=ru")
    expect(page.locator("tbody")).to_contain_text("Сотрудник (подтверждено)")
    assert tab.faults == []


def test_printed_code_typed_in_place_verifies_that_comment_and_the_next(
    open_tab: OpenTab, site_server: SiteServer
) -> None:
    code = _invite(site_server, "--count", "1").split("\n\n")[1].split()[0]
    tab = open_tab()
    page = tab.open("/ru/complaints/")
    tools(page, SECTION).locator(".cop-comment-link").click()
    page.wait_for_selector(IN_PLACE)
    fill_comment(page.locator(IN_PLACE), "Подтверждено на месте.")
    page.locator(f"{IN_PLACE} [name=role][value=customer]").check()
    page.locator(f"{IN_PLACE} details", has=page.locator("[name=invitation]")).click()
    page.locator(f"{IN_PLACE} [name=invitation]").fill(code.lower())
    send(page.locator(IN_PLACE))

    expect(page.locator(f"{IN_PLACE} [role=alert]")).to_contain_text("подтверждает другую роль")
    expect(page.locator(f"{IN_PLACE} [name=invitation]")).to_have_value(code.lower())
    page.locator(f"{IN_PLACE} [name=role][value=staff]").check()
    send(page.locator(IN_PLACE))
    expect(page.locator(".cop-panel")).to_contain_text("Ваша роль показана как подтверждённая")

    tools(page, SECTION).locator(".cop-comment-link").click()
    page.reload()
    tools(page, SECTION).locator(".cop-comment-link").click()
    expect(page.locator(f"{IN_PLACE} [name=role][value=verified]")).to_be_checked()
    assert [fault for fault in tab.faults if "409" not in fault] == []
