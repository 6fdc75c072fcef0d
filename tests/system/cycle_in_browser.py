"""The part of the cycle that people do with a real browser: comment, second, decide."""

import re

from playwright.sync_api import Browser, Page

from tests.browser.tab import fill_comment, send, tools
from tests.fakes.hostile_markup import hostile
from tests.system.cycle_play import EDITORS, Play, Said

SECTION = "values-care"


def comment_in_place(play: Play, chromium: Browser) -> list[Said]:
    """One comment in each language, in the form that opens under the section."""
    said = []
    for number, language in enumerate(play.languages):
        page = chromium.new_page()
        page.goto(f"{play.origin}/{language}/values/")
        tools(page, SECTION).locator(".cop-comment-link").click()
        form = page.locator("form.cop-form")
        mark = f"mk9{number:02}{play.random.getrandbits(40):010x}"
        fill_comment(form, f"{mark}\n{hostile(number)}")
        send(form)
        receipt = page.locator(".cop-receipt").inner_text()
        found = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b", receipt)
        assert found is not None, receipt
        page.close()
        headers = {"Authorization": f"Receipt {found[0]}"}
        own = play.service.ask("GET", "/api/v1/receipt", headers=headers).body
        fields = {name: own[name] for name in ("section", "language", "visibility")}
        said.append(Said(mark=mark, fields=fields, id=own["id"], receipt=found[0]))
    return said


def second_in_place(play: Play, chromium: Browser, said: Said) -> None:
    """A reader opens the list of comments and seconds one, twice taken back and forth."""
    page = chromium.new_page()
    page.goto(f"{play.origin}/feedback/en/{said.fields['section']}/comments")
    for _ in range(3):
        page.locator(f"#comment-{said.id} form button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")
    page.close()
    said.supporters.add(f"{said.id}-browser")


def decide_on_the_board(play: Play, chromium: Browser, said: Said) -> None:
    """An editor signs in, opens the comment and answers it."""
    page = chromium.new_page()
    sign_in(page, play)
    page.goto(f"{play.origin}/review/{said.id}")
    form = page.locator('form[action$="/decision"]')
    form.locator('[name="outcome"][value="answered"]').check()
    form.locator('[name="reason"]').fill(f"Because of {said.mark}r {hostile(3)}")
    send_decision = form.locator("button[type=submit]:not([formaction])")
    send_decision.click()
    page.wait_for_load_state("networkidle")
    page.close()


def sign_in(page: Page, play: Play) -> None:
    page.goto(f"{play.origin}/review")
    page.fill('[name="name"]', "Ben")
    page.fill('[name="passphrase"]', EDITORS["Ben"])
    page.click('main form button[type="submit"]')
    page.wait_for_selector('main form[action="/review/sign-out"]')
